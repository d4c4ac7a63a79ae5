//! `secret-as-text`: a form field for a secret that shows what it holds.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_name, normal};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0608",
    name: "secret-as-text",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A form field for a secret, a token, a password or an API key with the type `text`.

## Why
The value is shown while it is typed, and to everybody who opens the connection for editing. `password` hides it.

## Example
```jsonc bundle
{
  "type": "basic",
  "parameters": [{ "name": "apiKey", "type": "text", "label": "API key" }],
  "communication": { "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apiKey}}" } }
}
```

## Instead
```jsonc bundle
{
  "type": "basic",
  "parameters": [{ "name": "apiKey", "type": "password", "label": "API key" }],
  "communication": { "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apiKey}}" } }
}
```

## Fix
Sets the type to `password`. Safe: what is stored and sent stays the same. A field with several lines is left to you,
since a password has one; keys and certificates have the types `pkey` and `cert`.

## Source
Make's documentation of connection parameters and of the app review; connection.md §2, pitfalls.md 103.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let sources = &connection.app.sources;
    for field in &connection.definition.parameters.fields {
        let labelled_key = normal(&field.name) == "key" && is_secret_name(&field.label);
        if field.kind != "text" || !(is_secret_name(&field.name) || labelled_key) {
            continue;
        }
        let kind = field.node.get("type");
        let place = kind.or_else(|| field.node.get("name")).map_or(field.place, |node| node.place);
        let mut finding = RULE
            .finding(format!("`{}` is a secret in a field of type `text`", field.name))
            .at(place)
            .why("it is shown while it is typed, and to everybody who opens the connection for editing");
        if field.multiline {
            finding = finding.help("use the type `pkey` for a private key and `cert` for a certificate");
        } else {
            let edits = match kind {
                Some(kind) => edit::replace_value(sources, kind, &json!("password")),
                None => edit::insert_member(sources, &field.node, "type", &json!("password")),
            };
            finding =
                finding.help("use the type `password`").fix(Fix::safe("hide the value: `password`").with_edits(edits));
        }
        findings.push(finding);
    }
}
