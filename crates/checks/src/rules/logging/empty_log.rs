//! `empty-log`: a `log` that sanitizes nothing, in a request with a secret.

use connspec_diagnostics::{Fix, Severity, SourceMap};
use connspec_spec::Node;
use serde_json::json;

use super::sanitize_missing::quoted;
use crate::edit;
use crate::rule::{Check, Findings, Rule};
use crate::sanitize::{self, LoggedRequest};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0715",
    name: "empty-log",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A `log` without `sanitize`, or with an empty list, in a request that carries a secret.
The base is looked at too.

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

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let sources = &whole.app.sources;
    let logged = whole.connections.iter().flat_map(|connection| connection.logged());
    logged.for_each(|request| examine(request, sources, findings));
    for base in whole.others.iter().filter_map(sanitize::base) {
        examine(&base, sources, findings);
    }
}

fn examine(request: &LoggedRequest<'_>, sources: &SourceMap, findings: &mut Findings) {
    if let Some(log) = request.node.member("log").filter(|log| log.value.is_object()) {
        let list = log.value.get("sanitize");
        if request.list().is_some() || list.is_some_and(|list| !list.is_array()) {
            return;
        }
        let paths: Vec<_> = request.fields.iter().map(|field| field.sanitize_path()).collect();
        let edits = match list {
            Some(list) => edit::replace_value(sources, list, &json!(paths)),
            None => edit::insert_member(sources, &log.value, "sanitize", &json!(paths)),
        };
        let only_comments = list.is_none_or(|list: &Node| list.text_in(sources) == "[]");
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
