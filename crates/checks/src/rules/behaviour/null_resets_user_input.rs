//! `null-resets-user-input`: what the user typed is overwritten with nothing.

use connspec_diagnostics::Severity;
use connspec_iml::ast::{ExprKind, Keyword};
use connspec_spec::{Node, NodeValue};

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;
use crate::symbolic::whole;

pub static RULE: Rule = Rule {
    code: "CS1006",
    name: "null-resets-user-input",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`response.data` writes null or an empty text under the name of a form field.

## Why
Form fields and `data` are one store: what the user typed is gone after the first answer, and later requests send
nothing. A key that no form field has may be reset.

## Example
```jsonc bundle
{
  "communication": {
    "url": "https://api.acme.test/login",
    "headers": { "x-password": "{{parameters.password}}" },
    "response": { "data": { "password": null, "token": "{{body.token}}" } }
  },
  "parameters": [{ "name": "password", "type": "password" }]
}
```

## Instead
```jsonc bundle
{
  "communication": {
    "url": "https://api.acme.test/login",
    "headers": { "x-password": "{{parameters.password}}" },
    "response": { "data": { "token": "{{body.token}}" } }
  },
  "parameters": [{ "name": "password", "type": "password" }]
}
```

## Source
connection.md §3; pitfalls.md 147.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests() {
        let Some(data) = request.get("response").and_then(|response| response.get("data")) else { continue };
        for member in data.effective_members().filter(|member| is_nothing(&member.value)) {
            let key = &member.key;
            let Some(field) = connection.definition.parameters.field(key) else { continue };
            findings.push(
                RULE.finding(format!("`{key}` is a form field, and this empties it"))
                    .at(member.key_place)
                    .why("form fields and `data` are one store: what the user typed is gone, later requests send nothing")
                    .help("leave the key out, or keep the value under another name")
                    .also(field.place, "the form field")
                    .in_block(block),
            );
        }
    }
}

/// Null, an empty text, or an expression that is always one of them.
fn is_nothing(node: &Node) -> bool {
    match &node.value {
        NodeValue::Null => true,
        NodeValue::Text(text) if text.value.is_empty() => true,
        NodeValue::Text(text) => {
            let nothing = [Keyword::Null, Keyword::Erase, Keyword::EmptyString];
            whole(text.template()).is_some_and(|expr| match &expr.kind {
                ExprKind::Keyword(keyword) => nothing.contains(keyword),
                _ => false,
            })
        }
        _ => false,
    }
}
