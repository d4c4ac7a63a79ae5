//! `temp-outside-flow`: `temp` does not outlive the creation of a connection.

use connspec_diagnostics::Severity;

use crate::flow::Write;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0320",
    name: "temp-outside-flow",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`refresh` or `invalidate` reads a `temp` key that it has not written itself: an earlier phase has, or none at all.

## Why
`temp` lives from the first request of creating a connection to the last one, across the browser's redirect. `refresh`
and `invalidate` run days later, with an empty `temp`. What they need must be in `data`.

## Example
```jsonc connection
{
  "token": {
    "condition": "{{!data.accessToken}}",
    "url": "https://api.acme.test/oauth/token",
    "response": { "temp": { "refreshToken": "{{body.refresh_token}}" } }
  },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "refresh_token": "{{temp.refreshToken}}" }
  }
}
```

## Instead
```jsonc connection
{
  "token": {
    "condition": "{{!data.accessToken}}",
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "refreshToken": "{{body.refresh_token}}" } }
  },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "refresh_token": "{{data.refreshToken}}" }
  }
}
```

## Source
connection.md §4.4, §13.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if connection.names.writes_unknown_temp {
        return;
    }
    let late = connection.names.reads_of("temp").filter(|read| !read.phase.keeps_temp());
    for read in late {
        let Some(key) = read.read.key() else { continue };
        let is_own = |write: &&Write| write.phase == Some(read.phase);
        if connection.names.writes_of("temp", key).any(|write| is_own(&write)) {
            continue;
        }
        let write = connection.names.writes_of("temp", key).find(|write| kept_until_then(write.phase));
        let message = match write {
            Some(_) => format!("`temp.{key}` is gone by the time of `{}`", read.block),
            None => format!("nothing writes `temp.{key}` before `{}` reads it", read.block),
        };
        let mut finding = RULE
            .finding(message)
            .at(read.read.place)
            .why("`temp` ends with the creation of the connection: this is empty")
            .help(format!("write `{key}` to `response.data` and read `data.{key}`"))
            .in_block(&read.block);
        if let Some(write) = write {
            finding = finding.also(write.place, format!("written in `{}`", write.block));
        }
        findings.push(finding);
    }
}

fn kept_until_then(phase: Option<Phase>) -> bool {
    phase.is_some_and(Phase::keeps_temp)
}
