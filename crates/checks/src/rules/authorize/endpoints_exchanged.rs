//! `endpoints-exchanged`: the address of one endpoint where the other belongs.

use connspec_diagnostics::Severity;

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
`authorize` leads to an address that ends in `/token`, or `token` asks one that ends in `/authorize`.

## Why
The browser would be sent to the endpoint that only answers to programs, or the code to the page that only people see:
either answers with an error.

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

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let wrong: [(Phase, &[&str], &str); 3] = [
        (Phase::Authorize, &["token", "access_token", "accesstoken"], "the token endpoint, which answers no browser"),
        (Phase::Token, &["authorize", "authorise"], "the page where people give consent"),
        (Phase::Refresh, &["authorize", "authorise"], "the page where people give consent"),
    ];
    for Url { phase, block, node, text, .. } in urls(connection) {
        let path = text.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let last = path.rsplit('/').next().unwrap_or_default();
        let ends_so = |ends: &[&str]| ends.iter().any(|end| last.eq_ignore_ascii_case(end));
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
