//! `no-offline-scope`: a renewal for which no refresh token is asked.

use connspec_diagnostics::Severity;

use crate::providers::{OFFLINE_BY_PARAMETER, OFFLINE_BY_SCOPE};
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0323",
    name: "no-offline-scope",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
There is a `refresh`, and `authorize` does not ask the provider for a refresh token in the way it wants.

## Why
Some providers give a refresh token only to those who ask: by the scope `offline_access`, or by a parameter such as
`access_type=offline`. Without it the connection ends with its first access token.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://accounts.google.com/o/oauth2/v2/auth",
    "qs": { "response_type": "code", "scope": "{{join(oauth.scope, ' ')}}" }
  },
  "token": { "url": "https://oauth2.googleapis.com/token" },
  "refresh": { "url": "https://oauth2.googleapis.com/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://accounts.google.com/o/oauth2/v2/auth",
    "qs": {
      "response_type": "code",
      "scope": "{{join(oauth.scope, ' ')}}",
      "access_type": "offline",
      "prompt": "consent"
    }
  },
  "token": { "url": "https://oauth2.googleapis.com/token" },
  "refresh": { "url": "https://oauth2.googleapis.com/token" }
}
```

## Source
OpenID Connect Core §11 (`offline_access`); the documentation of the providers named in the rule.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(authorize) = connection.first_request(Phase::Authorize).filter(|_| connection.exchanges_code()) else {
        return;
    };
    let renews = connection.requests_of(Phase::Refresh).any(|request| request.node.get("url").is_some());
    if !renews {
        return;
    }
    let by_parameter = OFFLINE_BY_PARAMETER
        .iter()
        .find(|(host, name, _)| authorize.goes_to(&[host]) && authorize.sends(name).is_absent());
    let missing = match by_parameter {
        Some((_, name, value)) => format!("`{name}={value}`"),
        None if authorize.goes_to(OFFLINE_BY_SCOPE) && lacks_offline_scope(connection, &authorize) => {
            "the scope `offline_access`".to_owned()
        }
        None => return,
    };
    findings.push(
        RULE.finding("no refresh token is asked for")
            .at(authorize.key_place())
            .why(format!("this provider gives one only with {missing}: `refresh` has nothing to send"))
            .help(format!("ask with {missing}"))
            .in_block(authorize.block),
    );
}

/// Whether the scopes are known and `offline_access` is none of them.
fn lacks_offline_scope(connection: &Connection<'_>, authorize: &Request<'_, '_>) -> bool {
    let definition = connection.definition;
    let is_known = definition.parts.default_scope.is_some() || !authorize.request_side_reads(&["oauth"]);
    let from_outside = ["parameters", "data", "connection", "temp"].iter().any(|root| {
        authorize
            .sends("scope")
            .template()
            .is_some_and(|scope| scope.variables().iter().any(|variable| variable.segments[0] == *root))
    });
    let named = definition.default_scope.iter().any(|scope| scope.name == "offline_access")
        || authorize.sites().iter().any(|site| site.template.source().contains("offline_access"));
    is_known && !from_outside && !named
}
