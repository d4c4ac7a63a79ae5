//! `phase-array-editor-schema`: a list of requests, which the editor marks.

use connspec_diagnostics::Severity;
use connspec_spec::Kind;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0106",
    name: "phase-array-editor-schema",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A block of an OAuth 2 connection written as a list of requests.

## Why
It runs: the requests are made one after another, and each sees what the one before stored. Make's editor marks it as
wrong nevertheless, because its schema knows single requests only. Nothing has to be changed.

## Example
```jsonc connection
{
  "token": [
    { "url": "https://api.acme.test/oauth/token" },
    { "url": "https://api.acme.test/oauth/long-lived" }
  ]
}
```

## Instead
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Source
communication.md §1; connection.md §4.5.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(root) = connection.communication() else { return };
    if connection.definition.kind == Kind::OAuth1 {
        return;
    }
    let lists = root.effective_members().filter(|member| {
        matches!(member.key.as_str(), "token" | "info" | "refresh" | "invalidate") && member.value.is_array()
    });
    for member in lists {
        findings.push(
            RULE.finding(format!("`{}` is a list: it runs, but Make's editor marks it", member.key))
                .at(member.key_place)
                .why("the editor's schema knows single requests only; the runtime makes them one after another")
                .help("nothing has to be changed; a single request needs no list")
                .in_block(&member.key),
        );
    }
}
