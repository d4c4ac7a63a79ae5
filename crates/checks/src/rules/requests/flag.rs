//! Flags of a request, which Make reads as they stand.

use connspec_diagnostics::{Diagnostic, Fix};
use connspec_spec::Node;

use crate::rule::Rule;

/// The value of a flag that is neither true nor false; null is the same as absent.
pub(super) fn not_boolean<'a>(request: &'a Node, key: &str) -> Option<&'a Node> {
    request.get(key).filter(|value| value.as_bool().is_none() && !value.is_null())
}

/// What `rule` says of such a value.
pub(super) fn finding(rule: &Rule, key: &str, value: &Node, block: &str) -> Diagnostic {
    let finding = rule
        .finding(format!("`{key}` is {}, not true or false", value.kind_name()))
        .at(value.place)
        .why("it is read before any expression is evaluated, so only true and false have an effect")
        .help("write true or false without quotes")
        .in_block(block);
    match value.as_str() {
        Some(word @ ("true" | "false")) => {
            finding.fix(Fix::safe(format!("write {word} without quotes")).replace(value.place, word))
        }
        _ => finding,
    }
}
