//! `reserved-parameter-name`: a form field with a name Make keeps for itself.

use connspec_diagnostics::Severity;
use connspec_spec::vocabulary::RESERVED_PARAMETERS;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0607",
    name: "reserved-parameter-name",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A form field called `accountName` or `teamID`.

## Why
Make puts its own values under these names: what the user fills in is overwritten. Renaming a field of a published app
breaks the connections that exist, so choose the name before publishing.

## Example
```jsonc bundle
{
  "type": "basic",
  "parameters": [{ "name": "accountName", "type": "text" }],
  "communication": { "url": "https://api.acme.test/me" }
}
```

## Instead
```jsonc bundle
{
  "type": "basic",
  "parameters": [{ "name": "account", "type": "text" }],
  "communication": { "url": "https://api.acme.test/me" }
}
```

## Source
Make's documentation of connection parameters; connection.md §2, pitfalls.md 102.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for field in &connection.definition.parameters.fields {
        if RESERVED_PARAMETERS.contains(&field.name.as_str()) {
            let place = field.node.get("name").map_or(field.place, |name| name.place);
            findings.push(
                RULE.finding(format!("`{}` is a name of Make's own", field.name))
                    .at(place)
                    .why("Make writes its own value under this name: what the user fills in is lost")
                    .help("choose another name; connections that exist already must then be made again"),
            );
        }
    }
}
