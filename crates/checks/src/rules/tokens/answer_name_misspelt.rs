//! `answer-name-misspelt`: a member of the token answer under a name that it does not have.

use connspec_diagnostics::{Fix, Severity};
use smol_str::SmolStr;

use crate::parameters::is_one_slip;
use crate::providers::NAMES_OF_THEIR_OWN;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::sending::Request;
use crate::site::{Phase, Read, Site};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0543",
    name: "answer-name-misspelt",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`token` or `refresh` reads a member of the answer almost as the standard names it, and another one just as the standard
does: `body.expiresIn` or `body.acces_token` beside `body.refresh_token`.

## Why
An answer names its members in one way. What it does not have is undefined, and nothing fails: an empty token is stored,
or an end that never comes. `expires_on` and `expires_at` are names of their own, and so are those of
DingTalk.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": {
      "data": { "accessToken": "{{body.access_token}}", "expires": "{{addSeconds(now, body.expiresIn)}}" }
    }
  }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": {
      "data": { "accessToken": "{{body.access_token}}", "expires": "{{addSeconds(now, body.expires_in)}}" }
    }
  }
}
```

## Fix
The name of the standard is suggested.

## Source
RFC 6749 §5.1, §5.2.
"#;

/// What an answer has besides, under names so short that only a slip is one, and no other way of writing them.
const SHORT_NAMES: &[&str] = &["error", "scope"];

/// What an answer has, good or bad.
const NAMES: &[&str] = &["access_token", "token_type", "expires_in", "refresh_token", "error_description"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for request in connection.each_request().filter(|request| matches!(request.phase, Phase::Token | Phase::Refresh)) {
        if request.goes_to(NAMES_OF_THEIR_OWN) {
            continue;
        }
        if connection.exchanges_code() || request.sends("grant_type").is_there() {
            examine(&request, findings);
        }
    }
}

fn examine(request: &Request<'_, '_>, findings: &mut Findings) {
    let of_answer = |site: &&Site<'_>| site.is_under(&["response"]);
    let sites = || request.sites().iter().filter(of_answer);
    // Beside it in the answer stands a name of the standard's own.
    let is_standard = |prefix: &[SmolStr]| {
        let known = |read: &Read<'_>| split(read).is_some_and(|(other, name)| other == prefix && NAMES.contains(&name));
        sites().any(|site| site.reads().iter().any(known))
    };
    for site in sites() {
        for read in site.reads() {
            let Some((prefix, name)) = split(read) else { continue };
            let Some(meant) = meant(name).filter(|_| is_standard(prefix)) else { continue };
            let asks_for_both = site.reads().iter().any(|other| split(other).is_some_and(|(_, name)| name == meant));
            if asks_for_both {
                continue;
            }
            let mut finding = RULE
                .finding(format!("the answer has no `{name}`"))
                .at(read.place)
                .why(
                    "other members are read by the names of the standard, and an answer has one way: this is undefined",
                )
                .help(format!("did you mean `{meant}`?"))
                .in_block(&site.block);
            let written = site.app.sources.slice(read.place);
            if let Some(start) = written.strip_suffix(name) {
                let fix = Fix::suggestion(format!("read `{meant}`")).replace(read.place, format!("{start}{meant}"));
                finding = finding.fix(fix);
            }
            findings.push(finding);
        }
    }
}

/// The way into the answer and the name at its end.
fn split<'a>(read: &Read<'a>) -> Option<(&'a [SmolStr], &'a str)> {
    let (last, prefix) = read.segments.split_last()?;
    (read.root() == "body" && !prefix.is_empty()).then_some((prefix, last))
}

/// The name of the standard that another one is a spelling of.
fn meant(name: &str) -> Option<&'static str> {
    if NAMES.contains(&name) || SHORT_NAMES.contains(&name) {
        return None;
    }
    let written = normal(name);
    let is_plural = written == "errors" || written == "scopes";
    let is_slip = |known: &&&str| written != **known && is_one_slip(written.as_bytes(), known.as_bytes());
    if let Some(short) = SHORT_NAMES.iter().find(is_slip).filter(|_| !is_plural) {
        return Some(short);
    }
    // Names of their own for a moment, which some answers have.
    if matches!(written.as_str(), "expireson" | "expiresat" | "expiryat") {
        return None;
    }
    let letters = |known: &str| known.bytes().filter(u8::is_ascii_alphanumeric).count();
    // One slip is one letter too many or too few at most.
    let mut near = NAMES.iter().copied().filter(|known| letters(known).abs_diff(written.len()) <= 1);
    near.find(|known| {
        let known = normal(known);
        written == known || is_one_slip(written.as_bytes(), known.as_bytes())
    })
}
