//! `oauth-parameter-misspelt`: a parameter of the standard under a name of one's own.

use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_spec::Member;

use crate::edit::{remove_member, rename_member};
use crate::misnamed::misnamed;
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
A parameter of `authorize`, `token`, `refresh` or `invalidate` that is named almost like one of the standard, or with
another word for it, while that one is not sent: `redirect_url`, `clientId`, `responce_type`; `secret` for
`client_secret`, `user` for `username` with the grant `password`, `refresh_token` for the `token` to be revoked. `tokn`,
`cod` and `scoep` are told where their value shows that the token, the code or the scope is meant. Also `scopes` beside
`scope` in `authorize`, where it has the scopes to ask for in it: nobody reads it.

## Why
Providers look for the exact name. What they do not find is missing to them, and they refuse the request or send the
browser elsewhere. DingTalk, which documents `clientId` and `grantType`, is left alone.

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
RFC 6749 §2.3.1, §4, §6; RFC 7009 §2.1; RFC 7523 §2.1; RFC 7636 §4.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for request in connection.each_request() {
        for (member, meant) in misnamed(connection, &request) {
            let help = match member.key.as_str() {
                "email" | "login" => {
                    format!("send it as `{meant}`, unless the provider itself asks for `{}`", member.key)
                }
                _ => format!("did you mean `{meant}`?"),
            };
            findings.push(
                RULE.finding(format!("`{}` is not what the standard calls this parameter", member.key))
                    .at(member.key_place)
                    .why(format!("providers look for `{meant}`, which is not sent"))
                    .help(help)
                    .fix(Fix::suggestion(format!("call it `{meant}`")).with_edits(rename_member(member, meant)))
                    .in_block(request.block),
            );
        }
        if request.phase == Phase::Authorize && connection.exchanges_code() {
            scopes_beside_scope(connection, &request).into_iter().for_each(|finding| findings.push(finding));
        }
    }
}

/// `scopes` with what belongs into the `scope` that is sent as well.
fn scopes_beside_scope(connection: &Connection<'_>, request: &Request<'_, '_>) -> Option<Diagnostic> {
    let qs = request.node.get("qs")?;
    let (scopes, scope) = (qs.member("scopes")?, qs.member("scope")?);
    let asks = |member: &Member| {
        let site = connection.site_of(&member.value);
        site.is_some_and(|site| site.reads().iter().any(|read| read.segments == ["oauth", "scope"]))
    };
    if !asks(scopes) {
        return None;
    }
    let edits = remove_member(&connection.definition.sources, qs, scopes);
    let finding = RULE
        .finding("`scopes` is sent beside `scope`")
        .at(scopes.key_place)
        .also(scope.key_place, "the scope that providers read")
        .in_block(request.block);
    Some(if asks(scope) {
        let mut finding = finding
            .why("providers read `scope` only, and this one says the same again")
            .help("take `scopes` out")
            .fix(Fix::suggestion("take `scopes` out").with_edits(edits));
        finding.severity = Severity::Info;
        finding
    } else {
        finding
            .why("providers read `scope` only: what modules need besides is never asked for")
            .help("give `scope` the value of `scopes`, and take `scopes` out")
    })
}
