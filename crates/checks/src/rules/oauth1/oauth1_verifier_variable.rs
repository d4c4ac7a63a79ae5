//! `oauth1-verifier-variable`: the verifier read by a name the callback does not have.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Kind;

use crate::rule::{Check, Findings, Rule};

use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0902",
    name: "oauth1-verifier-variable",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`query.verifier` or `query.token` in an OAuth 1 connection.

## Why
The callback brings `oauth_verifier` and `oauth_token` (RFC 5849 §2.2). Old documentation writes `query.verifier`, which
is undefined: the access token is then asked for without the verifier and refused.

## Example
```jsonc connection
{
  "requestToken": { "url": "https://api.acme.test/oauth/request_token" },
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "verifier": "{{query.verifier}}" } }
  },
  "accessToken": { "url": "https://api.acme.test/oauth/access_token" }
}
```

## Instead
```jsonc connection
{
  "requestToken": { "url": "https://api.acme.test/oauth/request_token" },
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "verifier": "{{query.oauth_verifier}}" } }
  },
  "accessToken": { "url": "https://api.acme.test/oauth/access_token" }
}
```

## Fix
The name with `oauth_` is suggested.

## Source
RFC 5849 §2.2; Make's own template; pitfalls.md 138.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if connection.definition.kind != Kind::OAuth1 {
        return;
    }
    for (site, found) in connection.reads_of("query") {
        let Some(key @ ("verifier" | "token")) = found.key() else { continue };
        // `ifempty(query.oauth_verifier, query.verifier)` asks for both.
        if found.segments.len() != 2 || site.reads_variable(&["query", &format!("oauth_{key}")]) {
            continue;
        }
        let meant = format!("query.oauth_{key}");
        findings.push(
            RULE.finding(format!("the callback has no `{key}`"))
                .at(found.place)
                .why("it brings `oauth_token` and `oauth_verifier` (RFC 5849 §2.2): this is undefined")
                .help(format!("did you mean `{meant}`?"))
                .in_block(&site.block)
                .fix(Fix::suggestion(format!("read `{meant}`")).replace(found.place, meant)),
        );
    }
}
