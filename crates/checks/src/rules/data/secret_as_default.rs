//! `secret-as-default`: a secret that the form fills in for everybody.

use connspec_diagnostics::Severity;
use connspec_spec::Node;

use crate::forms::sections_of;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_name, is_written_out, issued_keys, looks_generated};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0660",
    name: "secret-as-default",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A field for a key, token or password whose `default` looks like a generated one; and any field with a `default` that
holds a key whose beginning tells that a service issued it (`ghp_…`, `glpat-…`). The forms of connections and those of
modules, remote procedures and webhooks are looked at, nested fields included. The value itself is shown nowhere.

## Why
Every user of the app sees it in the form, and everybody who can read the app can use it.

## Example
```jsonc bundle
{
  "type": "basic",
  "communication": { "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apiKey}}" } },
  "parameters": [{ "name": "apiKey", "type": "password", "default": "k7Fq2pZx9LmN4vRt8WbY" }]
}
```

## Instead
```jsonc bundle
{
  "type": "basic",
  "communication": { "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apiKey}}" } },
  "parameters": [{ "name": "apiKey", "type": "password", "required": true }]
}
```

## Source
pitfalls.md 110.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let parts = whole.connections.iter().map(|connection| &connection.definition.parts);
    let of_connections = parts.flat_map(|parts| [&parts.parameters, &parts.install_spec]).flatten();
    let of_connections = of_connections.filter_map(|part| part.node.as_ref());
    let of_components = whole.app.components.iter().flat_map(sections_of);
    of_connections.chain(of_components).for_each(|form| examine(form, findings));
}

/// A form or a part of one: fields may be nested in fields and in their options.
fn examine(node: &Node, findings: &mut Findings) {
    if let Some(default) = node.get("default") {
        let name = node.get("name").and_then(Node::as_str).unwrap_or_default();
        if default.as_str().is_some_and(|written| is_secret(node, name, written)) {
            findings.push(
                RULE.finding(format!("the form fills in a secret for `{name}`"))
                    .at(default.place)
                    .why("every user sees it, and everybody who can read the app can use it")
                    .help("take the default out, and have this one revoked"),
            );
        }
    }
    let inner = node.elements().iter().chain(node.members().iter().map(|member| &member.value));
    inner.filter(|inner| !inner.is_scalar()).for_each(|inner| examine(inner, findings));
}

fn is_secret(field: &Node, name: &str, written: &str) -> bool {
    let asks_for_secret = || match field.get("type").and_then(Node::as_str) {
        Some("password" | "cert" | "pkey") => true,
        None | Some("text") => is_secret_name(name),
        _ => false,
    };
    let is_generated = || looks_generated(written) || is_written_out(name, written);
    issued_keys(written).next().is_some() || (is_generated() && asks_for_secret())
}
