//! `relative-url-in-connection`: an address without a host.

use connspec_diagnostics::{Fix, Severity};
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
Where base has a literal `baseUrl`, putting it in front is suggested.

## Source
communication.md §5 `url`, §6; corpus-notes.md A13.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for Url { block, node: url, text, template, .. } in urls(connection) {
        let start = Address::of(template).literal_start().trim_start().to_ascii_lowercase();
        if is_absolute(&start, template.is_literal()) {
            continue;
        }
        let mut finding = RULE
            .finding("a relative `url` in a connection")
            .at(url.place)
            .why("connections inherit nothing from base, neither its baseUrl nor its headers: Make stops with an invalid URL")
            .help("write the whole address, beginning with https://, and the headers it needs")
            .in_block(block);
        if let Some(base) = base_url(connection) {
            let slash = if text.starts_with('/') { "" } else { "/" };
            let whole = json!(format!("{}{slash}{text}", base.trim_end_matches('/')));
            let edits = replace_value(&connection.app.sources, url, &whole);
            finding = finding.fix(Fix::suggestion("put the base's address in front").with_edits(edits));
        }
        findings.push(finding);
    }
}

/// Whether an address that begins with `start` has a scheme, or may get one from the expression behind it.
fn is_absolute(start: &str, is_whole: bool) -> bool {
    let schemes = ["https://", "http://"];
    schemes.iter().any(|scheme| start.starts_with(scheme) || (!is_whole && scheme.starts_with(start)))
        || (is_whole && start.is_empty())
}

/// The address in the app's base, when no expression is in it.
fn base_url<'a>(connection: &Connection<'a>) -> Option<&'a str> {
    let base = connection.app.base.as_ref()?.node.as_ref()?;
    literal(base, "baseUrl").filter(|url| url.starts_with("https://"))
}
