//! `metadata-type`: a type of metadata there is not.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::vocabulary::METADATA_TYPES;

use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0604",
    name: "metadata-type",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`response.metadata.type` other than `text` and `email`, such as the value itself: `{{body.email}}`.

## Why
Make knows these two; another type is not shown beside the connection's name.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "metadata": { "type": "value", "value": "{{body.name}}" } }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "metadata": { "type": "text", "value": "{{body.name}}" } }
}
```

## Fix
`text` is suggested.

## Source
Make's editor schema; pitfalls.md 99.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests() {
        let Some(kind) = request.get("response").and_then(|response| response.get("metadata")?.get("type")) else {
            continue;
        };
        let Some(written) = kind.as_str().filter(|written| !written.contains("{{") || is_read(written)) else {
            continue;
        };
        if METADATA_TYPES.contains(&written) {
            continue;
        }
        let last = written.trim_end_matches('}').rsplit('.').next().unwrap_or_default();
        let is_address = matches!(normal(last).as_str(), "mail" | "email" | "emailaddress" | "emial" | "eamil");
        let meant = if is_address { "email" } else { "text" };
        let help = if is_address { "did you mean `email`?" } else { "write `text`, or `email` for an address" };
        findings.push(
            RULE.finding(format!("`{written}` is no type of metadata"))
                .at(kind.place)
                .why("Make knows `text` and `email`; another type is not shown beside the connection's name")
                .help(help)
                .in_block(block)
                .fix(Fix::suggestion(format!("write `{meant}`")).replace(kind.place, format!("\"{meant}\""))),
        );
    }
}

/// Whether a text is one member of the answer and nothing else, and no type that the service tells.
fn is_read(text: &str) -> bool {
    let inside = text.trim().strip_prefix("{{body.").and_then(|text| text.strip_suffix("}}"));
    inside.is_some_and(|path| {
        let last = normal(path.rsplit('.').next().unwrap_or_default());
        ["email", "mail", "name", "username", "login", "id"].contains(&last.as_str())
    })
}
