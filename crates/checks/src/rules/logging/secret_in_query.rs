//! `secret-in-query`: a token, password or client secret in a url.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::site::{Phase, Read, Site};
use crate::subject::Whole;
use crate::values::{Through, carried};

pub static RULE: Rule = Rule {
    code: "CS0704",
    name: "secret-in-query",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
An access or refresh token, a password or a client secret in `qs` or in the `url`.
Base, modules, remote procedures and the requests of webhooks are looked at too; there `parameters` and `data` are the
component's own, and what a user fills into them is not looked at.

An API key there is not reported: where a service takes its key from the query only, the author has no choice.

## Why
Urls are written into the logs of every server and proxy on the way, and into the browser's history. OAuth forbids
client secrets there, and since RFC 9700 access tokens as well; a header does the same in every service that speaks OAuth.

## Example
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token", "method": "POST" },
  "info": {
    "url": "https://api.acme.test/me",
    "qs": { "access_token": "{{connection.accessToken}}" }
  }
}
```

## Instead
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token", "method": "POST" },
  "info": {
    "url": "https://api.acme.test/me",
    "headers": { "authorization": "Bearer {{connection.accessToken}}" }
  }
}
```

## Source
RFC 6749 §2.3.1, RFC 6750 §2.3, RFC 9700 §4.3.2; pitfalls.md 117; communication.md §4.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let of_connections = whole.connections.iter().flat_map(|connection| &connection.sites);
    let sites = of_connections.chain(whole.other_sites());
    for site in sites.filter(|site| matches!(site.path().first().copied(), Some("qs" | "url"))) {
        let Some((read, what)) = secret(site) else { continue };
        let seen = if site.phase == Phase::Authorize {
            "this url goes through the user's browser: it stays in the history, and anybody on the way can read it"
        } else {
            "every server and proxy on the way may write the url into its log"
        };
        let help = match what {
            "a token" => "send it as the header `authorization: Bearer …`, unless the service takes it nowhere else",
            _ => "send it in the body of a POST, or in the header `authorization`",
        };
        findings.push(
            RULE.finding(format!("{what} in the {}", if site.path()[0] == "qs" { "query" } else { "url" }))
                .at(read.place)
                .why(seen)
                .help(help)
                .in_block(&site.block),
        );
    }
}

/// The secret that the text carries, and what it is.
fn secret<'s, 'a>(site: &'s Site<'a>) -> Option<(&'s Read<'a>, &'static str)> {
    let of_connection = |read: &&Read| match read.root() {
        "connection" | "common" | "temp" => true,
        "parameters" | "data" => site.phase.is_connection(),
        _ => false,
    };
    let mut reads = carried(site, Through::Unchanged).into_iter().filter(of_connection);
    reads.find_map(|read| {
        let what = match normal(read.key()?).as_str() {
            "accesstoken" | "refreshtoken" => "a token",
            // What a component keeps under such a name may be one it was asked to set.
            "password" | "passwd" | "userpassword" if site.phase.is_connection() || read.root() != "temp" => {
                "a password"
            }
            "clientsecret" | "consumersecret" => "a client secret",
            _ => return None,
        };
        Some((read, what))
    })
}
