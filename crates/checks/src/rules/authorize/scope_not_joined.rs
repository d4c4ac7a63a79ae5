//! `scope-not-joined`: a list of scopes is sent as it is.

use connspec_diagnostics::{Fix, Severity};

use crate::rule::{Check, Findings, Rule};
use crate::site::{Phase, Site};
use crate::subject::Connection;
use crate::symbolic::steps;

pub static RULE: Rule = Rule {
    code: "CS0309",
    name: "scope-not-joined",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`oauth.scope` is sent without joining it.

## Why
`oauth.scope` is a list. Alone in `qs` it repeats the parameter, within a text its scopes are separated by commas; the
standard wants one text with spaces. Providers then grant one scope, or none.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "response_type": "code", "scope": "{{oauth.scope}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "response_type": "code", "scope": "{{join(oauth.scope, ' ')}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Fix
`join(oauth.scope, ' ')` is suggested: the separator is the provider's choice.

## Source
RFC 6749 §3.3; connection.md §4.2, §8; communication.md §5 (`qs`).
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for site in connection.sites.iter().filter(|site| sends_texts(site)) {
        for expression in site.template.expressions() {
            let expr = crate::symbolic::bare(&expression.expr);
            if steps(site.template, expr).is_none_or(|steps| steps != ["oauth", "scope"]) {
                continue;
            }
            let place = site.place(expr.span);
            findings.push(
                RULE.finding("the list `oauth.scope` is sent without joining it")
                    .at(place)
                    .why("it becomes a repeated parameter, or a text with commas; the standard wants spaces")
                    .help("write `{{join(oauth.scope, ' ')}}`, with the separator of the provider")
                    .fix(Fix::suggestion("join the scopes with spaces").replace(place, "join(oauth.scope, ' ')"))
                    .in_block(&site.block),
            );
        }
    }
}

/// Whether the text goes out as text: in a query, in a url, in a form; a JSON body may well hold a list, and so may
/// a parameter whose name ends in `[]`.
fn sends_texts(site: &Site<'_>) -> bool {
    let is_oauth = matches!(site.phase, Phase::Preauthorize | Phase::Authorize | Phase::Token | Phase::Refresh);
    let in_form = || site.owner.get("type").and_then(|encoding| encoding.as_str()) == Some("urlencoded");
    is_oauth
        && !site.key().ends_with("[]")
        && match site.path().first().copied() {
            Some("url" | "qs") => true,
            Some("body") => in_form(),
            _ => false,
        }
}
