//! `oauth-parameter-misspelt`: a parameter of the standard under a name of one's own.

use connspec_diagnostics::{Fix, Severity};

use crate::edit::rename_member;
use crate::parameters::{OF_AUTHORIZE, OF_TOKEN, meant_parameter};
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0324",
    name: "oauth-parameter-misspelt",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A parameter of `authorize`, `token` or `refresh` that is named almost like one of the standard, which is not sent:
`redirect_url`, `clientId`, `responce_type`.

## Why
Providers look for the exact name. What they do not find is missing to them, and they refuse the request or send the
browser elsewhere.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "response_type": "code", "redirect_url": "{{oauth.localRedirectUri}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "response_type": "code", "redirect_uri": "{{oauth.localRedirectUri}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Fix
The name of the standard is suggested.

## Source
RFC 6749 §4.1; RFC 7636 §4.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if connection.exchanges_code() {
        connection.requests_of(Phase::Authorize).iter().for_each(|request| examine(request, OF_AUTHORIZE, findings));
    }
    let is_oauth = |request: &&Request<'_, '_>| {
        let is_named_so = request.url().is_some_and(|url| url.contains("/oauth"));
        connection.exchanges_code() || is_named_so || request.sends("grant_type").is_there()
    };
    for phase in [Phase::Token, Phase::Refresh] {
        let requests = connection.requests_of(phase);
        requests.iter().filter(is_oauth).for_each(|request| examine(request, OF_TOKEN, findings));
    }
}

fn examine(request: &Request<'_, '_>, names: &[&'static str], findings: &mut Findings) {
    let objects = ["qs", "body"].into_iter().filter_map(|key| request.node.get(key));
    for member in objects.flat_map(|object| object.effective_members()) {
        let Some(meant) = meant_parameter(&member.key, names, |name| request.sends(name).is_absent()) else { continue };
        findings.push(
            RULE.finding(format!("`{}` is no parameter of the standard", member.key))
                .at(member.key_place)
                .why(format!("providers look for `{meant}`, which is not sent"))
                .help(format!("did you mean `{meant}`?"))
                .fix(Fix::suggestion(format!("call it `{meant}`")).with_edits(rename_member(member, meant)))
                .in_block(request.block),
        );
    }
}
