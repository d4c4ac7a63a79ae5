//! `scope-not-joined`: a list of scopes is sent as it is.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::Template;
use connspec_iml::ast::Expr;

use crate::rule::{Check, Findings, Rule};
use crate::site::{Phase, Site};
use crate::subject::Connection;
use crate::symbolic::{call, steps};

pub static RULE: Rule = Rule {
    code: "CS0309",
    name: "scope-not-joined",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`oauth.scope`, alone or within `merge`, `distinct` and other functions that give a list, is sent without joining it.

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
            if !lists_scopes(site.template, expr) {
                continue;
            }
            let place = site.place(expr.span);
            let joined = format!("join({}, ' ')", &site.template.source()[expr.span.range()]);
            findings.push(
                RULE.finding("the list `oauth.scope` is sent without joining it")
                    .at(place)
                    .why("it becomes a repeated parameter, or a text with commas; the standard wants spaces")
                    .help(format!("write `{{{{{joined}}}}}`, with the separator of the provider"))
                    .fix(Fix::suggestion("join the scopes with spaces").replace(place, joined))
                    .in_block(&site.block),
            );
        }
    }
}

/// Whether an expression is the list of scopes: `oauth.scope`, or that list merged with others, cleared of what occurs twice
/// and the like.
pub(super) fn lists_scopes(template: &Template, expr: &Expr) -> bool {
    match call(template, expr) {
        Some(("merge" | "add" | "distinct" | "deduplicate" | "remove" | "sort" | "flatten" | "ifempty", lists)) => {
            lists.iter().any(|list| lists_scopes(template, list))
        }
        Some(_) => false,
        None => steps(template, expr).is_some_and(|steps| steps == ["oauth", "scope"]),
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
