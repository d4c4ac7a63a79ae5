//! The groups modules are shown in: `groups.json` of Make's local development (app-layout.md A).

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Place, Severity, Span};

use super::entries::{renamed, unknown_key};
use super::{Component, ComponentKind};
use crate::model::Part;
use crate::node::{Member, Node};
use crate::rules::{PART_SHAPE, REFERENCE_UNKNOWN};

/// What a group has, as Make's editor schema says.
const KEYS: [&str; 2] = ["label", "modules"];

/// Everything that is wrong with the groups; `mapped` are the names the manifest has for modules in Make.
pub(super) fn examine(groups: &Part, components: &[Component], mapped: &[String]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let Some(root) = groups.node.as_ref().filter(|root| !root.is_null()) else { return found };
    if !root.is_array() {
        found.push(shape(
            root,
            "the groups of modules must be a list",
            "write a list of objects with `label` and `modules`",
        ));
    }
    let modules = components.iter().filter(|component| component.kind == ComponentKind::Module);
    let modules: Vec<&str> = modules.map(|module| module.name.as_str()).collect();
    for group in root.elements() {
        if group.is_object() {
            examine_group(group, (&modules, mapped), &mut found);
        } else {
            found.push(shape(group, "a group must be an object", "write an object with `label` and `modules`"));
        }
    }
    found
}

fn examine_group(group: &Node, names: (&[&str], &[String]), found: &mut Vec<Diagnostic>) {
    for key in KEYS {
        match group.get(key) {
            None => found.push(missing(group, key)),
            Some(label) if key == "label" && label.as_str().is_none() => {
                found.push(shape(label, "the `label` of a group must be a text", "write what the group is called"));
            }
            Some(modules) if key == "modules" && !modules.is_array() => {
                found.push(shape(
                    modules,
                    "the `modules` of a group must be a list",
                    "write a list of the modules' names",
                ));
            }
            Some(_) => {}
        }
    }
    for module in group.get("modules").map_or(&[][..], Node::elements) {
        match module.as_str() {
            Some(written) => found.extend(unknown_module(module, written, names)),
            None => found.push(shape(module, "a module of a group is named by a text", "write the module's name")),
        }
    }
}

/// A group without one of its two keys: where another key is there in its stead, it is the slip that is told.
fn missing(group: &Node, key: &str) -> Diagnostic {
    let is_meant = |member: &&Member| {
        !KEYS.contains(&member.key.as_str())
            && (nearest(&member.key, [key]).is_some() || usual(&member.key) == Some(key))
    };
    if let Some(member) = group.members().iter().find(is_meant) {
        return unknown_key(member, "key of a group", Some(key));
    }
    let start = group.place.span.range().start;
    let opening = Place::new(group.place.source, Span::new(start, start + 1));
    let mut finding = PART_SHAPE
        .finding(format!("a group of modules without `{key}`"))
        .at(opening)
        .why("Make shows modules by the label of their group, and in it those it lists")
        .help(format!("add `{key}`"));
    finding.severity = Severity::Warning;
    finding
}

/// What other tools call the keys.
fn usual(key: &str) -> Option<&'static str> {
    match key {
        "name" | "title" | "group" => Some("label"),
        "items" | "components" => Some("modules"),
        _ => None,
    }
}

fn shape(node: &Node, what: &str, help: &str) -> Diagnostic {
    let mut finding = PART_SHAPE
        .finding(format!("{what}, not {}", node.kind_name()))
        .at(node.place)
        .why("Make cannot show the modules in their groups")
        .help(help);
    finding.severity = Severity::Warning;
    finding
}

/// A module the app does not have. An app that names none has them elsewhere.
fn unknown_module(node: &Node, written: &str, (known, mapped): (&[&str], &[String])) -> Option<Diagnostic> {
    if known.is_empty() || known.contains(&written) || mapped.iter().any(|name| name == written) {
        return None;
    }
    let mut finding = REFERENCE_UNKNOWN
        .finding(format!("the app has no module `{written}`"))
        .at(node.place)
        .why("the group cannot show it, and a module that is meant by it is in no group");
    finding.severity = Severity::Warning;
    Some(match nearest(written, known.iter().copied()) {
        Some(near) => renamed(finding, format!("did you mean `{near}`?"), node.place, near),
        None => finding.help("write the name that the module has in the manifest, or take it out"),
    })
}
