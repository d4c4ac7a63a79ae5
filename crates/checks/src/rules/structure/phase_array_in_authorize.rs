//! `phase-array-in-authorize`: `authorize` as a list.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0105",
    name: "phase-array-in-authorize",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`authorize` written as a list of requests.

## Why
`authorize` is not sent by Make: it is the one address the user's browser is sent to. There can be only one.

## Example
```jsonc connection
{
  "authorize": [{ "url": "https://api.acme.test/oauth/authorize" }],
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Source
connection.md §4.2; communication.md §1.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(member) = connection.communication().and_then(|root| root.member("authorize")) else { return };
    if member.value.is_array() {
        findings.push(
            RULE.finding("`authorize` is a list")
                .at(member.key_place)
                .why("it is the one address the browser is sent to; a list of them cannot be followed")
                .help("write one object; requests that must be made before belong into `preauthorize`")
                .in_block("authorize"),
        );
    }
}
