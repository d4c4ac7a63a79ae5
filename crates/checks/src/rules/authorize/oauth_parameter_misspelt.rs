//! `oauth-parameter-misspelt`: a parameter of the standard under a name of one's own.

use std::collections::HashSet;

use connspec_diagnostics::{Fix, Severity};

use crate::edit::rename_member;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
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

/// The parameters of the standard by phase.
const OF_AUTHORIZE: &[&str] =
    &["response_type", "client_id", "redirect_uri", "code_challenge", "code_challenge_method"];
const OF_TOKEN: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "username",
    "password",
];

/// What people write for a parameter, beside other cases and punctuation, in normal form.
const ALSO: &[(&str, &str)] =
    &[("redirecturl", "redirect_uri"), ("callbackurl", "redirect_uri"), ("grant", "grant_type")];

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
    let missing: Vec<&str> = names.iter().copied().filter(|name| request.sends(name).is_absent()).collect();
    if missing.is_empty() {
        return;
    }
    let known: HashSet<&str> = OF_AUTHORIZE.iter().chain(OF_TOKEN).copied().collect();
    let objects = ["qs", "body"].into_iter().filter_map(|key| request.node.get(key));
    for member in objects.flat_map(|object| object.effective_members()).filter(|member| !known.contains(&*member.key)) {
        let Some(meant) = missing.iter().find(|name| means(&member.key, name)) else { continue };
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

/// Whether a name is another spelling of the parameter: other case or punctuation, one slip, or a usual mistake.
fn means(written: &str, parameter: &str) -> bool {
    let (written, known) = (normal(written), normal(parameter));
    written == known
        || ALSO.contains(&(written.as_str(), parameter))
        || is_one_slip(written.as_bytes(), known.as_bytes())
}

/// Whether one letter is missing, too many, another, or two neighbours are swapped.
pub(super) fn is_one_slip(written: &[u8], known: &[u8]) -> bool {
    let start = written.iter().zip(known).take_while(|(one, other)| one == other).count();
    let (written, known) = (&written[start..], &known[start..]);
    let swapped = |written: &[u8]| match (written, known) {
        ([a, b, rest @ ..], [c, d, other @ ..]) => (a, b, rest) == (d, c, other),
        _ => false,
    };
    let behind = |text: &[u8]| text.get(1..).map(<[u8]>::to_vec);
    swapped(written)
        || behind(written).as_deref() == Some(known)
        || behind(known).as_deref() == Some(written)
        || behind(written).zip(behind(known)).is_some_and(|(one, other)| one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_names() {
        for (written, parameter) in [
            ("redirect_url", "redirect_uri"),
            ("redirectUri", "redirect_uri"),
            ("redirect_ur", "redirect_uri"),
            ("client_di", "client_id"),
            ("client-id", "client_id"),
            ("responce_type", "response_type"),
            ("grant_typ", "grant_type"),
            ("code_verifer", "code_verifier"),
        ] {
            assert!(means(written, parameter), "{written}");
        }
        for (written, parameter) in [
            ("client_key", "client_id"),
            ("token", "refresh_token"),
            ("user", "username"),
            ("response_mode", "response_type"),
            ("return_to", "redirect_uri"),
        ] {
            assert!(!means(written, parameter), "{written}");
        }
    }
}
