//! `trailing-slash-optional-segment`: an address that may lose its last part.

use connspec_diagnostics::Severity;
use connspec_iml::ast::Piece;

use crate::request::{Url, urls};
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0207",
    name: "trailing-slash-optional-segment",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
An address that ends with a form field the user may leave empty.

## Why
Of `/accounts/{{parameters.account}}` remains `/accounts/`: another resource, often a list, that answers just as well.

## Example
```jsonc bundle
{
  "communication": { "url": "https://api.acme.test/accounts/{{parameters.account}}" },
  "parameters": [{ "name": "account", "type": "text" }]
}
```

## Instead
```jsonc bundle
{
  "communication": { "url": "https://api.acme.test/accounts/{{parameters.account}}" },
  "parameters": [{ "name": "account", "type": "text", "required": true }]
}
```

## Source
communication.md §5 `url`: an undefined part is an empty text, a trailing slash stays.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for Url { block, node: url, text, template, .. } in urls(connection) {
        let [.., Piece::Text(before), Piece::Expression(last)] = template.ast() else { continue };
        let behind_scheme = text[..before.range().end].trim_end_matches('/').contains("://");
        if !text[before.range()].ends_with('/') || !behind_scheme {
            continue;
        }
        let Some(read) = template.variables().iter().find(|variable| variable.span == last.expr.span) else {
            continue;
        };
        let [root, name] = read.segments.as_slice() else { continue };
        if !matches!(root.as_str(), "parameters" | "connection" | "data") || connection.names.writes_unknown_data {
            continue;
        }
        let field = connection.definition.parameters.field(name);
        let may_be_empty =
            field.is_some_and(|field| !field.required && field.default.is_none() && field.options.is_empty());
        let is_written = connection.names.writes_of("data", name).any(|write| write.phase.is_some());
        if may_be_empty && !is_written {
            findings.push(
                RULE.finding(format!("the address ends with `{name}`, which may be empty"))
                    .at(url.place_of(last.span))
                    .why(
                        "without it the address ends with a slash and names another resource, which may answer as well",
                    )
                    .help("make the field required, or give it a value with ifempty")
                    .in_block(block),
            );
        }
    }
}
