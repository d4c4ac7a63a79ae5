//! `make-only-redirect-variable`: the callback on make.com, wherever the app runs.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0305",
    name: "make-only-redirect-variable",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`oauth.makeRedirectUri` is read, which is always `https://www.make.com/oauth/cb/app`.

## Why
It is right on make.com. On a private instance the browser comes back to make.com, where nobody waits for it.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "redirect_uri": "{{oauth.makeRedirectUri}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "redirect_uri": "{{oauth.localRedirectUri}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Source
Make's documentation of OAuth 2.0 connections (available variables); connection.md §4.2.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (site, read) in connection.reads_of("oauth").filter(|(_, read)| read.key() == Some("makeRedirectUri")) {
        findings.push(
            RULE.finding("`oauth.makeRedirectUri` works on make.com only")
                .at(read.place)
                .why("on a private instance the browser comes back to make.com, where nobody waits for it")
                .help("read `oauth.localRedirectUri` if the app is to run elsewhere too")
                .in_block(&site.block),
        );
    }
}
