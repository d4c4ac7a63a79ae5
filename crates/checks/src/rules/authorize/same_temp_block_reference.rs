//! `same-temp-block-reference`: the keys of one `temp` do not see each other.

use connspec_diagnostics::Severity;
use connspec_spec::Member;

use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::{Phase, Site};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0321",
    name: "same-temp-block-reference",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A key of `temp` reads another key of the same `temp`, which nothing has written before.

## Why
All keys of one `temp` are evaluated at once, before any of them is stored. The other key is still empty, and so is
whatever is made of it.

## Example
```jsonc connection
{
  "authorize": {
    "temp": {
      "verifier": "{{uuid}}{{uuid}}",
      "challenge": "{{sha256(temp.verifier, 'base64')}}"
    },
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "code_challenge": "{{temp.challenge}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code_verifier": "{{temp.verifier}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "temp": { "verifier": "{{uuid}}{{uuid}}" },
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "code_challenge": "{{sha256(temp.verifier, 'base64')}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code_verifier": "{{temp.verifier}}" } }
}
```

## Source
iml.md §3; communication.md §2.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if connection.names.writes_unknown_temp {
        return;
    }
    for request in connection.each_request() {
        let repeats = ["repeat", "while"].iter().any(|key| request.node.get(key).is_some());
        for keys in [&["temp"][..], &["response", "temp"]] {
            if let (Some(temp), false) = (request.member(keys), repeats) {
                examine(connection, &request, keys, temp, findings);
            }
        }
    }
}

fn examine(
    connection: &Connection<'_>,
    request: &Request<'_, '_>,
    keys: &[&str],
    temp: &Member,
    findings: &mut Findings,
) {
    for site in request.sites_under(keys) {
        let own = site.path().get(keys.len()).copied();
        for read in site.reads().iter().filter(|read| read.root() == "temp") {
            let Some(key) = read.key().filter(|key| Some(*key) != own) else { continue };
            let Some(other) = temp.value.member(key) else { continue };
            if is_written_elsewhere(connection, site, key, keys.len() == 1) {
                continue;
            }
            findings.push(
                RULE.finding(format!("`temp.{key}` is not written yet when this is evaluated"))
                    .at(read.place)
                    .why("all keys of one `temp` are evaluated at once, and none sees another: this is empty")
                    .help(format!("write the expression of `{key}` here, or use `temp.{key}` only outside this `temp`"))
                    .also(other.key_place, "written at the same time")
                    .in_block(request.block),
            );
        }
    }
}

/// Whether the key may hold something by then: from any other place than this very `temp`.
fn is_written_elsewhere(connection: &Connection<'_>, site: &Site<'_>, key: &str, before: bool) -> bool {
    connection.names.writes_of("temp", key).any(|write| {
        let is_this = write.phase == Some(site.phase) && write.request == site.request && write.before == before;
        let comes_later = matches!(write.phase, Some(Phase::Refresh | Phase::Invalidate)) && site.phase.keeps_temp();
        !is_this && !comes_later
    })
}
