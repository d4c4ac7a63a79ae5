//! `header-misspelt`: the name of a header with a slip of the pen.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};

use crate::edit::rename_member;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0227",
    name: "header-misspelt",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Text, check),
};

const DOCUMENTATION: &str = r#"
A header whose name is a near miss of a standard one: `Autorization`, `ContentType`, `Acept`.

## Why
Services ignore headers they do not know: the request goes out without its credential, or with another type.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "autorization": "Bearer {{parameters.apiKey}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
}
```

## Fix
The standard name is suggested.

## Source
RFC 9110 §18.4.
"#;

const HEADERS: &[&str] = &[
    "Authorization",
    "Proxy-Authorization",
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Accept-Version",
    "Cache-Control",
    "Connection",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Type",
    "Content-MD5",
    "Cookie",
    "Date",
    "Host",
    "If-Match",
    "If-None-Match",
    "Origin",
    "Referer",
    "User-Agent",
];

fn check(site: &Site<'_>, findings: &mut Findings) {
    let ["headers", name] = site.path() else { return };
    if HEADERS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return;
    }
    let plain = normal(name);
    // Short names and those of a service's own (`X-…`) lie near standard ones by chance.
    if plain.len() < 5 || name.to_ascii_lowercase().starts_with("x-") {
        return;
    }
    let meant = HEADERS.iter().copied().find(|known| {
        let known = normal(known);
        known == plain || (known.len() > 5 && is_near(&plain, &known))
    });
    let Some(meant) = meant else { return };
    let Some(member) = site.owner.get("headers").and_then(|headers| headers.member(name)) else { return };
    let spelt = if name.starts_with(|letter: char| letter.is_ascii_lowercase()) {
        meant.to_lowercase()
    } else {
        meant.to_owned()
    };
    findings.push(
        RULE.finding(format!("`{name}` is no header that services look for"))
            .at(member.key_place)
            .why("services ignore headers they do not know: the request goes out as if it were not there")
            .help(format!("did you mean `{spelt}`?"))
            .fix(Fix::suggestion(format!("call it `{spelt}`")).with_edits(rename_member(member, &spelt)))
            .in_block(&site.block),
    );
}

/// Whether one or two letters differ.
fn is_near(written: &str, known: &str) -> bool {
    written.len().abs_diff(known.len()) <= 2 && nearest(written, [known]).is_some() && shared(written, known) >= 4
}

/// How many letters the two have in common at their ends.
fn shared(one: &str, other: &str) -> usize {
    let start = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let end = one.bytes().rev().zip(other.bytes().rev()).take_while(|(one, other)| one == other).count();
    start + end
}
