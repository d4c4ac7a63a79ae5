//! `empty-log`: a `log` that sanitizes nothing, in a request with a secret.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;
use serde_json::json;

use super::sanitize_missing::quoted;
use crate::edit;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0715",
    name: "empty-log",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A `log` without `sanitize`, or with an empty list, in a request that carries a secret.

## Why
It looks as if logging had been thought of, and hides nothing: the same as no `log` at all. Often the list is only
commented out.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" },
  "log": { /* "sanitize": ["request.headers.authorization"] */ }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" },
  "log": { "sanitize": ["request.headers.authorization"] }
}
```

## Fix
Adds the path of every secret of the request. Safe: nothing that is sent changes.

## Source
community.make.com/t/3807; pitfalls.md 152.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for request in connection.logged() {
        let Some(log) = request.node.member("log").filter(|log| log.value.is_object()) else { continue };
        let list = log.value.get("sanitize");
        if request.list().is_some() || list.is_some_and(|list| !list.is_array()) {
            continue;
        }
        let paths: Vec<_> = request.fields.iter().map(|field| field.sanitize_path()).collect();
        let edits = match list {
            Some(list) => edit::replace_value(&connection.app.sources, list, &json!(paths)),
            None => edit::insert_member(&connection.app.sources, &log.value, "sanitize", &json!(paths)),
        };
        let only_comments = list.is_none_or(|list: &Node| list.text_in(&connection.app.sources) == "[]");
        let fix = Fix::safe("fill `log.sanitize`").with_edits(edits);
        let mut finding = RULE
            .finding("`log` sanitizes nothing")
            .at(log.key_place)
            .why("a secret of this request stands in no list, the same as without `log`")
            .help(format!("add `\"sanitize\": [{}]`", quoted(&paths)))
            .also(request.fields[0].place, "this is a secret")
            .in_block(&request.block);
        if only_comments {
            finding = finding.fix(fix);
        }
        findings.push(finding);
    }
}
