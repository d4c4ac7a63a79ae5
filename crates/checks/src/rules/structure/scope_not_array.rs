//! `scope-not-array`: a default scope that is no list.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Kind;
use serde_json::json;

use crate::edit::replace_value;
use crate::request::opening;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0110",
    name: "scope-not-array",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The default scope of an OAuth 2 connection that is no list.

## Why
`oauth.scope` is made from this list. From an object or a text no list comes, and joining it fails or sends nothing.

## Example
```jsonc bundle
{
  "type": "oauth",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } },
  "scope": {}
}
```

## Instead
```jsonc bundle
{
  "type": "oauth",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } },
  "scope": []
}
```

## Fix
An empty object becomes an empty list: safe. Anything else needs a person.

## Source
connection.md §2 (`scope` is a list, `scopes` an object).
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let definition = connection.definition;
    let node = definition.parts.default_scope.as_ref().and_then(|part| part.node.as_ref());
    let is_oauth2 = matches!(definition.kind, Kind::OAuth2AuthorizationCode | Kind::OAuth2WithoutAuthorize);
    let Some(node) = node.filter(|node| is_oauth2 && !node.is_array() && !node.is_null()) else { return };
    let mut finding = RULE
        .finding(format!("the default scope is {}, not a list", node.kind_name()))
        .at(opening(node))
        .why("`oauth.scope` is made from this list; without one no scope is requested, and joining it fails")
        .help("write a list of scope names, `[]` for none; names with descriptions belong into the scope list");
    if node.is_object() && node.members().is_empty() {
        let edits = replace_value(&connection.app.sources, node, &json!([]));
        finding = finding.fix(Fix::safe("write an empty list").with_edits(edits));
    }
    findings.push(finding);
}
