//! `relative-url-in-connection`: an address without a host.

use connspec_diagnostics::{Diagnostic, Fix, Severity, suggest};
use connspec_spec::Node;
use serde_json::json;

use crate::edit::replace_value;
use crate::request::{Address, Url, literal, urls};
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0201",
    name: "relative-url-in-connection",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A `url` of a connection that does not begin with `https://` or `http://`.

## Why
Modules put the base's `baseUrl` in front of `/me`. Connections do not: they inherit nothing from base, neither its
address nor its headers. Make stops with an invalid URL.

## Example
```jsonc connection
{ "url": "/me", "headers": { "authorization": "Bearer {{parameters.apiKey}}" } }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me", "headers": { "authorization": "Bearer {{parameters.apiKey}}" } }
```

## Fix
An address that begins with a host gets its `https://`. Where base has a literal `baseUrl`, putting it in front of a
path is suggested.

## Source
communication.md §5 `url`, §6; corpus-notes.md A13.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for Url { block, node: url, text, template, .. } in urls(connection) {
        if is_absolute(Address::of(template).literal_start().trim_start(), template.is_literal()) {
            continue;
        }
        let finding = match without_scheme(text) {
            Some(rest) => scheme_missing(connection, url, rest),
            None => no_host(connection, url, text),
        };
        findings.push(finding.at(url.place).in_block(block));
    }
}

/// What of an address follows its scheme, when it has a host and `https://` is missing or misspelt: `api.acme.test/me`,
/// `//api.acme.test`, `htps://api.acme.test`, `{{parameters.host}}.acme.test`.
fn without_scheme(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let slashes = |text: &str| text.len() - text.trim_start_matches(['/', '\\']).len();
    let rest = match text.split_once(':') {
        Some((scheme, rest)) if is_like_http(scheme) => &rest[slashes(rest)..],
        _ if text.starts_with("//") => &text[2..],
        _ => match text.split_once("//") {
            Some((scheme, rest)) if is_like_http(scheme) => rest,
            _ => text,
        },
    };
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let ends_in_a_domain = host.rsplit_once('.').is_some_and(|(name, domain)| {
        !name.is_empty() && domain.len() >= 2 && domain.chars().all(|letter| letter.is_ascii_alphabetic())
    });
    let is_variable = VARIABLES.iter().any(|root| host.starts_with(root));
    let is_file = ENDINGS_OF_FILES.iter().any(|end| host.ends_with(end));
    let is_host = ends_in_a_domain && !host.starts_with('.') && !is_variable && !is_file;
    (is_host || (rest.len() < text.len() && !rest.is_empty())).then_some(rest)
}

/// Variables without their braces, which look like a host.
const VARIABLES: &[&str] = &["parameters.", "connection.", "data.", "common.", "temp.", "body.", "oauth."];

/// Paths that look like one: `me.json`.
const ENDINGS_OF_FILES: &[&str] = &[".json", ".xml", ".php", ".asp", ".aspx", ".html", ".do", ".ashx"];

/// Whether somebody may have meant `http` or `https`.
fn is_like_http(scheme: &str) -> bool {
    let scheme = scheme.to_ascii_lowercase();
    !scheme.is_empty() && scheme.len() <= 7 && suggest::nearest(&scheme, ["https", "http"]).is_some()
}

fn scheme_missing(connection: &Connection<'_>, url: &Node, rest: &str) -> Diagnostic {
    let whole = format!("https://{rest}");
    let edits = replace_value(&connection.app.sources, url, &json!(whole));
    RULE.finding("`https://` is missing in front of the `url`")
        .why("an address without a scheme is taken as a path, and connections have no host to put in front of it: Make stops with an invalid URL")
        .help(format!("write `{whole}`"))
        .fix(Fix::suggestion("begin with `https://`").with_edits(edits))
}

fn no_host(connection: &Connection<'_>, url: &Node, text: &str) -> Diagnostic {
    let finding = RULE
        .finding("a relative `url` in a connection")
        .why("connections inherit nothing from base, neither its baseUrl nor its headers: Make stops with an invalid URL")
        .help("write the whole address, beginning with `https://`, and the headers it needs");
    let Some(base) = base_url(connection) else { return finding };
    let slash = if text.starts_with('/') { "" } else { "/" };
    let whole = json!(format!("{}{slash}{text}", base.trim_end_matches('/')));
    let edits = replace_value(&connection.app.sources, url, &whole);
    finding.fix(Fix::suggestion("put the base's address in front").with_edits(edits))
}

/// Whether an address that begins with `start` has a scheme, or may get one from the expression behind it.
fn is_absolute(start: &str, is_whole: bool) -> bool {
    let begins = |text: &str, with: &str| {
        text.as_bytes().get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
    };
    let schemes = ["https://", "http://"];
    schemes.iter().any(|scheme| begins(start, scheme) || (!is_whole && begins(scheme, start)))
        || (is_whole && start.is_empty())
}

/// The address in the app's base, when no expression is in it.
fn base_url<'a>(connection: &Connection<'a>) -> Option<&'a str> {
    let base = connection.app.base.as_ref()?.node.as_ref()?;
    literal(base, "baseUrl").filter(|url| url.starts_with("https://"))
}
