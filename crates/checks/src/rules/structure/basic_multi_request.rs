//! `basic-multi-request`: a basic connection with several requests.

use connspec_diagnostics::Severity;
use connspec_spec::Node;

use crate::request::opening;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0107",
    name: "basic-multi-request",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A basic connection with more than one request.

## Why
Make's documentation allows a single request in a basic connection; an older page shows two. A list of one is fine.
What the second request stores is also never renewed: a basic connection logs in once.

## Example
```jsonc connection
[
  { "url": "https://api.acme.test/login", "method": "POST" },
  { "url": "https://api.acme.test/me" }
]
```

## Instead
```jsonc connection
{
  "token": {
    "condition": "{{if(data.accessToken, data.expires < addMinutes(now, 1), true)}}",
    "url": "https://api.acme.test/login",
    "method": "POST"
  },
  "info": { "url": "https://api.acme.test/me" }
}
```

## Source
communication.md §1; connection.md §10.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let requests = connection.communication().map_or(&[][..], Node::elements);
    if let [_, second, ..] = requests {
        findings.push(
            RULE.finding(format!("a basic connection with {} requests", requests.len()))
                .at(opening(second))
                .why("Make documents one request for a basic connection; further ones may be refused or left out")
                .help(
                    "log in under `token` and verify under `info`: then Make also logs in again when the session ends",
                )
                .in_block("api[2]"),
        );
    }
}
