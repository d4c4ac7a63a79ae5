//! `secret-in-error-message`: an error message that shows a secret.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::{Definition, Node};

use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_key, is_secret_name};
use crate::site::{Phase, Read, Site};
use crate::subject::Whole;
use crate::values::{Through, carried};

pub static RULE: Rule = Rule {
    code: "CS0705",
    name: "secret-in-error-message",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
An error message that contains a secret of the connection, or the whole answer of a request whose answers hold tokens.
So is a secret of the connection in a message of base or of a module.

## Why
Error messages are shown to the user, kept in the history of scenarios, sent by e-mail, and copied into support
requests. `log.sanitize` does not touch them.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-api-key": "{{parameters.apiKey}}" },
  "response": { "error": { "message": "The key {{parameters.apiKey}} was refused" } }
}
```
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "response": { "error": { "message": "{{body}}" } }
  }
}
```

## Instead
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "response": { "error": { "message": "{{ifempty(body.error_description, body.error)}}" } }
  }
}
```

## Fix
`body.error.message` is suggested in the place of the whole body; which path is right depends on the service.

## Source
The review of apps; pitfalls.md 118.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for connection in &whole.connections {
        examine(connection.definition, &connection.sites, findings);
    }
    // What base and modules read of the connection is as secret there.
    let Some(connection) = whole.connections.first() else { return };
    for other in whole.others.iter().filter(|other| other.requests().next().is_some()) {
        examine(connection.definition, &other.sites, findings);
    }
}

fn examine(definition: &Definition, sites: &[Site<'_>], findings: &mut Findings) {
    for site in sites {
        let is_message = site.is_under(&["response", "error"]) || site.is_under(&["response", "valid", "message"]);
        if !is_message || site.key() == "type" {
            continue;
        }
        for read in carried(site, Through::Unchanged) {
            if shows_secret(definition, site, read) {
                findings.push(
                    RULE.finding(format!("the error message shows `{}`", read.segments.join(".")))
                        .at(read.place)
                        .why("messages are shown, kept and mailed in plain text; `log.sanitize` does not touch them")
                        .help("take it out: the status and the service's own words are enough")
                        .in_block(&site.block),
                );
            } else if read.segments == ["body"] && answers_with_secrets(site) {
                findings.push(
                    RULE.finding("the error message shows the whole answer, which may hold tokens")
                        .at(read.place)
                        .why("messages are shown, kept and mailed in plain text; `log.sanitize` does not touch them")
                        .help("show the service's own message only, such as `body.error.message`")
                        .in_block(&site.block)
                        .fix(Fix::suggestion("show `body.error.message`").replace(read.place, "body.error.message")),
                );
            }
        }
    }
}

fn shows_secret(definition: &Definition, site: &Site<'_>, read: &Read) -> bool {
    // In modules `parameters`, `data` and `temp` are the module's own.
    if !site.phase.is_connection() && read.root() != "connection" {
        return false;
    }
    match (read.root(), read.key()) {
        ("parameters" | "connection" | "data" | "common" | "temp", Some(key)) => {
            read.segments.len() == 2 && is_secret_key(definition, read.root(), key)
        }
        ("body", Some(_)) => read.segments.last().is_some_and(|name| is_secret_name(name)),
        _ => false,
    }
}

/// Whether an answer to this request holds tokens: the phases that fetch them, unless the answer is only a text.
fn answers_with_secrets(site: &Site<'_>) -> bool {
    let fetches = matches!(site.phase, Phase::Token | Phase::Refresh | Phase::RequestToken | Phase::AccessToken);
    let kind = site.owner.get("response").and_then(|response| response.get("type")).and_then(Node::as_str);
    fetches && !matches!(kind, Some("text" | "string" | "raw"))
}
