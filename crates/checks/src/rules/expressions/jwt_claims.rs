//! `jwt-claims`: a claim of a signed token that nobody reads, or the end of the token that is missing.

use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_iml::ast::Expr;
use connspec_spec::{Member, Node};
use serde_json::json;

use super::kinds::each_node;
use crate::edit::{insert_member, rename_member, replace_value};
use crate::request::opening;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::site::{Holding, Site};
use crate::symbolic::{call, steps};

pub static RULE: Rule = Rule {
    code: "CS0845",
    name: "jwt-claims",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Call, check),
};

const DOCUMENTATION: &str = r#"
The claims of a token that `jwt` or `generateJwtWithKeyId` signs: one under another name than the standard's (`issuer` for `iss`, `audience` for
`aud`, `expires` for `exp`), `exp` as a life instead of a moment, and no `exp` in an assertion. In a token that is no
assertion another name is a warning, for it may be a claim of the service's own, and so it is for `iat` and `nbf`, which
no assertion must have.

## Why
Servers look for `iss`, `aud` and `exp`. A claim under another name is missing to them, and an assertion without `exp`,
or one that has ended, must be refused with `invalid_grant`.

## Example
```jsonc connection
{
  "token": {
    "condition": "{{data.expires < now}}",
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "type": "urlencoded",
    "temp": { "claims": { "issuer": "{{parameters.id}}", "aud": "https://api.acme.test", "exp": "{{timestamp + 300}}" } },
    "body": {
      "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
      "assertion": "{{jwt(temp.claims, parameters.privateKey, 'RS256')}}"
    }
  }
}
```
```jsonc connection
{
  "token": {
    "condition": "{{data.expires < now}}",
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "type": "urlencoded",
    "temp": { "claims": { "iss": "{{parameters.id}}", "aud": "https://api.acme.test" } },
    "body": {
      "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
      "assertion": "{{jwt(temp.claims, parameters.privateKey, 'RS256')}}"
    }
  }
}
```

## Instead
```jsonc connection
{
  "token": {
    "condition": "{{data.expires < now}}",
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "type": "urlencoded",
    "temp": { "claims": { "iss": "{{parameters.id}}", "aud": "https://api.acme.test", "exp": "{{timestamp + 300}}" } },
    "body": {
      "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
      "assertion": "{{jwt(temp.claims, parameters.privateKey, 'RS256')}}"
    }
  }
}
```

## Fix
The name of the standard, or an `exp` five minutes ahead, is suggested.

## Source
RFC 7519 §4.1; RFC 7523 §3; iml-functions.json (`jwt`, `generateJwtWithKeyId`).
"#;

/// What people write for a claim, in normal form.
const ALSO: &[(&str, &str)] = &[
    ("issuer", "iss"),
    ("audience", "aud"),
    ("subject", "sub"),
    ("expires", "exp"),
    ("expire", "exp"),
    ("expiry", "exp"),
    ("expiresat", "exp"),
    ("expiresin", "exp"),
    ("expiration", "exp"),
    ("expirationtime", "exp"),
    ("issuedat", "iat"),
    ("notbefore", "nbf"),
];
const CLAIMS: &[&str] = &["iss", "sub", "aud", "exp", "nbf", "iat"];

/// No moment before 2020 is the end of a token that is signed now.
const LONG_AGO: f64 = 1_577_836_800.0;

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !site.template.calls_any(&["jwt", "generateJwtWithKeyId"]) {
        return;
    }
    each_node(site.template, &mut |expr| {
        let (claims, options) = match call(site.template, expr) {
            Some(("jwt", [claims, _, more @ ..])) => (claims, more.get(1)),
            Some(("generateJwtWithKeyId", [claims, _, more @ ..])) => (claims, more.get(2)),
            _ => return,
        };
        let Some(claims) = written(site, claims) else { return };
        let is_assertion = matches!(site.path(), ["body" | "qs", "assertion" | "client_assertion"]);
        let has_claim = |name: &str| claims.get(name).is_some();
        // One name of the standard's shows that the others are meant to be.
        let is_of_standard = is_assertion || CLAIMS.iter().any(|name| has_claim(name));
        let mut may_have_end = has_claim("exp")
            || claims.get("{{...}}").is_some()
            || options.is_some_and(|options| may_say_end(written(site, options)));
        for member in claims.effective_members() {
            if member.key == "exp"
                && let Some(ended) = ended(site, member)
            {
                findings.push(ended);
            }
            let Some(meant) = meant(&member.key).filter(|meant| is_of_standard && !has_claim(meant)) else { continue };
            may_have_end |= meant == "exp";
            findings.push(misnamed(site, member, meant, is_assertion));
        }
        if is_assertion && !may_have_end {
            findings.push(endless(site, claims));
        }
    });
}

/// The claims, where they stand in `temp` of the same request.
fn written<'a>(site: &Site<'a>, expr: &Expr) -> Option<&'a Node> {
    let [root, name] = steps(site.template, expr)? else { return None };
    let claims = site.owner.get("temp").filter(|_| root == "temp")?.get(name)?;
    claims.is_object().then_some(claims)
}

/// Whether the options may make an `exp`: they are not at hand, or have `expiresIn`.
fn may_say_end(options: Option<&Node>) -> bool {
    options.is_none_or(|options| options.get("expiresIn").is_some() || options.get("{{...}}").is_some())
}

/// The claim that another name stands for.
fn meant(written: &str) -> Option<&'static str> {
    if CLAIMS.contains(&written) {
        return None;
    }
    let name = normal(written);
    let also = ALSO.iter().find(|(known, _)| *known == name).map(|(_, claim)| *claim);
    also.or_else(|| CLAIMS.iter().copied().find(|claim| *claim == name))
}

fn misnamed(site: &Site<'_>, member: &Member, meant: &str, is_assertion: bool) -> Diagnostic {
    let mut finding = RULE
        .finding(format!("the standard calls the claim `{}` `{meant}`", member.key))
        .at(member.key_place)
        .why(format!("servers look for `{meant}`, which is missing: they refuse the token"))
        .help(format!("did you mean `{meant}`?"))
        .fix(Fix::suggestion(format!("call it `{meant}`")).with_edits(rename_member(member, meant)))
        .in_block(&site.block);
    if !is_assertion || matches!(meant, "iat" | "nbf") {
        finding.severity = Severity::Warning;
    }
    finding
}

/// `"exp": 300`
fn ended(site: &Site<'_>, member: &Member) -> Option<Diagnostic> {
    let literal = || member.value.as_str()?.trim().parse().ok();
    let moment: f64 = member.value.as_f64().or_else(literal).filter(|moment| *moment < LONG_AGO)?;
    let ahead = if moment > 0.0 { moment } else { 300.0 };
    let right = format!("{{{{timestamp + {ahead}}}}}");
    let edits = replace_value(&site.app.sources, &member.value, &json!(right));
    Some(
        RULE.finding(format!("`exp` is {moment} seconds after 1970"))
            .at(member.value.place)
            .why("`exp` is the moment a token ends, not how long it lives: this one has ended long ago")
            .help(format!("write `{right}`"))
            .fix(Fix::suggestion("count from now").with_edits(edits))
            .in_block(&site.block),
    )
}

fn endless(site: &Site<'_>, claims: &Node) -> Diagnostic {
    let edits = insert_member(&site.app.sources, claims, "exp", &json!("{{timestamp + 300}}"));
    RULE.finding("the assertion has no `exp`")
        .at(opening(claims))
        .why("an assertion must say when it ends (RFC 7523 §3): servers refuse it with invalid_grant")
        .help("add `\"exp\": \"{{timestamp + 300}}\"`")
        .fix(Fix::suggestion("let it end in five minutes").with_edits(edits))
        .in_block(&site.block)
}
