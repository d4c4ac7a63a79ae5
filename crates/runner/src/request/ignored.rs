//! What may not stand in a connection's request has no effect, and the report says so (communication.md §3 to
//! §9; pitfalls.md 38).

use connspec_spec::compat::UnknownKeys;
use connspec_spec::vocabulary;

use crate::decision::Decisions;
use crate::error::{ErrorType, RunError};
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
///
/// # Errors
/// When a key is no directive at all and the switch `unknownKeys` has that refused.
pub(super) fn note(turn: &Turn<'_>, decisions: &mut Decisions) -> Result<(), RunError> {
    let written = |key: &str| turn.written(&format!("{}/{key}", turn.request.pointer));
    for (key, reason) in OF_REQUESTS.iter().filter(|(key, _)| written(key)) {
        decisions.note(*key, format!("ignored: {reason}"));
    }
    for key in OF_RESPONSES.iter().filter(|key| written(&format!("response/{key}"))) {
        decisions.note(format!("response.{key}"), "ignored: a connection has no output");
    }
    let at = turn.request.pointer.as_str();
    let known = |key: &str| {
        vocabulary::request_directive(key).is_some() || OF_REQUESTS.iter().any(|(ignored, _)| *ignored == key)
    };
    unknown(turn, at, known, decisions)?;
    let known = |key: &str| vocabulary::response_directive(key).is_some() || OF_RESPONSES.contains(&key);
    unknown(turn, &format!("{at}/response"), known, decisions)
}

/// What becomes of the keys at `pointer` that no source knows.
fn unknown(
    turn: &Turn<'_>,
    pointer: &str,
    known: impl Fn(&str) -> bool,
    decisions: &mut Decisions,
) -> Result<(), RunError> {
    for key in turn.keys(pointer).filter(|key| !known(key)) {
        let at = format!("{pointer}/{}", connspec_spec::node::escape_pointer(key));
        let directive = turn.directive(&at);
        let switch = UnknownKeys::SWITCH.key;
        if turn.environment.compat.unknown_keys == UnknownKeys::Refuse {
            decisions.switched(switch, &directive, "no such directive, so the request was refused");
            return Err(turn.refuse(ErrorType::DefinitionError, format!("there is no directive `{directive}`"), &at));
        }
        decisions.switched(switch, directive, "ignored: there is no such directive");
    }
    Ok(())
}
