//! `invalidate-without-token`: a revocation that names no token.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::STORE_ROOTS;

pub static RULE: Rule = Rule {
    code: "CS1005",
    name: "invalidate-without-token",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`invalidate` calls an address and sends nothing of what the connection has stored.

## Why
The server cannot know whose token to revoke: it answers an error or, as RFC 7009 asks for unknown tokens, success, and
the token stays valid.

## Example
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" },
  "invalidate": {
    "url": "https://api.acme.test/oauth/revoke",
    "method": "POST",
    "body": { "client_id": "{{common.clientId}}" }
  }
}
```

## Instead
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" },
  "invalidate": {
    "url": "https://api.acme.test/oauth/revoke",
    "method": "POST",
    "body": { "client_id": "{{common.clientId}}", "token": "{{data.accessToken}}" }
  }
}
```

## Source
RFC 7009 §2.1, §2.2; pitfalls.md 146.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let reads_store = connection
        .sites_of(Phase::Invalidate)
        .filter(|site| !site.is_response_side())
        .any(|site| site.reads().iter().any(|read| STORE_ROOTS.contains(&read.root())));
    if reads_store {
        return;
    }
    let called = connection.requests().find_map(|(phase, block, request)| {
        let url = request.get("url").filter(|_| phase == Phase::Invalidate)?;
        Some((block, url))
    });
    if let Some((block, url)) = called {
        findings.push(
            RULE.finding("`invalidate` sends nothing that the connection has stored")
                .at(url.place)
                .why("the server cannot know whose token to revoke, so the token stays valid")
                .help("send the token, for example `{{data.accessToken}}`; without a way to revoke, leave `invalidate` out")
                .in_block(block),
        );
    }
}
