//! `token-response-scope-missing`: what was granted is not recorded.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0525",
    name: "token-response-scope-missing",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The connection asks for scopes, and `token` has no `response.scope`.

## Why
Without it Make records the scopes it has asked for, also where the user or the provider granted fewer: modules then
run into 403 instead of asking for more. Newer versions of Make read what was granted from `token.response.scope`.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "scope": "{{join(oauth.scope, ' ')}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "scope": "{{join(oauth.scope, ' ')}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "response": { "scope": "{{body.scope}}" } }
}
```

## Source
RFC 6749 §5.1; connection.md §8 (from runtime 1.101.0 on).
"#;

/// Providers whose token answers are documented to hold no scope.
const WITHOUT_SCOPE: &[&str] = &["app-academy.make.com"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let requests = connection.requests_of(Phase::Token);
    let Some(token) = requests.clone().find(|token| token.node.get("url").is_some()) else { return };
    let asks = connection
        .reads_of("oauth")
        .any(|(site, read)| matches!(site.phase, Phase::Authorize | Phase::Token) && read.key() == Some("scope"));
    let records = requests.clone().any(|token| token.member(&["response", "scope"]).is_some());
    if !asks || records || token.goes_to(WITHOUT_SCOPE) {
        return;
    }
    findings.push(
        RULE.finding("the granted scope is not recorded")
            .at(token.key_place())
            .why("Make records what was asked for, also where fewer scopes were granted")
            .help("add `\"scope\": \"{{body.scope}}\"` to `response` of `token`")
            .in_block(token.block),
    );
}
