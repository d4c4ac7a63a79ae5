//! `expires-only-at-response-level`: the end of the access token is told to Make as the end of the connection.

use connspec_diagnostics::{Diagnostic, Severity};

use super::lives::{refresh, token_writes};
use crate::parameters::is_of_a_provider;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::{Phase, Site};
use crate::subject::Connection;
use crate::symbolic::{Truth, bare, is_duration, is_refresh_duration, names_an_expiry};

pub static RULE: Rule = Rule {
    code: "CS0506",
    name: "expires-only-at-response-level",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`response.expires` is made of the life of the access token, in a connection that can renew it. It is a warning where
`response.data` holds an expiry as well, or `refresh` goes by something else.

## Why
`response.expires` is the moment from which the user must reconnect by hand; that is the end of the refresh token. The
end of the access token belongs into `response.data`, where the condition of `refresh` reads it. With the two mixed up
the connection asks to be reauthorized every hour, and `refresh` never runs.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": {
      "data": { "accessToken": "{{body.access_token}}", "refreshToken": "{{body.refresh_token}}" },
      "expires": "{{addSeconds(now, body.expires_in)}}"
    }
  },
  "refresh": {
    "condition": "{{data.expires < addMinutes(now, 5)}}",
    "url": "https://api.acme.test/oauth/token"
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
      "data": {
        "accessToken": "{{body.access_token}}",
        "refreshToken": "{{body.refresh_token}}",
        "expires": "{{addSeconds(now, body.expires_in)}}"
      },
      "expires": "{{addSeconds(now, body.refresh_expires_in)}}"
    }
  },
  "refresh": {
    "condition": "{{data.expires < addMinutes(now, 5)}}",
    "url": "https://api.acme.test/oauth/token"
  }
}
```

## Source
Make's documentation of `response.expires`; connection.md §7.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let is_renewal = |site: &&Site<'_>| matches!(site.phase, Phase::Token | Phase::Refresh);
    let ends = connection.sites.iter().filter(is_renewal).filter(|site| site.path() == ["response", "expires"]);
    let mut ends = ends.filter(|site| uses_the_access_tokens_life(site)).peekable();
    if ends.peek().is_none() || connection.names.writes_unknown_data {
        return;
    }
    let Some(renewal) = refresh(connection).filter(|renewal| !renews_itself(renewal)) else { return };
    let is_renewed = renewal.condition_truth() != Truth::Never
        || token_writes(connection).iter().any(|write| names_an_expiry(&write.member.key));
    ends.for_each(|site| findings.push(if is_renewed { too_early(site) } else { alone(site) }));
}

/// Whether it is the access token itself that is renewed: without a refresh token the connection ends with it, where it
/// has not been renewed in time.
fn renews_itself(renewal: &Request<'_, '_>) -> bool {
    let shows_itself = || ["access_token", "token"].iter().any(|name| renewal.sends(name).is_there());
    let is_of_a_provider = || renewal.sends("grant_type").literal().is_some_and(is_of_a_provider);
    renewal.sends("refresh_token").is_absent() && (shows_itself() || is_of_a_provider())
}

fn alone(site: &Site<'_>) -> Diagnostic {
    RULE.finding("the life of the access token is only given as `response.expires`")
        .at(site.node.place)
        .why("that is when the user must reconnect by hand; `refresh` reads `data`, finds nothing and never runs")
        .help("move it to `expires` under `response.data`; keep `response.expires` for the end of the refresh token")
        .in_block(&site.block)
}

fn too_early(site: &Site<'_>) -> Diagnostic {
    let mut finding = RULE
        .finding("`response.expires` is the end of the access token")
        .at(site.node.place)
        .why("Make asks the user to reconnect at that moment, although `refresh` could renew the token")
        .help("give the end of the refresh token here, or leave `response.expires` out")
        .in_block(&site.block);
    finding.severity = Severity::Warning;
    finding
}

fn uses_the_access_tokens_life(site: &Site<'_>) -> bool {
    struct Lives<'t>(&'t connspec_iml::Template, bool);
    impl<'t> connspec_iml::ast::Visitor<'t> for Lives<'t> {
        fn path(&mut self, _: &'t connspec_iml::ast::Path, node: &'t connspec_iml::ast::Expr) {
            let node = bare(node);
            self.1 |= is_duration(self.0, node) && !is_refresh_duration(self.0, node);
        }
    }
    let mut lives = Lives(site.template, false);
    site.template.visit(&mut lives);
    lives.1
}
