//! `url-malformed`: an address with something in it that no address has.

use connspec_diagnostics::{Severity, Span};
use connspec_iml::Template;
use connspec_iml::ast::Piece;

use crate::request::{Url, urls};
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0228",
    name: "url-malformed",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A literal part of a `url` with a space, a second `?`, an `&` in front of any `?`, or a placeholder that nothing fills
(`/users/{id}`, `/users/:id`).

## Why
Make sends the address as it stands: the service gets another path or another query than is meant, and answers 404.

## Example
```jsonc connection
{ "url": "https://api.acme.test/v1/ me" }
```
```jsonc connection
{ "url": "https://api.acme.test/users/{id}" }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/v1/me" }
```
```jsonc connection
{ "url": "https://api.acme.test/users/{{parameters.id}}" }
```

## Source
RFC 3986 §3; communication.md §5 `url`.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for Url { block, node, template, .. } in urls(connection) {
        for (span, message, help) in mistakes(template) {
            findings.push(
                RULE.finding(message)
                    .at(node.place_of(span))
                    .why("the address is sent as it stands: the service gets another one than is meant")
                    .help(help)
                    .in_block(block),
            );
        }
    }
}

type Mistake = (Span, String, &'static str);

fn mistakes(template: &Template) -> Vec<Mistake> {
    let source = template.source();
    let mut found = Vec::new();
    let mut queries = 0;
    found.extend(second_scheme(source));
    for (index, piece) in template.ast().iter().enumerate() {
        let Piece::Text(piece) = piece else { continue };
        let (text, start) = (&source[piece.range()], piece.range().start);
        let is_odd = |byte: u8| matches!(byte, 0..=b' ' | b'?' | b'&' | b'{' | 0x7f..);
        if !text.bytes().any(is_odd) && !text.contains("/:") && !text.starts_with(':') {
            continue;
        }
        let at = |from: usize, to: usize| Span::new(start + from, start + to);
        if let Some(space) = text.find(char::is_whitespace) {
            let length = text[space..].len() - text[space..].trim_start().len();
            found.push((
                at(space, space + length),
                "a space stands in the `url`".to_owned(),
                "take it out, or write %20",
            ));
        }
        for (question, letter) in text.match_indices(['?', '&']) {
            match (letter, queries) {
                ("?", 0) => queries += 1,
                ("?", _) => {
                    found.push((
                        at(question, question + 1),
                        "a second `?` stands in the `url`".to_owned(),
                        "write `&` between parameters",
                    ));
                }
                // `{{temp.url}}&app=x`: an address from an answer may bring its query along.
                ("&", 0) if index == 1 && question == 0 => queries += 1,
                ("&", 0) if text[question..].contains('=') => {
                    found.push((
                        at(question, question + 1),
                        "`&` stands in front of any `?`".to_owned(),
                        "begin the query with `?`",
                    ));
                    queries += 1;
                }
                _ => {}
            }
        }
        let path = text.split(['?', '#']).next().unwrap_or_default();
        found.extend(placeholders(path).into_iter().map(|(from, to)| {
            let message = format!("nothing fills the placeholder `{}`", &path[from..to]);
            (at(from, to), message, "write an expression in two braces, such as `{{parameters.id}}`")
        }));
    }
    found
}

/// `https://https://`
fn second_scheme(source: &str) -> Option<Mistake> {
    let scheme = |text: &str| ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme)).map(str::len);
    let first = scheme(source)?;
    let second = scheme(&source[first..])?;
    let message = "`://` stands in the `url` twice: the host would be called `https`".to_owned();
    Some((Span::new(first, first + second), message, "take one of them out"))
}

/// The segments `{id}` and `:id` of a path.
fn placeholders(path: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    for segment in path.split('/') {
        let is_name = |name: &str| {
            !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
        };
        let inside = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let behind_colon =
            segment.strip_prefix(':').filter(|name| !name.starts_with(|letter: char| letter.is_ascii_digit()));
        if inside.or(behind_colon).is_some_and(is_name) {
            found.push((start, start + segment.len()));
        }
        start += segment.len() + 1;
    }
    found
}
