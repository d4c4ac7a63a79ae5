//! `secret-in-source`: a key, secret or password written into the definition.

use connspec_diagnostics::{Severity, Span};
use connspec_iml::ast::Piece;

use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_name, looks_generated};
use crate::site::Site;

pub static RULE: Rule = Rule {
    code: "CS0616",
    name: "secret-in-source",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Expression(check),
};

const DOCUMENTATION: &str = r#"
A literal that looks like a generated key, token or secret, under a name that says it is one: in a header, a query or
body field, or in the query of a url.

## Why
Everybody who can read the app can use it, every user of the app sends it, and it cannot be changed without changing
the app. Common data are made for this: they are encrypted and not shown.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-api-key": "k7Fq2pZx9LmN4vRt8WbY" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-api-key": "{{common.apiKey}}" }
}
```

## Source
The review of apps; pitfalls.md 110.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    let is_sent =
        matches!(site.path.first().map(String::as_str), Some("headers" | "qs" | "body" | "url" | "temp" | "oauth"));
    if !is_sent {
        return;
    }
    for (name, span) in literals(site).into_iter().filter(|(name, _)| is_secret_name(name)) {
        findings.push(
            RULE.finding(format!("`{name}` is written into the definition"))
                .at(site.place(span))
                .why("everybody who can read the app can use it, and it cannot be changed without changing the app")
                .help("put it into common data and read `common.…`; and have this one revoked")
                .in_block(&site.block),
        );
    }
}

/// The literals of the text that look generated, with the name each goes by.
fn literals(site: &Site<'_>) -> Vec<(String, Span)> {
    let source = site.template.source();
    let mut found = Vec::new();
    for piece in site.template.ast() {
        let Piece::Text(span) = piece else { continue };
        let text = &source[span.range()];
        let start = span.range().start;
        if site.path[0] == "url" {
            for (name, value) in parameters(text) {
                found.push((name, Span::new(start + value.0, start + value.1)));
            }
        } else {
            let value =
                text.trim_start_matches("Bearer ").trim_start_matches("Basic ").trim_start_matches("Token ").trim();
            let at = start + text.find(value).unwrap_or_default();
            found.push((site.key().to_owned(), Span::new(at, at + value.len())));
        }
    }
    found.retain(|(_, span)| looks_generated(&source[span.range()]));
    found
}

/// The parameters of a literal query: name, and from where to where the value goes.
fn parameters(text: &str) -> Vec<(String, (usize, usize))> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(['?', '&']) {
        let rest = &text[at + 1..];
        let rest = &rest[..rest.find(['&', '#']).unwrap_or(rest.len())];
        if let Some((name, value)) = rest.split_once('=') {
            let start = at + 1 + name.len() + 1;
            found.push((name.to_owned(), (start, start + value.len())));
        }
    }
    found
}
