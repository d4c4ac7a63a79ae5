//! `condition-default-in-connection`: an output nobody reads.

use connspec_diagnostics::{Fix, Severity};

use crate::edit::remove_member;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0223",
    name: "condition-default-in-connection",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A `default` of a condition in a connection.

## Why
It is the output of a module whose request does not run. A connection has no output, so nothing reads it.

## Example
```jsonc connection
{ "refresh": { "url": "https://api.acme.test/t", "condition": { "condition": "{{data.expires < now}}", "default": {} } } }
```

## Instead
```jsonc connection
{ "refresh": { "url": "https://api.acme.test/t", "condition": "{{data.expires < now}}" } }
```

## Fix
Removes `default`: safe.

## Source
communication.md §5 `condition`.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests() {
        let Some(condition) = request.get("condition") else { continue };
        let Some(default) = condition.member("default") else { continue };
        let edits = remove_member(&connection.app.sources, condition, default);
        findings.push(
            RULE.finding("a condition with a `default`")
                .at(default.key_place)
                .why("it would be the output when the request does not run; a connection has no output")
                .help("remove it")
                .in_block(block)
                .fix(Fix::safe("remove `default`").with_edits(edits)),
        );
    }
}
