//! `user-host-not-validated`: a host that the user chooses.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_iml::ast::Expr;
use connspec_spec::{Field, Node, NodeValue};

use crate::request::{Address, Url, flowing, urls};
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::site::Read;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0208",
    name: "user-host-not-validated",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A form field that decides which host the request goes to, and that lets the secrets be sent elsewhere: it can be edited
after the connection was made, or it is unchecked while the request carries common data. A field that is the whole host or
the whole address, and is held to nothing by `validate`, is a warning; a field of the type `url`, and one that becomes a
part of the host, are left alone.

## Why
Who may edit a connection need not know its secrets. By changing the host they have them sent to their own. And the
app's own secrets from common data go to whatever host any user types; `evil.test/` in front of a fixed domain is enough.

## Example
```jsonc bundle
{
  "communication": {
    "url": "https://{{parameters.domain}}.acme.test/me",
    "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
  },
  "parameters": [
    { "name": "domain", "type": "text", "required": true, "editable": true },
    { "name": "apiKey", "type": "password", "required": true, "editable": true }
  ]
}
```
```jsonc bundle
{
  "communication": {
    "url": "https://{{parameters.domain}}/me",
    "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
  },
  "parameters": [
    { "name": "domain", "type": "text", "required": true, "editable": false },
    { "name": "apiKey", "type": "password", "required": true, "editable": true }
  ]
}
```

## Instead
```jsonc bundle
{
  "communication": {
    "url": "https://{{parameters.domain}}/me",
    "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
  },
  "parameters": [
    {
      "name": "domain", "type": "text", "required": true, "editable": false,
      "validate": { "pattern": "^[a-z0-9.-]+$" }
    },
    { "name": "apiKey", "type": "password", "required": true, "editable": true }
  ]
}
```

## Fix
`editable` becomes false: safe. A pattern needs a person.

## Source
connection.md §2 (form fields); pitfalls.md 26.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for Url { phase, block, node: url, text, template, sites, .. } in urls(connection) {
        let carries_common = phase != Phase::Authorize
            && sites.iter().any(|site| {
                let is_secret = |read: &Read| read.root() == "common" && read.key().is_some_and(names_a_secret);
                matches!(site.path()[0], "headers" | "qs" | "body" | "url") && site.reads().iter().any(is_secret)
            });
        let mut told: Vec<&str> = Vec::new();
        let address = Address::of(template);
        for expression in address.authority_expressions() {
            for path in flowing(&expression.expr, text) {
                let Some(field) = field_of(connection, path, text).filter(|field| !told.contains(&&*field.name)) else {
                    continue;
                };
                told.push(&field.name);
                // Without anything else in the store there is nothing to leak.
                let stores_more = connection.names.stores_besides(&field.name);
                let finding = RULE.finding("").at(url.place_of(path.span)).in_block(block);
                if let Some(editable) = field.node.get("editable").filter(|_| field.editable && stores_more) {
                    findings.push(Diagnostic {
                        message: format!("the host comes from `{}`, which can be edited later", field.name),
                        ..finding
                            .also(editable.place, "here")
                            .why("who may edit the connection can have its stored secrets sent to a host of their own")
                            .help("do not let a field be edited that decides about the host")
                            .fix(Fix::safe("make the field fixed").replace(editable.place, "false"))
                    });
                } else if carries_common && !is_checked(field) {
                    findings.push(Diagnostic {
                        message: format!("common data go to a host from the unchecked field `{}`", field.name),
                        ..finding
                            .also(field.place, "anything can be typed here")
                            .why("any user can have the app's own secrets sent to a host of theirs")
                            .help("give the field a `validate.pattern` that only the service's hosts match, or a list of options")
                    });
                } else if stores_more && field.kind != "url" && !is_checked(field) && address.is_made_by(expression) {
                    findings.push(unchecked(finding, field, address.literal_start()));
                }
            }
        }
    }
}

/// A field that is the whole host, or the whole address in front of the path.
fn unchecked(finding: Diagnostic, field: &Field, start: &str) -> Diagnostic {
    let (part, pattern) =
        if start.is_empty() { ("address", "^https://[a-z0-9.-]+$") } else { ("host", "^[a-z0-9.-]+$") };
    Diagnostic {
        message: format!("the whole {part} comes from the unchecked field `{}`", field.name),
        severity: Severity::Warning,
        ..finding
            .also(field.place, "anything can be typed here")
            .why("with a slip in it, or a path behind it, the secrets of the connection go wherever that leads")
            .help(format!("give the field a `validate.pattern` such as `{pattern}`, or a list of options"))
    }
}

/// The form field a variable reads, if users can type into it.
fn field_of<'c>(connection: &'c Connection<'_>, path: &Expr, source: &str) -> Option<&'c Field> {
    let written = &source[path.span.range()];
    let (root, name) = written.split_once('.')?;
    let field = connection.definition.parameters.field(name.trim_matches('`'))?;
    let is_choice = matches!(field.kind.as_str(), "select" | "boolean" | "hidden" | "number" | "integer" | "uinteger");
    (matches!(root, "parameters" | "connection" | "data") && !is_choice).then_some(field)
}

/// Whether a key of common data names a secret; a client's identifier is none.
fn names_a_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["secret", "token", "password", "key"].iter().any(|word| key.contains(word))
}

/// Whether something holds the field to certain texts; under a key that is nearly the right one, `form-field-shape` tells
/// that.
fn is_checked(field: &Field) -> bool {
    let holds = |validate: &Node| match &validate.value {
        NodeValue::Object(members) => members.iter().any(|member| nearest(&member.key, ["pattern", "enum"]).is_some()),
        _ => false,
    };
    let mut near = field.node.members().iter().filter(|member| member.key.starts_with("val"));
    near.any(|member| nearest(&member.key, ["validate"]).is_some() && holds(&member.value))
}
