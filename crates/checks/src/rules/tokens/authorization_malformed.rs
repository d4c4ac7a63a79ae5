//! `authorization-malformed`: an `Authorization` header that is no scheme and credential.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_iml::ast::Piece;

use super::header::is_authorization;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0527",
    name: "authorization-malformed",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Expression, check),
};

const DOCUMENTATION: &str = r#"
The scheme of an `Authorization` header is misspelt, or no single space stands between it and what follows: `Bearer{{…}}`,
`Bearer: {{…}}`, `Bearer '{{…}}'`.

## Why
The header is a scheme, a space and the credential. Services refuse anything else with 401, and say nothing of the space.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer{{parameters.apiKey}}" }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearrer {{parameters.apiKey}}" }
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
The scheme with one space is suggested.

## Source
RFC 9110 §11.4; RFC 6750 §2.1.
"#;

const SCHEMES: &[&str] = &["Bearer", "Basic", "Digest", "OAuth"];

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !is_authorization(site) {
        return;
    }
    let source = site.template.source();
    let Some(Piece::Text(first)) = site.template.ast().first() else { return };
    let start = &source[first.range()];
    if start.len() == source.len() {
        return;
    }
    let length = start.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(start.len());
    let (word, behind) = start.split_at(length);
    let known = SCHEMES.iter().copied().find(|scheme| scheme.eq_ignore_ascii_case(word));
    // `Token` and `Key` are schemes of their own; only what is nearly one of the standard's is a slip.
    let Some(scheme) = known.or_else(|| nearest(word, SCHEMES.iter().copied()).filter(|_| word.len() > 4)) else {
        return;
    };
    let message = match behind {
        " " if known.is_some() => return,
        " " => format!("`{word}` is no scheme"),
        "" => format!("no space stands behind `{word}`"),
        _ if behind.trim().is_empty() => format!("more than one space stands behind `{word}`"),
        _ if behind.starts_with(':') => format!("a colon stands behind `{word}`"),
        _ if behind.trim().chars().all(|letter| "\"'<“‘`".contains(letter)) => {
            format!("quotes stand between `{word}` and the credential")
        }
        _ => return,
    };
    let place = site.place(*first);
    let mut finding = RULE
        .finding(message)
        .at(place)
        .why("the header is a scheme, one space and the credential: services refuse this with 401")
        .help(format!("write `{scheme}`, one space, and the expression"))
        .in_block(&site.block);
    if site.template.ast().len() == 2 {
        finding = finding
            .fix(Fix::suggestion(format!("write `{scheme}` and one space")).replace(place, format!("{scheme} ")));
    }
    findings.push(finding);
}
