//! `endpoints-exchanged`: the address of one endpoint where the other belongs.

use connspec_diagnostics::Severity;
use connspec_spec::Node;

use crate::request::{Url, urls};
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0328",
    name: "endpoints-exchanged",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`authorize` leads to an address that ends in `/token`, or `token` asks one that ends in `/authorize`; or `info` asks the
very address of `token` that ends in `/token`, and sends no grant.

## Why
The browser would be sent to the endpoint that only answers to programs, or the code to the page that only people see:
either answers with an error. So does the token endpoint when it is asked who is connected, and no connection is made.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/token", "qs": { "response_type": "code" } },
  "token": { "url": "https://api.acme.test/oauth/authorize", "method": "POST" }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize", "qs": { "response_type": "code" } },
  "token": { "url": "https://api.acme.test/oauth/token", "method": "POST" }
}
```

## Source
RFC 6749 §3.
"#;

const OF_TOKENS: &[&str] = &["token", "access_token", "accesstoken"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let wrong: [(Phase, &[&str], &str); 3] = [
        (Phase::Authorize, OF_TOKENS, "the token endpoint, which answers no browser"),
        (Phase::Token, &["authorize", "authorise"], "the page where people give consent"),
        (Phase::Refresh, &["authorize", "authorise"], "the page where people give consent"),
    ];
    for Url { phase, block, request, node, text, .. } in urls(connection) {
        let path = path_of(text);
        let last = path.rsplit('/').next().unwrap_or_default();
        let ends_so = |ends: &[&str]| ends.iter().any(|end| last.eq_ignore_ascii_case(end));
        if phase == Phase::Info && ends_so(OF_TOKENS) && asks_for_tokens_at(connection, path) && !sends_grant(request) {
            findings.push(
                RULE.finding(format!("`{block}` asks the address of `token`"))
                    .at(node.place)
                    .why("the token endpoint only gives tokens: it answers with an error, and no connection is made")
                    .help("ask an address that only a valid token can read, such as /me")
                    .in_block(block),
            );
            continue;
        }
        let Some((_, _, what)) = wrong.iter().find(|(of, ends, _)| *of == phase && ends_so(ends)) else { continue };
        let last = last.to_ascii_lowercase();
        findings.push(
            RULE.finding(format!("the address of `{block}` ends in `/{last}`"))
                .at(node.place)
                .why(format!("by its name that is {what}"))
                .help("look up both addresses in the provider's documentation; they may have been exchanged")
                .in_block(block),
        );
    }
}

/// An address without its query.
fn path_of(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/')
}

fn asks_for_tokens_at(connection: &Connection<'_>, path: &str) -> bool {
    connection.requests_of(Phase::Token).any(|request| request.url().is_some_and(|url| path_of(url) == path))
}

/// Whether a request of `info` is one for tokens all the same, or may be.
fn sends_grant(request: &Node) -> bool {
    let places = ["qs", "body"].into_iter().filter_map(|key| request.get(key));
    let mut sent = places.chain(request.get("url"));
    sent.any(|sent| match sent.as_str() {
        Some(text) => text.contains("grant_type") || text.starts_with("{{"),
        None => sent.get("grant_type").is_some() || sent.get("{{...}}").is_some(),
    })
}
