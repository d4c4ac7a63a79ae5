//! `required-missing`: an optional field that requests cannot do without.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Field;
use hashbrown::HashMap;
use serde_json::json;

use crate::edit;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Read, Site};
use crate::subject::Connection;
use crate::symbolic::STORE_ROOTS;
use crate::values::unguarded;

pub static RULE: Rule = Rule {
    code: "CS0612",
    name: "required-missing",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A form field that may be left empty, whose value a request of the connection puts into the host or path of its url, or
behind `Bearer ` into a header, as if it were always there.

Where an empty value simply falls away, as a whole header or query parameter does, nothing is reported; nor where an
expression provides for it.

## Why
Left empty, it leaves a hole: `https://.acme.test/me`, or a header `Bearer ` with nothing behind it. The user sees an
error of the service instead of a required field.

## Example
```jsonc bundle
{
  "type": "basic",
  "parameters": [{ "name": "apiKey", "type": "password" }],
  "communication": { "url": "https://api.acme.test/me", "headers": { "authorization": "Bearer {{parameters.apiKey}}" } }
}
```

## Instead
```jsonc bundle
{
  "type": "basic",
  "parameters": [{ "name": "apiKey", "type": "password", "required": true }],
  "communication": { "url": "https://api.acme.test/me", "headers": { "authorization": "Bearer {{parameters.apiKey}}" } }
}
```

## Fix
`"required": true` is suggested.

## Source
Make's own templates; pitfalls.md 106.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let mut may_be_empty =
        connection.definition.parameters.fields.iter().filter(|field| may_be_empty(field)).peekable();
    if may_be_empty.peek().is_none() {
        return;
    }
    let mut holes: HashMap<&str, (&Site<'_>, &Read)> = HashMap::new();
    for (site, read) in connection.sites.iter().flat_map(holes_of) {
        let Some(key) = read.key().filter(|key| !asks_for(connection, site, key)) else { continue };
        holes.entry(key).or_insert((site, read));
    }
    for field in may_be_empty {
        let is_stored = connection.names.writes_of("data", &field.name).any(|write| write.phase.is_some());
        let Some((site, read)) = holes.get(&*field.name).filter(|_| !is_stored) else { continue };
        let sources = &connection.app.sources;
        let edits = match field.node.get("required") {
            Some(required) => edit::replace_value(sources, required, &json!(true)),
            None => edit::insert_member(sources, &field.node, "required", &json!(true)),
        };
        findings.push(
            RULE.finding(format!("`{}` may be left empty, and `{}` cannot do without it", field.name, site.block))
                .at(field.node.get("name").map_or(field.place, |name| name.place))
                .why("left empty it leaves a hole in the request, and the user sees an error of the service")
                .help("add `\"required\": true`, or provide for an empty value with `ifempty(…)`")
                .also(read.place, "used as if it were always there")
                .fix(Fix::suggestion("require the field").with_edits(edits)),
        );
    }
}

/// Whether the user may leave the field empty, and nothing else fills it.
fn may_be_empty(field: &Field) -> bool {
    let optional = field.node.get("required").is_none_or(|required| required.as_bool() == Some(false));
    let filled = field.default.is_some() || field.options.iter().any(|option| option.default);
    optional
        && !filled
        && !field.name.is_empty()
        && matches!(field.kind.as_str(), "text" | "password" | "url" | "number")
}

/// Where an empty value of the store leaves a hole in the text: the host or path of a url, or a header behind a scheme.
fn holes_of<'s, 'a>(site: &'s Site<'a>) -> Vec<(&'s Site<'a>, &'s Read<'a>)> {
    let source = site.template.source();
    let text = match site.path() {
        ["url"] => &source[..source.find('?').unwrap_or(source.len())],
        ["headers", _] if ["Bearer {{", "Token {{", "bearer {{"].iter().any(|scheme| source.starts_with(scheme)) => {
            source
        }
        _ => return Vec::new(),
    };
    // A url that is an expression as a whole may be a full address of the user's own.
    if site.template.whole_expression().is_some() {
        return Vec::new();
    }
    let is_hole = |read: &&Read| {
        STORE_ROOTS.contains(&read.root())
            && read.segments.len() == 2
            && text.contains(&format!("{{{{{}}}}}", read.segments.join(".")))
    };
    unguarded(site).into_iter().filter(is_hole).map(|read| (site, read)).collect()
}

/// Whether the request runs only under a condition that asks for the key.
fn asks_for(connection: &Connection<'_>, site: &Site<'_>, key: &str) -> bool {
    let condition = site.owner.get("condition");
    let conditions = [condition, condition.and_then(|condition| condition.get("condition"))].into_iter().flatten();
    let mut sites = conditions.filter_map(|node| connection.site_of(node));
    sites.any(|condition| condition.reads().iter().any(|read| read.key() == Some(key)))
}
