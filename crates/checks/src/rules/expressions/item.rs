//! Whether there is anything that `item` can be: what `iterate` goes through.

use connspec_iml::ast::Expr;
use connspec_spec::layout::Layout;
use connspec_spec::vocabulary::response_directive;
use connspec_spec::{ComponentKind, Node, Part};

use crate::forms::declared_type;
use crate::site::{Phase, Site};

/// Whether an `item` that is read in `output` or `trigger` cannot be there: neither the request nor the base that it
/// inherits has an `iterate`. Only the first that an answer's directives read counts: it is one mistake.
pub(super) fn is_without_iterate(site: &Site<'_>, item: &Expr) -> bool {
    let ["response", "output" | "trigger", ..] = site.path() else { return false };
    if site.phase != Phase::Component || site.owner.get("url").is_none() || may_iterate(site.owner) {
        return false;
    }
    let first = site.reads().iter().find(|read| read.root() == "item");
    let is_first = first.is_some_and(|first| first.place == site.place(item.span)) && is_first(site);
    is_first && !base_may_iterate(site) && is_gone_through(site)
}

/// Whether a request goes through a list; an unknown key may be a slip for that, of which `unknown-directive` tells, and
/// what is computed may hold one.
fn may_iterate(request: &Node) -> bool {
    let is_meant = |key: &str| key == "iterate" || response_directive(key).is_none();
    let Some(response) = request.get("response") else { return request.get("{{...}}").is_some() };
    !response.is_object() || response.members().iter().any(|member| is_meant(&member.key))
}

/// Whether base has an `iterate`, or is not at hand. An export has every section that is not empty (app-layout.md B).
fn base_may_iterate(site: &Site<'_>) -> bool {
    match &site.app.base {
        Some(base) => base.node.as_ref().is_none_or(may_iterate),
        None => site.app.layout != Layout::Export,
    }
}

/// Whether the component asks for a list itself: what a webhook is called with may have items of its own.
fn is_gone_through(site: &Site<'_>) -> bool {
    let owner = |part: &Part| std::ptr::eq(part, site.part);
    let component = site.app.components.iter().find(|component| component.parts.iter().any(owner));
    component.is_some_and(|component| match component.kind {
        ComponentKind::Rpc => true,
        ComponentKind::Module => declared_type(component)
            .and_then(Node::as_str)
            .is_some_and(|kind| !matches!(kind, "instant_trigger" | "responder")),
        _ => false,
    })
}

/// Whether no text before this one reads `item` in `output` or `trigger`.
fn is_first(site: &Site<'_>) -> bool {
    let Some(response) = site.owner.get("response") else { return false };
    let mut first = None;
    response.visit(&mut |pointer, node| {
        let is_there = pointer.starts_with("/output") || pointer.starts_with("/trigger");
        let reads = || {
            node.template().is_some_and(|text| text.variables().iter().any(|variable| variable.segments[0] == "item"))
        };
        if first.is_none() && is_there && reads() {
            first = Some(std::ptr::from_ref(node));
        }
    });
    first == Some(std::ptr::from_ref(site.node))
}
