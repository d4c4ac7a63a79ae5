//! `scope-not-described`: a default scope without a description.

use connspec_diagnostics::Severity;
use hashbrown::HashSet;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0113",
    name: "scope-not-described",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A default scope that the scope list does not describe, although there is a scope list.

## Why
Users see the bare identifier instead of words. A connection without any scope list is fine.

## Example
```jsonc bundle
{
  "type": "oauth",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } },
  "scope": ["read", "write"],
  "scopes": { "read": "Read everything" }
}
```

## Instead
```jsonc bundle
{
  "type": "oauth",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } },
  "scope": ["read", "write"],
  "scopes": { "read": "Read everything", "write": "Change everything" }
}
```

## Source
connection.md §2, §8.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let described = &connection.definition.scope_list;
    if described.is_empty() {
        return;
    }
    let described: HashSet<&str> = described.iter().map(|(scope, _)| scope.name.as_str()).collect();
    for scope in connection.definition.default_scope.iter().filter(|scope| !described.contains(&*scope.name)) {
        findings.push(
            RULE.finding(format!("the scope list does not describe `{}`", scope.name))
                .at(scope.place)
                .why("users read the bare identifier where the other scopes have words")
                .help("add it to the scope list with a description"),
        );
    }
}
