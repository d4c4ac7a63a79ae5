//! `integration-refresh-unused`: a `refresh` that may never be sent.

use crate::integration::{Integration, host};
use crate::providers::{WITHOUT_EXPIRES_IN, is_one_of};
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::Severity;
pub static RULE: Rule = Rule {
    code: "CS1130",
    name: "integration-refresh-unused",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A `refresh` although nothing may ever make it due. A warning for providers whose documented token answer has no
`expires_in`, a remark for all others: whether this one answers it, the manifest cannot tell, a run does.

## Why
The token counts as permanent when its answer has no `expires_in`: `refresh` is never sent, and one day every call is
refused.

## Example
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://github.com/login/oauth/authorize?redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://github.com/login/oauth/access_token", "method": "POST" },
    "refresh": { "url": "https://acme.test/token?refresh_token={{ oauth.refresh_token }}", "method": "POST" }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://github.com/login/oauth/authorize?redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://github.com/login/oauth/access_token", "method": "POST" }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Source
chiefonboarding.md §3 Refresh, §7; the documentation of the providers.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let Some(oauth) = integration.oauth().filter(|oauth| oauth.refresh.is_some()) else { return };
    let Some(member) = integration.oauth_member("refresh") else { return };
    let address = oauth.access_token.as_ref().and_then(|item| item.url.as_ref()).map(|url| url.value.source());
    let finding = RULE.finding("`refresh` is sent only if the token answer has `expires_in`").at(member.key_place);
    let finding = finding.in_block("oauth.refresh");
    findings.push(if is_one_of(address.and_then(host).unwrap_or_default(), WITHOUT_EXPIRES_IN) {
        finding
            .why("this provider answers none, unless the app was made to rotate its tokens: the token counts as permanent")
            .help("look whether tokens of this app expire; a run says so too")
    } else {
        let mut finding = finding
            .why("without it the token counts as permanent")
            .help("look at a recorded answer, or run `connspec connect`: it says so");
        finding.severity = Severity::Info;
        finding
    });
}
