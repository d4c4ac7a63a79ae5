//! What may not stand in a connection's request has no effect, and the report says so (communication.md §3 to
//! §9; pitfalls.md 38).

use crate::decision::Decisions;
use crate::turn::Turn;

/// Directives of a request that a connection does not know, with the reason.
const OF_REQUESTS: &[(&str, &str)] = &[
    ("aws", "signing for AWS is not available in connections"),
    ("pagination", "a connection's answer has no pages"),
    ("endpoint", "endpoints are not available in connections"),
    ("isc", "it is Make's own and not available in connections"),
    ("agency", "it is Make's own and not available in connections"),
    ("baseUrl", "base settings do not reach connections"),
    ("verification", "it belongs to webhooks"),
    ("respond", "it belongs to webhooks"),
    ("followOriginalHttpMethod", "it is undocumented for custom apps"),
    ("shareCookies", "cookies are not kept between requests"),
];

/// Directives of a response that a connection does not know.
const OF_RESPONSES: &[&str] = &["iterate", "output", "wrapper", "limit", "trigger", "pagination"];

/// Notes each directive that is left out of account.
pub(super) fn note(turn: &Turn<'_>, decisions: &mut Decisions) {
    let written = |key: &str| turn.written(&format!("{}/{key}", turn.request.pointer));
    for (key, reason) in OF_REQUESTS.iter().filter(|(key, _)| written(key)) {
        decisions.note(*key, format!("ignored: {reason}"));
    }
    for key in OF_RESPONSES.iter().filter(|key| written(&format!("response/{key}"))) {
        decisions.note(format!("response.{key}"), "ignored: a connection has no output");
    }
}
