//! `scopes-in-one-text`: several scopes where one belongs.

use connspec_diagnostics::{Fix, Severity};
use hashbrown::HashSet;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0121",
    name: "scopes-in-one-text",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
Several scopes in one text of the default scope, or in one key of the scope list: `["read write"]`, `["read,write"]`.

## Why
Make keeps, describes and compares scopes one by one: a module that needs `read` asks the user again, for what is there
is `read write`. With another separator than the provider's the request itself is refused with `invalid_scope`.

## Example
```jsonc bundle
{
  "type": "oauth",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } },
  "scope": ["read write"]
}
```

## Instead
```jsonc bundle
{
  "type": "oauth",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } },
  "scope": ["read", "write"]
}
```

## Fix
One text for each scope is suggested. A text that the scope list describes as one scope is left alone, and so is a key
of that list none of whose parts is a scope elsewhere.

## Source
RFC 6749 §3.3: a scope has no space in it; connection.md §2, §8.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let definition = connection.definition;
    let is_list = |name: &str| name.trim().contains([' ', ',', '\t', '\n']) && parts(name).is_some();
    for scope in definition.default_scope.iter().filter(|scope| is_list(&scope.name)) {
        if definition.scope_list.iter().any(|(described, _)| described.name == scope.name) {
            continue;
        }
        let Some(parts) = parts(&scope.name) else { continue };
        let list = definition.parts.default_scope.as_ref().and_then(|part| part.node.as_ref());
        let element = list.and_then(|list| list.elements().iter().find(|element| element.place == scope.place));
        let mut finding = RULE
            .finding(format!("{} scopes stand in one text", parts.len()))
            .at(scope.place)
            .why("Make takes it for one scope: what modules need is compared with all of it, and never found")
            .help("write one text for each scope");
        if element.is_some_and(|element| element.as_str().is_some()) {
            let written: Vec<_> = parts.iter().map(|part| serde_json::Value::from(*part).to_string()).collect();
            finding = finding.fix(Fix::suggestion("write them one by one").replace(scope.place, written.join(", ")));
        }
        findings.push(finding);
    }
    if !definition.scope_list.iter().any(|(scope, _)| is_list(&scope.name)) {
        return;
    }
    let names = definition.scope_list.iter().map(|(scope, _)| scope).chain(&definition.default_scope);
    let alone: HashSet<&str> = names.map(|scope| &*scope.name).filter(|name| !is_list(name)).collect();
    for (scope, _) in definition.scope_list.iter().filter(|(scope, _)| is_list(&scope.name)) {
        let Some(parts) = parts(&scope.name).filter(|parts| parts.iter().any(|part| alone.contains(part))) else {
            continue;
        };
        findings.push(
            RULE.finding(format!("{} scopes stand in one key of the scope list", parts.len()))
                .at(scope.place)
                .why("Make takes it for one scope, and describes none of those that are asked for")
                .help("write one key with its description for each scope"),
        );
    }
}

/// The scopes in a text; none where it is something else, such as one address with a comma in it.
fn parts(text: &str) -> Option<Vec<&str>> {
    let parts: Vec<_> = text.split([' ', ',', '\t', '\n']).filter(|part| !part.is_empty()).collect();
    let is_scope =
        |part: &&str| part.chars().all(|letter| letter.is_ascii_alphanumeric() || "._:/*-+~".contains(letter));
    let is_address = |part: &&str| part.starts_with("https://") || part.starts_with("http://");
    let are_alike = !text.contains("://") || text.contains(char::is_whitespace) || parts.iter().all(is_address);
    (parts.len() > 1 && are_alike && parts.iter().all(is_scope)).then_some(parts)
}
