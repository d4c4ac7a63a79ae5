//! `scopes-in-one-text`: several scopes where one belongs.

use std::cell::OnceCell;

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::{Node, Part};
use hashbrown::HashSet;

use crate::rule::{Check, Findings, Rule};
use crate::subject::{Connection, Whole};

pub static RULE: Rule = Rule {
    code: "CS0121",
    name: "scopes-in-one-text",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
Several scopes in one text of the default scope or of what a module or webhook needs, or in one key of the scope list:
`["read write"]`, `["read,write"]`.

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

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for connection in &whole.connections {
        let list = connection.definition.parts.default_scope.as_ref();
        in_list(whole, list, findings);
        in_keys(connection, findings);
    }
    for component in &whole.app.components {
        let lists = component.parts.iter().filter(|part| matches!(part.name.as_str(), "scope" | "requiredScope"));
        lists.for_each(|list| in_list(whole, Some(list), findings));
    }
}

/// The default scope of a connection, or what a module needs.
fn in_list(whole: &Whole<'_>, list: Option<&Part>, findings: &mut Findings) {
    let described = OnceCell::new();
    let is_described = |name: &str| {
        let lists = || whole.connections.iter().flat_map(|connection| &connection.definition.scope_list);
        let names = || lists().map(|(described, _)| &*described.name).collect::<HashSet<&str>>();
        described.get_or_init(names).contains(name)
    };
    for element in list.and_then(|list| list.node.as_ref()).map_or(&[][..], Node::elements) {
        let Some(name) = element.as_str() else { continue };
        let Some(parts) = parts(name).filter(|_| !is_described(name)) else { continue };
        let written: Vec<_> = parts.iter().map(|part| serde_json::Value::from(*part).to_string()).collect();
        findings.push(
            RULE.finding(format!("{} scopes stand in one text", parts.len()))
                .at(element.place)
                .why("Make takes it for one scope: what modules need is compared with all of it, and never found")
                .help("write one text for each scope")
                .fix(Fix::suggestion("write them one by one").replace(element.place, written.join(", "))),
        );
    }
}

/// The keys of the scope list.
fn in_keys(connection: &Connection<'_>, findings: &mut Findings) {
    let definition = connection.definition;
    let names = OnceCell::new();
    let is_scope = |name: &&str| {
        let keys = || definition.scope_list.iter().map(|(scope, _)| scope).chain(&definition.default_scope);
        names.get_or_init(|| keys().map(|scope| &*scope.name).collect::<HashSet<&str>>()).contains(name)
    };
    for (scope, _) in &definition.scope_list {
        let Some(parts) = parts(&scope.name).filter(|parts| parts.iter().any(is_scope)) else { continue };
        findings.push(
            RULE.finding(format!("{} scopes stand in one key of the scope list", parts.len()))
                .at(scope.place)
                .why("Make takes it for one scope, and describes none of those that are asked for")
                .help("write one key with its description for each scope"),
        );
    }
}

const BETWEEN: [char; 4] = [' ', ',', '\t', '\n'];

/// The scopes in a text; none where it is something else, such as one address with a comma in it.
fn parts(text: &str) -> Option<Vec<&str>> {
    if !text.trim().contains(BETWEEN) {
        return None;
    }
    let parts: Vec<_> = text.split(BETWEEN).filter(|part| !part.is_empty()).collect();
    let is_scope =
        |part: &&str| part.chars().all(|letter| letter.is_ascii_alphanumeric() || "._:/*-+~".contains(letter));
    let is_address = |part: &&str| part.starts_with("https://") || part.starts_with("http://");
    let are_alike = !text.contains("://") || text.contains(char::is_whitespace) || parts.iter().all(is_address);
    (parts.len() > 1 && are_alike && parts.iter().all(is_scope)).then_some(parts)
}
