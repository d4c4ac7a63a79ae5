//! The fields that a module, a remote procedure or a webhook asks for: what `parameters` holds in its sections.

use connspec_spec::{Component, ComponentKind, Node};
use hashbrown::HashSet;

use crate::provided::refers_to_rpc;

/// The forms of a component, taken together.
pub struct Form<'a> {
    /// The names of all fields, nested ones included, in order.
    pub names: Vec<&'a str>,
    /// Whether these are all: every section is there, and none has fields that are fetched or computed.
    pub is_complete: bool,
}

/// The sections with fields that are filled in once, by their names in the layouts (app-layout.md A, B).
const STATIC: &[&str] = &["staticParams", "static-params", "parameters"];
/// Those with fields that take values of other modules.
const MAPPABLE: &[&str] = &["mappableParams", "mappable-params", "expect"];
/// Those of webhooks and remote procedures.
const ALONE: &[&str] = &["params", "parameters"];

impl<'a> Form<'a> {
    /// Of one component.
    pub fn of(component: &'a Component) -> Self {
        let (mut names, mut is_complete) = (HashSet::new(), true);
        for section in sections(component) {
            let found = component.parts.iter().find(|part| section.contains(&part.name.as_str()));
            let node = found.and_then(|part| part.node.as_ref());
            is_complete &= node.is_some_and(is_known);
            if let Some(node) = node {
                collect(node, &mut names);
            }
        }
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_unstable();
        Self { names, is_complete }
    }

    /// Whether there is such a field, at any depth.
    pub fn has(&self, name: &str) -> bool {
        self.names.binary_search(&name).is_ok()
    }
}

/// The forms of a component that are at hand.
pub fn sections_of(component: &Component) -> impl Iterator<Item = &Node> {
    let is_form = |name: &str| sections(component).iter().any(|section| section.contains(&name));
    component.parts.iter().filter(move |part| is_form(&part.name)).filter_map(|part| part.node.as_ref())
}

/// Whether a section of a component of this kind is a list of fields: a form, or what a module gives.
pub fn is_form(kind: ComponentKind, section: &str) -> bool {
    match kind {
        ComponentKind::Module => section == "interface" || STATIC.contains(&section) || MAPPABLE.contains(&section),
        ComponentKind::Webhook | ComponentKind::Rpc => ALONE.contains(&section),
        ComponentKind::Function | ComponentKind::Endpoint => false,
    }
}

/// The sections a component of this kind has fields in.
fn sections(component: &Component) -> &'static [&'static [&'static str]] {
    match component.kind {
        ComponentKind::Module if is_type(component, "trigger") => &[STATIC],
        ComponentKind::Module => &[STATIC, MAPPABLE],
        ComponentKind::Webhook | ComponentKind::Rpc => &[ALONE],
        ComponentKind::Function | ComponentKind::Endpoint => &[],
    }
}

/// Whether a module is declared to be of this type.
pub fn is_type(module: &Component, wanted: &str) -> bool {
    declared_type(module).and_then(Node::as_str) == Some(wanted)
}

/// The node that says of which type a module is.
pub fn declared_type(module: &Component) -> Option<&Node> {
    let metadata = module.metadata.as_ref()?.node.as_ref()?;
    ["moduleType", "moduleSubtype", "type"].iter().find_map(|key| metadata.get(key))
}

fn is_known(section: &Node) -> bool {
    let is_list = section.is_array() || (section.is_object() && section.members().is_empty());
    is_list && !refers_to_rpc(section) && !is_computed(section)
}

fn is_computed(section: &Node) -> bool {
    let mut found = false;
    section.visit(&mut |pointer, node| {
        found |= pointer.ends_with("/name") && node.as_str().is_some_and(|name| name.contains("{{"));
        found |= node.member("{{...}}").is_some();
    });
    found
}

fn collect<'a>(section: &'a Node, names: &mut HashSet<&'a str>) {
    section.visit(&mut |pointer, node| {
        if pointer.ends_with("/name") {
            names.extend(node.as_str());
        }
    });
}
