//! `bearer-missing`: an access token without its scheme.

use connspec_diagnostics::{Fix, Severity};

use super::header::is_authorization;
use super::lives::data_writes;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{plain, steps, store_key, whole};

pub static RULE: Rule = Rule {
    code: "CS0524",
    name: "bearer-missing",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
An `authorization` header holds the stored `access_token` and nothing else.

## Why
The header is a scheme and the token: `Bearer …`. Most services refuse a token without the scheme with 401. Services
that are known to want it so are left alone.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "accessToken": "{{body.access_token}}" } }
  },
  "info": { "url": "https://api.acme.test/me", "headers": { "authorization": "{{connection.accessToken}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "accessToken": "{{body.access_token}}" } }
  },
  "info": { "url": "https://api.acme.test/me", "headers": { "authorization": "Bearer {{connection.accessToken}}" } }
}
```

## Fix
`Bearer` in front of the token is suggested.

## Source
RFC 6750 §2.1.
"#;

/// Services that document the token alone.
const ALONE: &[&str] = &["monday.com", "clickup.com"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let writes = data_writes(connection, Phase::Token);
    let is_access_token = |key: &str| {
        writes.iter().filter(|write| write.member.key == key).filter_map(|write| write.site).any(|site| {
            let value = whole(&site.template).and_then(|expr| steps(&site.template, expr));
            value.and_then(|steps| steps.last().cloned()).is_some_and(|last| plain(&last) == "accesstoken")
        })
    };
    for request in connection.each_request().filter(|request| matches!(request.phase, Phase::Info | Phase::Invalidate))
    {
        if request.goes_to(ALONE) {
            continue;
        }
        for site in request.sites().filter(|site| is_authorization(site)) {
            let key = whole(&site.template).and_then(|expr| store_key(&site.template, expr));
            if !key.is_some_and(|key| is_access_token(&key)) {
                continue;
            }
            let text = serde_json::Value::from(format!("Bearer {}", site.template.source())).to_string();
            findings.push(
                RULE.finding("the access token is sent without a scheme")
                    .at(site.node.place)
                    .why("the header is a scheme and the token: most services refuse this with 401")
                    .help("write `Bearer` and a space in front of it")
                    .fix(Fix::suggestion("send it as a bearer token").replace(site.node.place, text))
                    .in_block(&site.block),
            );
        }
    }
}
