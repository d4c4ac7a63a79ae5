//! `empty-scope-string`: a scope without a name, or with too long a one.

use connspec_diagnostics::{Fix, Severity};

use crate::edit::remove_element;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0112",
    name: "empty-scope-string",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A default scope that is empty or longer than 512 characters.

## Why
Make's editor refuses it, and a provider that is asked for an empty scope answers with an error or ignores all others.

## Example
```jsonc bundle
{
  "type": "oauth",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } },
  "scope": ["read", ""]
}
```

## Instead
```jsonc bundle
{
  "type": "oauth",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } },
  "scope": ["read"]
}
```

## Fix
Removes the empty scope: safe.

## Source
connection.md §2: a scope has 1 to 512 characters.
"#;

/// The longest scope Make's editor accepts, in characters.
const LONGEST: usize = 512;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let part = connection.definition.parts.default_scope.as_ref();
    let Some(list) = part.and_then(|part| part.node.as_ref()) else { return };
    for (index, scope) in list.elements().iter().enumerate() {
        let Some(name) = scope.as_str() else { continue };
        if name.trim().is_empty() {
            let edits = remove_element(&connection.app.sources, list, index);
            findings.push(
                RULE.finding("an empty scope")
                    .at(scope.place)
                    .why("Make's editor refuses it, and providers answer invalid_scope or ignore the others")
                    .help("remove it; a list without scopes is `[]`")
                    .fix(Fix::safe("remove the empty scope").with_edits(edits)),
            );
        } else if name.chars().count() > LONGEST {
            findings.push(
                RULE.finding(format!("a scope of {} characters", name.chars().count()))
                    .at(scope.place)
                    .why(format!("Make's editor refuses scopes of more than {LONGEST} characters"))
                    .help("list the scopes one by one instead of all in one text"),
            );
        }
    }
}
