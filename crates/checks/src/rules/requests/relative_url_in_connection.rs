//! `relative-url-in-connection`: an address without a host.

use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_spec::Node;
use serde_json::json;

use super::absolute::{is_absolute, without_scheme};
use crate::edit::replace_value;
use crate::request::{Address, Url, exchanged, literal, urls};
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
    for Url { block, request, node: url, text, template, .. } in urls(connection) {
        if is_absolute(Address::of(template).literal_start().trim_start(), template.is_literal()) {
            continue;
        }
        // `directive-value-unknown` tells of it.
        if exchanged(request).is_some() {
            continue;
        }
        let finding = match without_scheme(text) {
            Some(rest) => scheme_missing(connection, url, rest),
            None => no_host(connection, url, text),
        };
        findings.push(finding.at(url.place).in_block(block));
    }
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

/// The address in the app's base, when no expression is in it.
fn base_url<'a>(connection: &Connection<'a>) -> Option<&'a str> {
    let base = connection.app.base.as_ref()?.node.as_ref()?;
    literal(base, "baseUrl").filter(|url| url.starts_with("https://"))
}
