//! `scopes-not-object`: a scope list that is no object.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Kind;
use serde_json::{Map, Value as Json};

use crate::edit::replace_value;
use crate::request::opening;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0111",
    name: "scopes-not-object",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The scope list of an OAuth 2 connection that is no object.

## Why
The scope list gives every scope the words a user reads. Make cannot show it when it is a list of names.

## Example
```jsonc bundle
{
  "type": "oauth",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } },
  "scopes": ["read", "write"]
}
```

## Instead
```jsonc bundle
{
  "type": "oauth",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } },
  "scopes": { "read": "Read everything", "write": "Change everything" }
}
```

## Fix
An empty list becomes an empty object: safe. A list of names becomes an object that describes each by its name: a
suggestion, because a person should find better words.

## Source
connection.md §2 (`scope` is a list, `scopes` an object).
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let definition = connection.definition;
    let node = definition.parts.scope_list.as_ref().and_then(|part| part.node.as_ref());
    let is_oauth2 = matches!(definition.kind, Kind::OAuth2AuthorizationCode | Kind::OAuth2WithoutAuthorize);
    let Some(node) = node.filter(|node| is_oauth2 && !node.is_object() && !node.is_null()) else { return };
    let mut finding = RULE
        .finding(format!("the scope list is {}, not an object", node.kind_name()))
        .at(opening(node))
        .why("Make reads it as scope → description; users cannot choose from anything else")
        .help("write an object: `{\"read\": \"Read your data\"}`; the names alone belong into the default scope");
    let sources = &connection.app.sources;
    let names: Option<Map<String, Json>> =
        node.elements().iter().map(|name| Some((name.as_str()?.to_owned(), name.as_str()?.into()))).collect();
    if let Some(names) = names.filter(|_| node.is_array()) {
        let fix = if names.is_empty() {
            Fix::safe("write an empty object")
        } else {
            Fix::suggestion("describe each scope by its own name")
        };
        finding = finding.fix(fix.with_edits(replace_value(sources, node, &Json::Object(names))));
    }
    findings.push(finding);
}
