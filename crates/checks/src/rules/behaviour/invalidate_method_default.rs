//! `invalidate-method-default`: a revocation that goes out as GET.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;
use serde_json::json;

use crate::edit;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS1004",
    name: "invalidate-method-default",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`invalidate` calls a revocation address without saying the method, so it goes out as GET.

## Why
RFC 7009 has tokens revoked by POST; most servers answer GET with 404 or 405. The connection is deleted all the same,
and the token stays valid. A request with a `body` is told by `get-with-body`.

## Example
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" },
  "invalidate": { "url": "https://api.acme.test/oauth/revoke", "qs": { "token": "{{data.accessToken}}" } }
}
```

## Instead
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" },
  "invalidate": {
    "url": "https://api.acme.test/oauth/revoke",
    "method": "POST",
    "type": "urlencoded",
    "body": { "token": "{{data.accessToken}}" }
  }
}
```

## Fix
`"method": "POST"` is suggested; a few providers do take GET.

## Source
RFC 7009 §2.1; pitfalls.md 145.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (phase, block, request) in connection.requests() {
        if phase != Phase::Invalidate || request.get("method").is_some() || request.get("body").is_some() {
            continue;
        }
        let Some(url) = request.get("url").filter(|url| revokes(url)) else { continue };
        let fix = Fix::suggestion("send it by POST").with_edits(edit::insert_member(
            &connection.app.sources,
            request,
            "method",
            &json!("POST"),
        ));
        findings.push(
            RULE.finding("the token is revoked by GET, the default method")
                .at(url.place)
                .why("servers take revocations by POST (RFC 7009); refused, the token stays valid after the deletion")
                .help("add `\"method\": \"POST\"`, or `\"method\": \"GET\"` when the provider asks for it")
                .fix(fix)
                .in_block(block),
        );
    }
}

/// Whether an address is one of revocation by its path.
fn revokes(url: &Node) -> bool {
    let address = url.as_str().unwrap_or_default().to_ascii_lowercase();
    let path = address.split('?').next().unwrap_or_default();
    path.contains("/revoke") || path.contains("revocation")
}
