//! `aliased-connection-edited`: files of an alias, which Make ignores.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0115",
    name: "aliased-connection-edited",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A connection that is an alias of another one, and has a communication of its own.

## Why
Make takes everything of an alias from the connection it stands for. Whatever is edited here has no effect.

## Example
```jsonc bundle
{
  "type": "basic",
  "aliasTo": "acme2",
  "communication": { "url": "https://api.acme.test/me" }
}
```

## Instead
```jsonc bundle
{
  "type": "basic",
  "communication": { "url": "https://api.acme.test/me" }
}
```

## Source
connection.md §2.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let alias = connection.alias();
    let has_content = connection.communication().is_some_and(|root| !root.members().is_empty() || root.is_array());
    if let Some(alias) = alias.filter(|_| has_content) {
        findings.push(
            RULE.finding("an alias with a communication of its own")
                .at(alias.place)
                .why("Make takes everything from the connection it stands for: what is written here is never used")
                .help("edit that connection, or remove `aliasTo`"),
        );
    }
}
