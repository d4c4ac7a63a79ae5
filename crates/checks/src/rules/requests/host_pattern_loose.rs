//! `host-pattern-loose`: a pattern that lets a host of one's own through.

use connspec_diagnostics::Severity;
use connspec_spec::Node;

use crate::request::{Address, flowing, urls};
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0260",
    name: "host-pattern-loose",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A form field that becomes a part of the host and whose `validate.pattern` is not tied to both ends of the text, or lets
everything through: `[a-z0-9-]+`, `^[a-z0-9-]+`, `^.+$`.

## Why
A pattern without `^` and `$` is content with a piece of the text. `evil.test/acme` fits `[a-z0-9-]+`, and the secrets of
the connection go to `evil.test`.

## Example
```jsonc bundle
{
  "type": "basic",
  "communication": {
    "url": "https://{{parameters.domain}}.acme.test/me",
    "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
  },
  "parameters": [
    { "name": "domain", "type": "text", "required": true, "validate": { "pattern": "[a-z0-9-]+" } },
    { "name": "apiKey", "type": "password", "required": true, "editable": true }
  ]
}
```

## Instead
```jsonc bundle
{
  "type": "basic",
  "communication": {
    "url": "https://{{parameters.domain}}.acme.test/me",
    "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
  },
  "parameters": [
    { "name": "domain", "type": "text", "required": true, "validate": { "pattern": "^[a-z0-9-]+$" } },
    { "name": "apiKey", "type": "password", "required": true, "editable": true }
  ]
}
```

## Source
connection.md §2 (form fields); pitfalls.md 26.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let mut told: Vec<&str> = Vec::new();
    for url in urls(connection) {
        for expression in Address::of(url.template).authority_expressions() {
            for path in flowing(&expression.expr, url.text) {
                let written = &url.text[path.span.range()];
                let Some(("parameters" | "connection" | "data", name)) = written.split_once('.') else { continue };
                let Some(field) = connection.definition.parameters.field(name.trim_matches('`')) else { continue };
                let pattern = field.node.get("validate").and_then(|validate| validate.get("pattern"));
                let Some((node, text)) = pattern.and_then(|node| Some((node, node.as_str()?))) else { continue };
                let Some(message) = loose(text).filter(|_| !told.contains(&field.name.as_str())) else { continue };
                told.push(&field.name);
                findings
                    .push(found(node, message).also(url.node.place_of(path.span), "it decides about the host here"));
            }
        }
    }
}

fn found(pattern: &Node, message: &str) -> connspec_diagnostics::Diagnostic {
    RULE.finding(message)
        .at(pattern.place)
        .why("`evil.test/acme` gets through, and the connection's secrets go to `evil.test`")
        .help("write the whole text between `^` and `$`, without dots and slashes: `^[a-z0-9-]+$`")
}

/// What is wrong with a pattern; none when it holds the whole text and does not take just anything.
fn loose(pattern: &str) -> Option<&'static str> {
    // Delimiters as of a literal: `/^…$/i`.
    let inner = pattern.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')).map_or(pattern, |(inner, _)| inner);
    let is_open = |part: &str| part.ends_with('$') && !part.ends_with("\\$");
    match (inner.starts_with('^'), is_open(inner)) {
        (false, false) => Some("the pattern is content with a piece of the text"),
        (true, false) => Some("the pattern has no `$`: anything may stand behind what it asks for"),
        (false, true) => Some("the pattern has no `^`: anything may stand in front of what it asks for"),
        (true, true) => {
            let all = ["^.+$", "^.*$", "^(.+)$", "^(.*)$", "^\\S+$", "^[^]+$"];
            all.contains(&inner).then_some("the pattern lets everything through")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_hold_the_whole_text_are_told_from_others() {
        for pattern in ["^[a-z0-9-]+$", "/^[a-z]+$/i", "^(eu|us)$", "^https:\\/\\/[a-z]+\\.acme\\.test$", "^a$|^b$"] {
            assert_eq!(loose(pattern), None, "{pattern}");
        }
        for pattern in ["[a-z0-9-]+", "^[a-z0-9-]+", "[a-z]+$", "^.+$", "", "^a\\$", "/[a-z]/"] {
            assert!(loose(pattern).is_some(), "{pattern}");
        }
    }
}
