//! `secret-in-error-message`: an error message that shows a secret.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;

use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_key, is_secret_name};
use crate::site::{Phase, Read, Site};
use crate::subject::Connection;
use crate::values::{Through, carried};

pub static RULE: Rule = Rule {
    code: "CS0705",
    name: "secret-in-error-message",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
An error message that contains a secret of the connection, or the whole answer of a request whose answers hold tokens.

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

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for site in &connection.sites {
        let is_message = site.is_under(&["response", "error"]) || site.is_under(&["response", "valid", "message"]);
        if !is_message || site.key() == "type" {
            continue;
        }
        for read in carried(site, Through::Unchanged) {
            if shows_secret(connection, read) {
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

fn shows_secret(connection: &Connection<'_>, read: &Read) -> bool {
    match (read.root(), read.key()) {
        ("parameters" | "connection" | "data" | "common" | "temp", Some(key)) => {
            read.segments.len() == 2 && is_secret_key(connection.definition, read.root(), key)
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
