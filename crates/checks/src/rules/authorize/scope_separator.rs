//! `scope-separator`: scopes joined by something else than spaces.

use connspec_diagnostics::Severity;
use connspec_iml::Template;
use connspec_iml::ast::{Call, Expr, Visitor};

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{bare, steps, text};

pub static RULE: Rule = Rule {
    code: "CS0311",
    name: "scope-separator",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The scopes are joined with a comma, a plus or anything else than a space.

## Why
The standard says spaces. Some providers want commas, and those that are known to are left alone; `+` and `%20` are
encoded once more and never arrive as spaces.

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
    for authorize in connection.requests_of(Phase::Authorize).iter().filter(|_| connection.exchanges_code()) {
        if authorize.goes_to(COMMAS) {
            continue;
        }
        for site in authorize.sites().iter().filter(|site| !site.is_response_side()) {
            let mut joins = Joins { template: site.template, found: Vec::new() };
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
    found: Vec<&'t Expr>,
}

impl<'t> Visitor<'t> for Joins<'t> {
    fn call(&mut self, call: &'t Call, _: &'t Expr) {
        let [list, separator] = call.arguments.as_slice() else { return };
        let is_join = call.name.resolve(self.template.source()) == "join";
        let is_scope = steps(self.template, bare(list)).is_some_and(|steps| steps == ["oauth", "scope"]);
        // In a url that is not encoded again, `+` and `%20` are spaces.
        if is_join && is_scope && text(self.template, separator).is_some_and(|written| written != " ") {
            self.found.push(bare(separator));
        }
    }
}
