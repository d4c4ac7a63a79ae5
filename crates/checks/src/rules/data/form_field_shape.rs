//! `form-field-shape`: a form field that Make cannot read as it is meant.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Place, Severity, SourceMap, Span};
use connspec_spec::{Member, Node};
use hashbrown::HashMap;
use serde_json::json;

use crate::edit::{rename_member, replace_value};
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0623",
    name: "form-field-shape",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A form field without a name, with the name of another, with `required`, `advanced` or `editable` as a text, or with a key
or a type that is nearly one Make knows.

## Why
The form shows something else than is meant: what a field without a name holds is stored nowhere, of two fields of one
name one is lost, and `"requried": true` asks for nothing.

## Example
```jsonc bundle
{
  "communication": { "url": "https://api.acme.test/{{parameters.apiKey}}" },
  "parameters": [{ "name": "apiKey", "type": "pasword", "requried": true }]
}
```

## Instead
```jsonc bundle
{
  "communication": { "url": "https://api.acme.test/{{parameters.apiKey}}" },
  "parameters": [{ "name": "apiKey", "type": "password", "required": true }]
}
```

## Fix
The key or type that is meant, and the boolean, are suggested.

## Source
connection.md §2; Make's documentation of parameters.
"#;

const KEYS: &[&str] = &[
    "name",
    "label",
    "type",
    "required",
    "default",
    "advanced",
    "editable",
    "help",
    "validate",
    "options",
    "multiline",
    "spec",
    "nested",
    "labels",
    "rpc",
    "mode",
    "grouped",
    "sort",
    "multiple",
    "disabled",
    "extension",
    "semantic",
    "tags",
    "theme",
    "text",
    "title",
    "badge",
    "closable",
    "codepage",
    "dateOnly",
    "time",
    "value",
    "mappable",
];
const TYPES: &[&str] = &[
    "account",
    "any",
    "array",
    "banner",
    "boolean",
    "buffer",
    "cert",
    "checkbox",
    "collection",
    "color",
    "datastore",
    "date",
    "device",
    "directory",
    "dynamicCollection",
    "editor",
    "email",
    "file",
    "filename",
    "filter",
    "folder",
    "hidden",
    "hook",
    "html",
    "integer",
    "json",
    "keychain",
    "number",
    "password",
    "path",
    "pkey",
    "port",
    "schema",
    "scope",
    "select",
    "text",
    "time",
    "timestamp",
    "timezone",
    "udt",
    "udttype",
    "uinteger",
    "upload",
    "url",
    "uuid",
];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let sources = &connection.definition.sources;
    let fields: Vec<&Node> = connection.definition.parameters.fields.iter().map(|field| &field.node).collect();
    let mut names: HashMap<&str, Place> = HashMap::new();
    for field in fields {
        for member in field.members() {
            slips(sources, member, field, findings);
        }
        let kind = field.get("type").and_then(Node::as_str).unwrap_or("text");
        match field.get("name").and_then(Node::as_str).filter(|name| !name.is_empty()) {
            None if !matches!(kind, "banner" | "html" | "label" | "separator") => {
                let start = field.place.span.range().start;
                let finding = RULE
                    .finding("a form field without a `name`")
                    .at(Place::new(field.place.source, Span::new(start, start + 1)))
                    .why("what the user fills in is stored nowhere, and nothing can read it")
                    .help("give it a `name`: `parameters.…` reads it");
                findings.push(finding);
            }
            None => {}
            Some(name) => {
                let place = field.get("name").map_or(field.place, |name| name.place);
                if let Some(first) = names.insert(name, place) {
                    let finding = RULE
                        .finding(format!("two form fields are called `{name}`"))
                        .at(place)
                        .also(first, "the first one")
                        .why("both are stored under this name: one overwrites the other")
                        .help("give one of them another name");
                    findings.push(finding);
                }
            }
        }
    }
}

/// Slips of the pen in one key of a field and its value.
fn slips(sources: &SourceMap, member: &Member, field: &Node, findings: &mut Findings) {
    let key = member.key.as_str();
    if !KEYS.contains(&key) {
        let free =
            ["name", "label", "type", "required", "default", "advanced", "editable", "help", "options", "validate"];
        let Some(meant) = nearest(key, free).filter(|meant| field.get(meant).is_none() && key.len() > 2) else {
            return;
        };
        findings.push(
            RULE.finding(format!("`{key}` is no key of a form field"))
                .at(member.key_place)
                .why("Make ignores keys it does not know: this one has no effect")
                .help(format!("did you mean `{meant}`?"))
                .fix(Fix::suggestion(format!("rename it to `{meant}`")).with_edits(rename_member(member, meant))),
        );
        return;
    }
    let Some(text) = member.value.as_str() else { return };
    match key {
        "required" | "advanced" | "editable" | "multiline" if matches!(text, "true" | "false") => findings.push(
            RULE.finding(format!("`{key}` is a text, not a boolean"))
                .at(member.value.place)
                .why("a text is not read as a boolean, `\"false\"` least of all")
                .help(format!("write {text} without quotes"))
                .fix(Fix::suggestion("write the boolean").replace(member.value.place, text)),
        ),
        "type" if !TYPES.contains(&text) => {
            let Some(meant) = usual(text).or_else(|| nearest(text, TYPES.iter().copied())) else { return };
            findings.push(
                RULE.finding(format!("`{text}` is no type of a form field"))
                    .at(member.value.place)
                    .why("Make does not know how to show it")
                    .help(format!("did you mean `{meant}`?"))
                    .fix(Fix::suggestion(format!("write `{meant}`")).with_edits(replace_value(
                        sources,
                        &member.value,
                        &json!(meant),
                    ))),
            );
        }
        _ => {}
    }
}

/// What other systems call a type.
fn usual(written: &str) -> Option<&'static str> {
    Some(match written {
        "string" | "str" | "textarea" | "input" => "text",
        "int" => "integer",
        "bool" | "toggle" | "switch" => "boolean",
        "float" | "double" | "decimal" => "number",
        "secret" => "password",
        "dropdown" | "enum" | "choice" => "select",
        "object" => "collection",
        "list" => "array",
        "datetime" => "date",
        _ => return None,
    })
}
