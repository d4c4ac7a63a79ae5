//! `url-malformed`: an address with something in it that no address has.

use connspec_diagnostics::{Severity, Span};
use connspec_iml::Template;
use connspec_iml::ast::Piece;
use connspec_spec::Node;
use memchr::memchr_iter;

use crate::request::{Url, urls};
use crate::rule::{Check, Findings, Rule};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0228",
    name: "url-malformed",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A literal part of a `url` with a space, a backslash, a second `?`, an `&` in front of any `?`, or a placeholder that nothing fills
(`/users/{id}`, `/users/:id`). Also a host that is none (`https:///me`, `https://api..acme.test`), a port that is no number, or a
user and a password in front of the host. The addresses of modules, remote procedures and webhooks, and of their next pages, are looked
at too; there a space counts at either end and beside a `/`.

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

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for Url { block, node, template, .. } in whole.connections.iter().flat_map(urls) {
        report(mistakes(template, is_any_space), node, block, findings);
    }
    for site in whole.other_sites().filter(|site| matches!(site.path(), ["url"] | ["pagination", "url"])) {
        report(mistakes(site.template, is_stray_space), site.node, &site.block, findings);
    }
}

fn report(mistakes: Vec<Mistake>, url: &Node, block: &str, findings: &mut Findings) {
    for (span, message, help) in mistakes {
        findings.push(
            RULE.finding(message)
                .at(url.place_of(span))
                .why("the address is sent as it stands: the service gets another one than is meant")
                .help(help)
                .in_block(block),
        );
    }
}

/// Finds a space in a piece of an address, whose edges are those of the address or not: where it is, how long it is.
type Spaces = fn(&str, Edges) -> Option<(usize, usize)>;

/// Whether the address begins and ends with a piece of it.
type Edges = (bool, bool);

fn is_any_space(text: &str, _: Edges) -> Option<(usize, usize)> {
    let space = text.find(char::is_whitespace)?;
    Some((space, text[space..].len() - text[space..].trim_start().len()))
}

/// Only at the edges of the address and beside a `/` of its path: names of a service's own have spaces.
fn is_stray_space(text: &str, edges: Edges) -> Option<(usize, usize)> {
    let path = text.find(['?', '#']).map_or(text, |query| &text[..query]);
    let mut from = 0;
    while let Some((space, length)) = is_any_space(&path[from..], edges) {
        let (before, behind) = (&path[..from + space], &path[from + space + length..]);
        let is_edge = (edges.0 && before.is_empty()) || (edges.1 && behind.is_empty() && path.len() == text.len());
        if is_edge || before.ends_with('/') || behind.starts_with('/') {
            return Some((from + space, length));
        }
        from += space + length;
    }
    None
}

type Mistake = (Span, String, &'static str);

fn mistakes(template: &Template, space: Spaces) -> Vec<Mistake> {
    let source = template.source();
    let mut found = Vec::new();
    let mut queries = 0;
    let twice = second_scheme(source);
    if twice.is_none() {
        found.extend(odd_authority(template));
    }
    found.extend(twice);
    for (index, piece) in template.ast().iter().enumerate() {
        let Piece::Text(piece) = piece else { continue };
        let (text, start) = (&source[piece.range()], piece.range().start);
        let is_odd = |byte: u8| matches!(byte, 0..=b' ' | b'?' | b'&' | b'\\' | b'{' | 0x7f..);
        // Nearly every address has one colon, behind its scheme.
        let begins_segment = |colon: usize| colon == 0 || text.as_bytes()[colon - 1] == b'/';
        if !text.bytes().any(is_odd) && !memchr_iter(b':', text.as_bytes()).any(begins_segment) {
            continue;
        }
        let at = |from: usize, to: usize| Span::new(start + from, start + to);
        let is_query = queries > 0;
        if let Some((from, length)) = space(text, (index == 0, index + 1 == template.ast().len())) {
            found.push((
                at(from, from + length),
                "a space stands in the `url`".to_owned(),
                "take it out, or write %20",
            ));
        }
        if let Some(backslash) = text.find('\\').filter(|at| !is_query && !text[..*at].contains(['?', '#'])) {
            found.push((
                at(backslash, backslash + 1),
                "a backslash stands in the `url`".to_owned(),
                "write `/`: no address has a backslash",
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
        let path = if is_query { "" } else { text.split(['?', '#']).next().unwrap_or_default() };
        // `{{parameters.model}}:generate`: what follows an expression goes on with its segment.
        let whole = if index == 0 { 0 } else { path.find('/').unwrap_or(path.len()) };
        found.extend(placeholders(path, whole).into_iter().map(|(from, to)| {
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

/// What is wrong between `://` and the path, as far as that is written out.
fn odd_authority(template: &Template) -> Option<Mistake> {
    let Some(Piece::Text(first)) = template.ast().first() else { return None };
    let text = &template.source()[first.range()];
    let start = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme)).map(str::len)?;
    let end = text[start..].find(['/', '?', '#', '\\']).map(|at| start + at);
    // An expression goes on with the host where no path begins.
    let is_whole = end.is_some() || template.ast().len() == 1;
    let end = end.unwrap_or(text.len());
    let authority = &text[start..end];
    let at = |from: usize, to: usize| Span::new(first.range().start + from, first.range().start + to);
    if authority.is_empty() {
        let message = || "no host stands behind `://`".to_owned();
        return is_whole.then(|| (at(0, end), message(), "write the host of the service"));
    }
    if let Some(user) = authority.rfind('@').filter(|_| is_whole) {
        let message = "a user stands in front of the host".to_owned();
        return Some((at(start, start + user + 1), message, "send user and password in the header `authorization`"));
    }
    let (host, port) = authority.split_once(':').filter(|_| !authority.starts_with('[')).unwrap_or((authority, ""));
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if port.is_empty()
        && authority.len() == host.len()
        && host.split('.').all(|part| !part.is_empty() && part.bytes().all(is_usual))
    {
        return None;
    }
    if let Some(empty) = host.find("..").or_else(|| host.starts_with('.').then_some(0)) {
        let message = "a part of the host is empty".to_owned();
        return Some((at(start + empty, start + empty + 1), message, "take the dot out"));
    }
    if let Some((odd, letter)) = host.match_indices([',', ';', '"', '\'', '<', '>', '|', '^', '(', ')']).next() {
        let message = format!("`{letter}` stands in the host");
        return Some((at(start + odd, start + odd + 1), message, "write a dot, or take it out"));
    }
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && (port.len() < 5 || port.parse::<u16>().is_ok());
    let begins = start + host.len() + 1;
    (!is_port).then(|| (at(begins, end), format!("`{port}` is no port"), "write a number up to 65535, or no port"))
}

/// The segments `{id}` and `:id` of a path behind `start`.
fn placeholders(path: &str, mut start: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for segment in path[start..].split('/') {
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
