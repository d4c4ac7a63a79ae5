//! `token-type-hint`: a hint that does not say which token is revoked.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};

use crate::request::literal;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{ends_as, steps, whole};

pub static RULE: Rule = Rule {
    code: "CS1008",
    name: "token-type-hint",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`token_type_hint` of `invalidate` with a word that is almost `access_token` or `refresh_token`, or with the one of them
that is not sent as `token`.

## Why
The hint says where the server looks first. Some servers refuse a word they do not know, and some look nowhere else: they
answer success, as for every unknown token, and the token stays valid.

## Example
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" },
  "invalidate": {
    "url": "https://api.acme.test/oauth/revoke",
    "method": "POST",
    "type": "urlencoded",
    "body": { "token": "{{data.refreshToken}}", "token_type_hint": "access_token" }
  }
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
    "body": { "token": "{{data.refreshToken}}", "token_type_hint": "refresh_token" }
  }
}
```

## Fix
The hint of the token that is sent is suggested. Other words are left alone: a provider may define its own.

## Source
RFC 7009 §2.1, §2.2.
"#;

const HINTS: &[&str] = &["access_token", "refresh_token"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for request in connection.requests_of(Phase::Invalidate) {
        for sent in ["body", "qs"].into_iter().filter_map(|key| request.node.get(key)) {
            let Some(hint) = literal(sent, "token_type_hint") else { continue };
            let of_token = sent.get("token").and_then(|token| {
                let template = token.template()?;
                let name = steps(template, whole(template)?)?.last()?;
                HINTS.iter().copied().find(|hint| ends_as(name, &normal(hint)))
            });
            let (message, meant) = match HINTS.iter().find(|known| **known == hint) {
                Some(_) => match of_token.filter(|token| *token != hint) {
                    Some(token) => (format!("the hint says `{hint}`, and the token is another one"), token),
                    None => continue,
                },
                None => match meant(hint) {
                    Some(meant) => (format!("`{hint}` is no type of a token"), of_token.unwrap_or(meant)),
                    None => continue,
                },
            };
            let Some(value) = sent.get("token_type_hint") else { continue };
            findings.push(
                RULE.finding(message)
                    .at(value.place)
                    .why(
                        "servers refuse a hint they do not know, or look for the token where it is not: it stays valid",
                    )
                    .help(format!("write `{meant}`, or leave the hint out"))
                    .fix(Fix::suggestion(format!("write `{meant}`")).replace(value.place, format!("\"{meant}\"")))
                    .in_block(request.block),
            );
        }
    }
}

/// The hint that a slip, or another word for it, stands for.
fn meant(written: &str) -> Option<&'static str> {
    match normal(written).as_str() {
        "access" | "bearer" | "token" | "accesstoken" | "bearertoken" => Some("access_token"),
        "refresh" | "refreshtoken" => Some("refresh_token"),
        _ => nearest(written, HINTS.iter().copied()),
    }
}
