//! `form-field-shape`: a form field that Make cannot read as it is meant.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Place, Severity, SourceMap};
use connspec_iml::pattern_mistake;
use connspec_spec::{Member, Node};
use hashbrown::HashMap;
use serde_json::json;
use smallvec::SmallVec;

use super::field_words::{KEYS, OF_OPTION, OF_VALIDATE, TYPES, type_meant};
use crate::edit::{rename_member, replace_value};
use crate::forms::is_form;
use crate::request::opening;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0623",
    name: "form-field-shape",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A form field without a name, with the name of another, with `required`, `advanced` or `editable` as a text, or with a key
or a type that is nearly one Make knows; or whose `validate` has such a key, or a `pattern` that is no regular expression.
The forms of modules, remote procedures and webhooks are looked at too, fields
within fields and entries to choose from among them, and in the `interface` of modules the keys and the types.

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
connection.md §2; Make's documentation of parameters, and its editor schema of them.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let sources = &*whole.app.sources;
    for definition in whole.connections.iter().map(|connection| connection.definition) {
        for part in [&definition.parts.parameters, &definition.parts.install_spec].into_iter().flatten() {
            form(sources, part.node.as_ref(), true, findings);
        }
    }
    for component in &whole.app.components {
        for part in component.parts.iter().filter(|part| is_form(component.kind, &part.name)) {
            form(sources, part.node.as_ref(), part.name != "interface", findings);
        }
    }
}

/// Looks at the fields of a section. What a module gives is no form: nothing is filled in, and a name tells nothing.
fn form(sources: &SourceMap, section: Option<&Node>, is_filled_in: bool, findings: &mut Findings) {
    let Some(section) = section.filter(|section| section.is_array()) else { return };
    if is_filled_in {
        names(section, findings);
    }
    Words { sources, findings }.of_fields(section);
}

/// Fields without a name, and two of one name.
fn names(form: &Node, findings: &mut Findings) {
    let mut names: SmallVec<[&str; 16]> = SmallVec::new();
    for field in form.elements().iter().filter(|field| field.is_object()) {
        match name(field) {
            Some(name) => names.extend(name.as_str()),
            None if is_shown_only(field) => {}
            None => findings.push(
                RULE.finding("a form field without a `name`")
                    .at(opening(field))
                    .why("what the user fills in is stored nowhere, and nothing can read it")
                    .help("give it a `name`: `parameters.…` reads it"),
            ),
        }
    }
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        repeated(form, findings);
    }
}

fn name(field: &Node) -> Option<&Node> {
    field.get("name").filter(|name| name.as_str().is_some_and(|name| !name.is_empty()))
}

#[cold]
fn repeated(form: &Node, findings: &mut Findings) {
    let mut names: HashMap<&str, Place> = HashMap::new();
    for (node, name) in form.elements().iter().filter_map(name).filter_map(|node| Some((node, node.as_str()?))) {
        if let Some(first) = names.insert(name, node.place) {
            findings.push(
                RULE.finding(format!("two form fields are called `{name}`"))
                    .at(node.place)
                    .also(first, "the first one")
                    .why("both are stored under this name: one overwrites the other")
                    .help("give one of them another name"),
            );
        }
    }
}

/// Whether nothing is filled in there.
fn is_shown_only(field: &Node) -> bool {
    let kind = field.get("type").and_then(Node::as_str);
    matches!(kind, Some("banner" | "html" | "label" | "separator"))
}

/// Looks for slips in the keys and types of fields, and of those within them.
struct Words<'s> {
    sources: &'s SourceMap,
    findings: &'s mut Findings,
}

impl Words<'_> {
    fn of_fields(&mut self, list: &Node) {
        list.elements().iter().for_each(|field| self.of_field(field));
    }

    fn of_field(&mut self, field: &Node) {
        for member in field.members() {
            match member.key.as_str() {
                "name" | "label" | "help" | "default" => {}
                "type" => self.kind(member),
                "required" | "advanced" | "editable" | "multiline" => self.flag(member),
                "validate" => self.of_validate(&member.value),
                "spec" if member.value.is_object() => self.of_field(&member.value),
                "spec" => self.of_fields(&member.value),
                "nested" => self.of_nested(&member.value),
                "options" => self.of_options(&member.value),
                "rpc" => member.value.get("parameters").into_iter().for_each(|fields| self.of_fields(fields)),
                key if KEYS.contains(&key) => {}
                _ => self.key(member, field),
            }
        }
    }

    /// Fields that are shown with a choice: a list, or where they are stored.
    fn of_nested(&mut self, nested: &Node) {
        self.of_fields(nested.get("store").unwrap_or(nested));
    }

    fn of_options(&mut self, options: &Node) {
        if options.is_object() {
            let placeholder = options.get("placeholder").and_then(|placeholder| placeholder.get("nested"));
            placeholder.into_iter().chain(options.get("nested")).for_each(|nested| self.of_nested(nested));
            // Where they say what their entries call label and value, these may have any keys.
            if options.get("label").is_none() && options.get("value").is_none() {
                options.get("store").into_iter().for_each(|store| self.of_options(store));
            }
            return;
        }
        for option in options.elements() {
            for member in option.members() {
                match member.key.as_str() {
                    "nested" => self.of_nested(&member.value),
                    "options" => self.of_options(&member.value),
                    key if OF_OPTION.contains(&key) => {}
                    key => {
                        let free = ["label", "value"].into_iter().filter(|name| option.get(name).is_none());
                        let meant = nearest(key, free);
                        meant.into_iter().for_each(|meant| self.misspelt(member, "an entry to choose from", meant));
                    }
                }
            }
        }
    }

    /// What a field is held to.
    fn of_validate(&mut self, validate: &Node) {
        for member in validate.members() {
            match member.key.as_str() {
                "pattern" => self.pattern(member),
                key if OF_VALIDATE.contains(&key) => {}
                key => {
                    let free = OF_VALIDATE.iter().copied().filter(|known| validate.get(known).is_none());
                    let meant = nearest(key, free).filter(|_| key.len() > 2);
                    meant.into_iter().for_each(|meant| self.misspelt(member, "`validate`", meant));
                }
            }
        }
    }

    fn pattern(&mut self, member: &Member) {
        let Some(pattern) = member.value.as_str().filter(|pattern| !pattern.contains("{{")) else { return };
        let Some(mistake) = pattern_mistake(pattern) else { return };
        self.findings.push(
            RULE.finding(format!("the pattern is no regular expression: {mistake}"))
                .at(member.value.place)
                .why("nothing can be held to it: the field refuses whatever is typed, or takes anything")
                .help("write a regular expression of JavaScript; a sign that is meant as itself stands behind `\\\\` in JSON"),
        );
    }

    #[cold]
    fn key(&mut self, member: &Member, field: &Node) {
        let known =
            ["name", "label", "type", "required", "default", "advanced", "editable", "help", "options", "validate"];
        let key = member.key.as_str();
        let free = known.into_iter().filter(|name| field.get(name).is_none());
        if let Some(meant) = nearest(key, free).filter(|_| key.len() > 2) {
            self.misspelt(member, "a form field", meant);
        }
    }

    fn misspelt(&mut self, member: &Member, of: &str, meant: &str) {
        self.findings.push(
            RULE.finding(format!("`{}` is no key of {of}", member.key))
                .at(member.key_place)
                .why("Make ignores keys it does not know: this one has no effect")
                .help(format!("did you mean `{meant}`?"))
                .fix(Fix::suggestion(format!("rename it to `{meant}`")).with_edits(rename_member(member, meant))),
        );
    }

    fn flag(&mut self, member: &Member) {
        let Some(text @ ("true" | "false")) = member.value.as_str() else { return };
        self.findings.push(
            RULE.finding(format!("`{}` is a text, not a boolean", member.key))
                .at(member.value.place)
                .why("a text is not read as a boolean, `\"false\"` least of all")
                .help(format!("write {text} without quotes"))
                .fix(Fix::suggestion("write the boolean").replace(member.value.place, text)),
        );
    }

    fn kind(&mut self, member: &Member) {
        let Some(text) = member.value.as_str().filter(|text| !TYPES.contains(text)) else { return };
        let Some(meant) = type_meant(text).filter(|_| !text.contains("{{")) else { return };
        self.findings.push(
            RULE.finding(format!("`{text}` is no type of a form field"))
                .at(member.value.place)
                .why("Make does not know how to show it")
                .help(format!("did you mean `{meant}`?"))
                .fix(Fix::suggestion(format!("write `{meant}`")).with_edits(replace_value(
                    self.sources,
                    &member.value,
                    &json!(meant),
                ))),
        );
    }
}
