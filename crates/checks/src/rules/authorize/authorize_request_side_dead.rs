//! `authorize-request-side-dead`: directives of a request where only a browser is sent away.

use connspec_diagnostics::{Fix, Severity};

use crate::edit::remove_member;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0316",
    name: "authorize-request-side-dead",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`authorize` has a `method`, `headers`, `body`, `type` or `log`.

## Why
Make sends nothing here: it makes an address of `url` and `qs` and sends the browser there. A header or a body never
goes out, and what depends on it does not work.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "method": "POST",
    "body": { "response_type": "code" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "response_type": "code" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Fix
Removing the directive is suggested; a body may have been meant as `qs`.

## Source
connection.md §4.2.
"#;

const DEAD: &[&str] = &["method", "headers", "body", "type", "log"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for authorize in connection.requests_of(Phase::Authorize).filter(|_| connection.exchanges_code()) {
        for member in authorize.node.effective_members().filter(|member| DEAD.contains(&member.key.as_str())) {
            let key = &member.key;
            let edits = remove_member(&connection.definition.sources, authorize.node, member);
            let help = if key == "body" { "put what the provider needs into `qs`" } else { "leave it out" };
            findings.push(
                RULE.finding(format!("`{key}` has no effect in `authorize`"))
                    .at(member.key_place)
                    .why("the browser is sent to `url` with `qs`: Make itself sends nothing here")
                    .help(help)
                    .fix(Fix::suggestion(format!("leave `{key}` out")).with_edits(edits))
                    .in_block(authorize.block),
            );
        }
    }
}
