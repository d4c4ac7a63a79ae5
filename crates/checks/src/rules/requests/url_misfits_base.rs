//! `url-misfits-base`: an address of a module that does not go on where the base's ends.

use connspec_diagnostics::{Diagnostic, Fix, Severity, Span};
use connspec_iml::Template;
use connspec_iml::ast::Piece;
use smallvec::SmallVec;

use super::absolute::{VARIABLES, is_absolute, without_scheme};
use crate::other_request::GoesBy;
use crate::request::Address;
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::subject::Other;

pub static RULE: Rule = Rule {
    code: "CS0230",
    name: "url-misfits-base",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Other(check),
};

const DOCUMENTATION: &str = r#"
A `url` of a module or remote procedure that does not fit behind the `baseUrl` it is joined to: it repeats the version
that `baseUrl` ends with, it is the base's own host without `https://`, it begins with no `/`, or with two.

## Why
Make joins `baseUrl` and `url` with a slash. A version that stands in both is sent twice (`/v2/v2/contacts`), and a host
becomes a folder: the service answers 404. Without a slash at its beginning an address works, but Make's documentation
and its editor ask for one; two are made one. These last are infos.

## Example
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/v2/me" }
```
```jsonc file=base.imljson
{ "baseUrl": "https://api.acme.test/v2" }
```
```jsonc file=modules/list/api.imljson
{ "url": "/v2/contacts" }
```

## Instead
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/v2/me" }
```
```jsonc file=base.imljson
{ "baseUrl": "https://api.acme.test/v2" }
```
```jsonc file=modules/list/api.imljson
{ "url": "/contacts" }
```

## Fix
The address without the version, with its `https://`, or with one slash, is suggested.

## Source
communication.md §5 `url` (how it is joined and made regular), §6.
"#;

fn check(other: &Other<'_>, findings: &mut Findings) {
    for request in other.each_request().filter(|request| !request.is_of_base() && !request.is_of_webhook()) {
        let GoesBy::Value(base) = request.goes_by("baseUrl") else { continue };
        let Some(base) = base.template() else { continue };
        let urls = request.sites().iter().filter(|site| matches!(site.path(), ["url"] | ["pagination", "url"]));
        for site in urls {
            let start = Address::of(site.template).literal_start();
            if start.is_empty() || is_absolute(start, site.template.is_literal()) {
                continue;
            }
            if let Some(finding) = misfit(site, start, base) {
                findings.push(finding.in_block(&site.block));
            }
        }
    }
}

/// What is wrong with an address that begins with `start`, behind this `baseUrl`.
fn misfit(url: &Site<'_>, start: &str, base: &Template) -> Option<Diagnostic> {
    if Address::of(base).host().is_some_and(|(host, _)| begins_with_host(start, host)) {
        return Some(scheme_missing(url));
    }
    match start.len() - start.trim_start_matches('/').len() {
        0 => is_path(start).then(|| slash_missing(url)),
        1 => Some(version_twice(url, repeated(base, url.template, start)?)),
        slashes => Some(several_slashes(url, slashes)),
    }
}

fn begins_with_host(start: &str, host: &str) -> bool {
    let rest = without_scheme(start).unwrap_or(start);
    let is_host = rest.get(..host.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(host));
    is_host && rest[host.len()..].bytes().next().is_none_or(|next| matches!(next, b'/' | b':' | b'?' | b'#'))
}

/// Whether an address begins with the name of a folder, and not with a variable whose braces are missing.
fn is_path(start: &str) -> bool {
    let is_name = start.starts_with(|first: char| first.is_alphanumeric() || matches!(first, '_' | '-' | '.' | '$'));
    is_name && !VARIABLES.iter().any(|root| start.starts_with(root))
}

/// How much of an address repeats the end of `baseUrl`, when that ends with a version: of `/v2/contacts` behind
/// `https://api.acme.test/v2` the `/v2`.
fn repeated(base: &Template, url: &Template, start: &str) -> Option<usize> {
    let Some(Piece::Text(tail)) = base.ast().last() else { return None };
    let tail = &base.source()[tail.range()];
    let tail = tail.split_once("://").map_or(tail, |(_, rest)| rest).trim_end_matches('/');
    let (_, path) = tail.split_once('/').filter(|(_, path)| path.rsplit('/').next().is_some_and(is_version))?;
    let known: SmallVec<[&str; 4]> = path.split('/').collect();
    let ends = start.match_indices(['/', '?', '#']).map(|(at, _)| at).chain(url.is_literal().then_some(start.len()));
    ends.filter(|end| *end > 0).find(|end| {
        let begun = start[1..*end].split('/');
        let count = begun.clone().count();
        count <= known.len() && begun.eq(known[known.len() - count..].iter().copied())
    })
}

/// `v2`, `v1beta`, `1.0`, `2024-01`.
fn is_version(segment: &str) -> bool {
    let digits = segment.strip_prefix(['v', 'V']);
    let is_number = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
    digits.is_some_and(is_number) || (is_number(segment) && segment.contains(['.', '-']))
}

fn scheme_missing(url: &Site<'_>) -> Diagnostic {
    let text = url.template.source();
    let begun = text.len() - without_scheme(text).unwrap_or(text).len();
    RULE.finding(format!("`https://` is missing in front of the `{}`", url.key()))
        .at(url.node.place)
        .why("it is joined to `baseUrl`: the host becomes a part of the path, and the service answers 404")
        .help("begin with `https://`, or leave out what `baseUrl` has already")
        .fix(Fix::suggestion("begin with `https://`").replace(url.place(Span::new(0, begun)), "https://"))
}

fn slash_missing(url: &Site<'_>) -> Diagnostic {
    let finding = RULE
        .finding(format!("no `/` begins the `{}`", url.key()))
        .at(url.node.place)
        .why("Make's documentation and its editor ask for one in front of what is joined to `baseUrl`")
        .help("begin with `/`")
        .fix(Fix::suggestion("begin with `/`").replace(url.place(Span::at(0)), "/"));
    info(finding)
}

fn several_slashes(url: &Site<'_>, count: usize) -> Diagnostic {
    let place = url.place(Span::new(0, count));
    let finding = RULE
        .finding(format!("{count} slashes begin the `{}`", url.key()))
        .at(place)
        .why("Make makes one of them, and joins the address to `baseUrl` all the same: no host is meant by it")
        .help("begin with one `/`")
        .fix(Fix::suggestion("begin with one `/`").replace(place, "/"));
    info(finding)
}

fn version_twice(url: &Site<'_>, length: usize) -> Diagnostic {
    let text = url.template.source();
    let place = url.place(Span::new(0, length));
    let finding = RULE
        .finding(format!("`{}` is in `baseUrl` already", &text[..length]))
        .at(place)
        .why("`baseUrl` and the address are joined: it is sent twice, and the service answers 404");
    match text[length..].starts_with('/') {
        true => {
            finding.help(format!("write `{}`", &text[length..])).fix(Fix::suggestion("leave it out").replace(place, ""))
        }
        false => finding.help("leave it out"),
    }
}

fn info(mut finding: Diagnostic) -> Diagnostic {
    finding.severity = Severity::Info;
    finding
}
