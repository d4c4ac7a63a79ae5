//! The directives that connections do not have: those of modules and remote procedures, and what a webhook does with a
//! call.

use connspec_spec::Node;

use super::unknown_directive::{examine, examine_inside};
use crate::rule::Findings;
use crate::subject::Other;

/// The keys of directives of modules and remote procedures that are objects (communication.md §5, §7, §9).
const INSIDE_RESPONSE: &[(&str, &[&str])] = &[("iterate", OF_ITERATE), ("trigger", &["type", "order", "id", "date"])];
const INSIDE_REQUEST: &[(&str, &[&str])] = &[
    ("pagination", &["mergeWithParent", "url", "method", "headers", "qs", "body", "condition"]),
    ("aws", &["key", "secret", "session", "bucket", "sign_version", "service", "region"]),
];
const OF_ITERATE: &[&str] = &["container", "condition"];

/// What a webhook may say about a call, and inside it (communication.md §1).
const OF_WEBHOOK: &[&str] = &["verification", "respond", "iterate", "output", "condition", "uid"];
const OF_VERIFICATION: &[&str] = &["condition", "respond"];
const OF_RESPOND: &[&str] = &["type", "status", "headers", "body"];

/// The directives of a request that only modules and remote procedures have.
pub(super) fn examine_request(request: &Node, block: &str, findings: &mut Findings) {
    let response = request.get("response");
    let inside_response = INSIDE_RESPONSE.iter().map(|inside| (response, inside));
    let inside_request = INSIDE_REQUEST.iter().map(|inside| (Some(request), inside));
    for (owner, (key, known)) in inside_response.chain(inside_request) {
        if let Some(inner) = owner.and_then(|owner| owner.get(key)) {
            examine_inside(key, inner, known, block, findings);
        }
    }
}

/// What a webhook does with a call.
pub(super) fn examine_webhook(webhook: &Other<'_>, findings: &mut Findings) {
    let (Some(root), Some(component)) = (&webhook.part.node, webhook.component) else { return };
    let block = component.name.as_str();
    examine(root, OF_WEBHOOK, "a webhook", block, findings);
    if let Some(iterate) = root.get("iterate") {
        examine(iterate, OF_ITERATE, "`iterate`", block, findings);
    }
    let verification = root.get("verification");
    if let Some(verification) = verification {
        examine(verification, OF_VERIFICATION, "`verification`", block, findings);
    }
    for respond in [Some(root), verification].into_iter().flatten().filter_map(|owner| owner.get("respond")) {
        examine(respond, OF_RESPOND, "`respond`", block, findings);
    }
}
