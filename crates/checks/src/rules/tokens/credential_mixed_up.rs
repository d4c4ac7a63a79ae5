//! `credential-mixed-up`: one credential where the name says another.

use connspec_diagnostics::Severity;
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind};

use super::header::is_authorization;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_as, normal};
use crate::site::{Holding, Phase, Site};
use crate::symbolic::{bare, call, text, whole};

pub static RULE: Rule = Rule {
    code: "CS0528",
    name: "credential-mixed-up",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Expression, check),
};

const DOCUMENTATION: &str = r#"
A parameter, a header or a stored key whose name says which credential it is gets another one: `refresh_token` the access
token, `client_secret` the client's id, `accessToken` the refresh token of the answer. Also the password in front of the
user name in a Basic header.
The bearer of base and modules is looked at too.

## Why
Each credential is good for one thing. The provider refuses the other with `invalid_grant`, `invalid_client` or 401.

## Example
```jsonc connection
{
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "refresh_token", "refresh_token": "{{data.accessToken}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "refresh_token", "refresh_token": "{{data.refreshToken}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Source
RFC 6749 §4, §6; RFC 6750 §2.1; RFC 7617 §2.
"#;

/// What a name says about the credential behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Credential {
    AccessToken,
    RefreshToken,
    ClientId,
    ClientSecret,
    Code,
    CodeVerifier,
}

impl Credential {
    fn named(name: &str) -> Option<Self> {
        const NAMES: &[(&str, Credential)] = &[
            ("accesstoken", Credential::AccessToken),
            ("refreshtoken", Credential::RefreshToken),
            ("clientid", Credential::ClientId),
            ("consumerkey", Credential::ClientId),
            ("clientsecret", Credential::ClientSecret),
            ("consumersecret", Credential::ClientSecret),
            ("code", Credential::Code),
            ("authcode", Credential::Code),
            ("authorizationcode", Credential::Code),
            ("codeverifier", Credential::CodeVerifier),
        ];
        NAMES.iter().find(|(known, _)| is_as(name, known)).map(|(_, credential)| *credential)
    }

    fn words(self) -> &'static str {
        match self {
            Self::AccessToken => "the access token",
            Self::RefreshToken => "the refresh token",
            Self::ClientId => "the client's id",
            Self::ClientSecret => "the client's secret",
            Self::Code => "the code",
            Self::CodeVerifier => "the code verifier",
        }
    }
}

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !site.phase.is_connection() && !matches!(site.path(), ["headers", _]) {
        return;
    }
    mixed(site, findings);
    turned(site, findings);
}

fn mixed(site: &Site<'_>, findings: &mut Findings) {
    if !matches!(site.path(), ["qs" | "body", ..] | ["headers", _] | ["response", "data" | "temp", _]) {
        return;
    }
    let value = if site.path().first() == Some(&"headers") {
        site.template.expressions().next().map(|expression| &expression.expr)
    } else {
        whole(site.template)
    };
    let Some(read) = value.and_then(|value| site.read_at(bare(value).span)) else { return };
    let wanted = match site.path() {
        ["qs" | "body", .., name] | ["response", "data" | "temp", name] => Credential::named(name),
        ["headers", name] if is_bearer(site, name) => Some(Credential::AccessToken),
        _ => None,
    };
    let Some(wanted) = wanted else { return };
    let Some(given) = read.segments.last().and_then(|last| Credential::named(last)).filter(|given| *given != wanted)
    else {
        return;
    };
    // An id may be a key of its own; a bearer may be any secret but the ones that belong to the token endpoint.
    let is_other_name = matches!((wanted, given), (Credential::AccessToken, Credential::ClientId));
    if is_other_name {
        return;
    }
    findings.push(
        RULE.finding(format!(
            "`{}` is {}, and {} belongs here",
            read.segments.join("."),
            given.words(),
            wanted.words()
        ))
        .at(read.place)
        .why("each credential is good for one thing: the provider refuses the other")
        .help(format!("name {} here", wanted.words()))
        .in_block(&site.block),
    );
}

/// Whether a header is `Bearer {{…}}` outside the requests that exchange tokens.
fn is_bearer(site: &Site<'_>, name: &str) -> bool {
    let source = site.template.source();
    let is_plain = site.template.ast().len() == 2 && site.template.expressions().count() == 1;
    let asks = matches!(site.phase, Phase::Info | Phase::Invalidate | Phase::Base | Phase::Component);
    let is_scheme = source.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer "));
    name.eq_ignore_ascii_case("authorization") && is_plain && asks && is_scheme
}

/// `Basic {{base64(password + ':' + user)}}`, and a pair without its colon.
fn turned(site: &Site<'_>, findings: &mut Findings) {
    let source = site.template.source();
    if !is_authorization(site) || !source.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("basic ")) {
        return;
    }
    let template = &site.template;
    let arguments = template.expressions().filter_map(|expression| call(template, &expression.expr));
    for argument in arguments.filter(|(name, _)| *name == "base64").filter_map(|(_, arguments)| arguments.first()) {
        let parts = summands(argument);
        let key = |expr: &Expr| site.read_at(expr.span).and_then(|read| read.segments.last()).map(|last| normal(last));
        let is_user = |name: &str| ["user", "username", "login", "email", "clientid"].contains(&name);
        let is_secret = |name: &str| name.ends_with("password") || name.ends_with("secret");
        let finding = match parts.as_slice() {
            [first, colon, last] if text(template, colon) == Some(":") => {
                let (first_key, last_key) = (key(first), key(last));
                let is_turned =
                    first_key.is_some_and(|key| is_secret(&key)) && last_key.is_some_and(|key| is_user(&key));
                let message = "the password stands in front of the user name";
                is_turned.then_some((first.span, message, "write base64(user + ':' + password)"))
            }
            [first, last]
                if key(first).is_some_and(|key| is_user(&key)) && key(last).is_some_and(|key| is_secret(&key)) =>
            {
                Some((
                    argument.span,
                    "no colon stands between user name and password",
                    "write base64(user + ':' + password)",
                ))
            }
            _ => None,
        };
        if let Some((span, message, help)) = finding {
            findings.push(
                RULE.finding(message)
                    .at(site.place(span))
                    .why("HTTP Basic is the Base64 of `user:password`: every request is refused")
                    .help(help)
                    .in_block(&site.block),
            );
        }
    }
}

/// The operands of `a + b + c`.
fn summands(expr: &Expr) -> Vec<&Expr> {
    match &bare(expr).kind {
        ExprKind::Binary(binary) if binary.operator == BinaryOperator::Add => {
            let mut parts = summands(&binary.left);
            parts.extend(summands(&binary.right));
            parts
        }
        _ => vec![bare(expr)],
    }
}
