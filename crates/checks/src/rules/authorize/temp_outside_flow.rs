//! `temp-outside-flow`: `temp` does not outlive the creation of a connection.

use connspec_diagnostics::Severity;
use hashbrown::HashMap;

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
    let late = connection.reads_of("temp").filter(|(site, _)| !site.phase.keeps_temp());
    let mut known: HashMap<(Phase, &str), Written<'_, '_>> = HashMap::new();
    for (site, read) in late {
        let Some(key) = read.key() else { continue };
        let written = known.entry((site.phase, key)).or_insert_with(|| written(connection, site.phase, key));
        let message = match written {
            Written::InTime => continue,
            Written::Gone(_) => format!("`temp.{key}` is gone by the time of `{}`", site.block),
            Written::Never => format!("nothing writes `temp.{key}` before `{}` reads it", site.block),
        };
        let mut finding = RULE
            .finding(message)
            .at(read.place)
            .why("`temp` ends with the creation of the connection: this is empty")
            .help(format!("write `{key}` to `response.data` and read `data.{key}`"))
            .in_block(&site.block);
        if let Written::Gone(write) = written {
            finding = finding.also(write.place, format!("written in `{}`", write.block));
        }
        findings.push(finding);
    }
}

/// Whether a key of `temp` is there when a late phase reads it.
enum Written<'c, 'a> {
    /// The phase writes it itself.
    InTime,
    /// Only the creation of the connection wrote it.
    Gone(&'c Write<'a>),
    /// Nothing before writes it.
    Never,
}

fn written<'c, 'a>(connection: &'c Connection<'a>, phase: Phase, key: &str) -> Written<'c, 'a> {
    let writes = || connection.names.writes_of("temp", key);
    if writes().any(|write| write.phase == Some(phase)) {
        return Written::InTime;
    }
    let earlier = writes().find(|write| write.phase.is_some_and(Phase::keeps_temp));
    earlier.map_or(Written::Never, Written::Gone)
}
