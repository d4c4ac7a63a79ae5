//! `scope-separator`: scopes joined by something else than spaces.

use connspec_diagnostics::Severity;
use connspec_iml::Template;
use connspec_iml::ast::{Call, Expr, Visitor};

use super::scope_not_joined::lists_scopes;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{bare, text};

pub static RULE: Rule = Rule {
    code: "CS0311",
    name: "scope-separator",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The scopes, alone or merged with further ones, are joined with a comma, a plus or anything else than a space.

## Why
The standard says spaces. Some providers want commas, and those that are known to are left alone; in `qs`, `+` and `%20`
are encoded once more and never arrive as spaces. Written into the url, a `+` is one.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "scope": "{{join(oauth.scope, ',')}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "scope": "{{join(oauth.scope, ' ')}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Source
RFC 6749 §3.3; connection.md §4.2.
"#;

/// Providers that document commas.
const COMMAS: &[&str] = &[
    "facebook.com",
    "instagram.com",
    "threads.net",
    "tiktok.com",
    "slack.com",
    "strava.com",
    "myshopify.com",
    "linear.app",
    "github.com",
    "todoist.com",
    "pinterest.com",
    "zoho.com",
    "zoho.eu",
    "trello.com",
];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for authorize in connection.requests_of(Phase::Authorize).filter(|_| connection.exchanges_code()) {
        if authorize.goes_to(COMMAS) {
            continue;
        }
        for site in authorize.sites().iter().filter(|site| !site.is_response_side()) {
            let mut joins =
                Joins { template: site.template, in_url: site.key() == "url", spaced: None, found: Vec::new() };
            site.template.visit(&mut joins);
            for separator in joins.found {
                let written = text(site.template, separator).unwrap_or_default();
                findings.push(
                    RULE.finding(format!("the scopes are joined with `{written}`"))
                        .at(site.place(separator.span))
                        .why("the standard says spaces; with another separator most providers see one unknown scope")
                        .help("write `join(oauth.scope, ' ')`, unless the provider documents this separator")
                        .in_block(&site.block),
                );
            }
        }
    }
}

struct Joins<'t> {
    template: &'t Template,
    /// Whether the text is the url itself, where `+` is a space already.
    in_url: bool,
    /// What is replaced by spaces around the next join.
    spaced: Option<&'t str>,
    found: Vec<&'t Expr>,
}

impl<'t> Visitor<'t> for Joins<'t> {
    fn call(&mut self, call: &'t Call, _: &'t Expr) {
        let name = call.name.resolve(self.template.source());
        if let ("replace", [_, old, new]) = (name, call.arguments.as_slice()) {
            let is_space = |new: &str| new == " " || (self.in_url && new == "+");
            let old = text(self.template, old).filter(|_| text(self.template, new).is_some_and(is_space));
            self.spaced = old.or(self.spaced);
        }
        let [list, separator] = call.arguments.as_slice() else { return };
        let is_join = name == "join";
        let is_scope = lists_scopes(self.template, list);
        let is_other = |written: &str| {
            let becomes_space = self.spaced.is_some_and(|old| !written.is_empty() && old.contains(written));
            written != " " && !becomes_space && !(self.in_url && written == "+")
        };
        if is_join && is_scope && text(self.template, separator).is_some_and(is_other) {
            self.found.push(bare(separator));
        }
    }
}
