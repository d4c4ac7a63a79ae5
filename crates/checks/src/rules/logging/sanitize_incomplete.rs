//! `sanitize-incomplete`: a secret that the request's `log.sanitize` forgets.

use connspec_diagnostics::{Fix, Severity};
use hashbrown::HashSet;
use serde_json::json;

use crate::edit;
use crate::rule::{Check, Findings, Rule};
use crate::sanitize::doubt;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0703",
    name: "sanitize-incomplete",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A secret that is sent or received, in a request whose `log.sanitize` names others but not this one: a client secret, the
authorization code, the verifier, a refresh token, a password, or a token in the answer.

## Why
As soon as there is a list, Make shows the exchange to developers, with everything the list does not name in plain text.

## Example
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "type": "urlencoded",
    "body": { "grant_type": "authorization_code", "code": "{{temp.code}}", "client_secret": "{{common.clientSecret}}" },
    "response": { "data": { "accessToken": "{{body.access_token}}" } },
    "log": { "sanitize": ["request.body.client_secret", "response.body.access_token"] }
  }
}
```

## Instead
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "type": "urlencoded",
    "body": { "grant_type": "authorization_code", "code": "{{temp.code}}", "client_secret": "{{common.clientSecret}}" },
    "response": { "data": { "accessToken": "{{body.access_token}}" } },
    "log": { "sanitize": ["request.body.client_secret", "request.body.code", "response.body.access_token"] }
  }
}
```

## Fix
Adds the path to the list. Safe: nothing that is sent changes. Where the name is one slip from one of the standard
(`acess_token`), only suggested: the slip would be kept.

## Source
The lists of Make's own templates; communication.md §5, pitfalls.md 116.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for request in connection.logged() {
        let Some(list) = request.list() else { continue };
        if request.uncovered().next().is_none() {
            continue;
        }
        // The path that was meant for it is reported as wrong.
        let wrong = request.wrong_paths();
        let told = wrong.iter().filter(|wrong| !wrong.is_surplus);
        let meant: HashSet<_> = told.filter_map(|wrong| Some(&wrong.meant?.path)).collect();
        let forgotten = request.uncovered().filter(|field| !meant.contains(&field.path));
        for field in forgotten {
            let path = field.sanitize_path();
            let edits = edit::insert_element(&connection.app.sources, list, &json!(path));
            let finding = RULE
                .finding(format!("`log.sanitize` does not name `{path}`"))
                .at(field.place)
                .why("what the list does not name stands in the log in plain text")
                .help(format!("add `\"{path}\"` to the list"))
                .also(list.place, "the list")
                .in_block(&request.block)
                .fix(Fix::safe(format!("sanitize `{path}`")).with_edits(edits));
            findings.push(doubt(finding, [field]));
        }
    }
}
