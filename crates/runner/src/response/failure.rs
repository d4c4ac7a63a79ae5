//! What an error says and which type it has: `response.error`, `valid.message`, defaults (communication.md §7
//! error, §8).

use connspec_exchange::{Response, TransportError, TransportErrorKind};
use connspec_iml::{JsonTemplate, Value};
use connspec_spec::compat::{EmptyMessage, ErrorRanges, UnknownErrorType};
use connspec_spec::{Directive, ErrorEntry, ResponseBlock};

use super::status;
use crate::context::Context;
use crate::decision::Decisions;
use crate::error::{ErrorType, RunError};
use crate::retry_after;
use crate::turn::{Environment, Turn};

/// What an answer is called that `valid` refused without saying why.
const INVALID_RESPONSE: &str = "Response marked as invalid.";

/// A place a message or a type may come from, most specific first.
struct Source<'s> {
    message: Option<&'s JsonTemplate>,
    error_type: Option<&'s JsonTemplate>,
    /// JSON pointer of the object that holds both, or of the message itself.
    pointer: &'s str,
}

impl<'s> Source<'s> {
    fn of(entry: &'s ErrorEntry, pointer: &'s str) -> Self {
        Self { message: entry.message.as_ref(), error_type: entry.error_type.as_ref(), pointer }
    }
}

/// There was no answer.
pub(super) fn transport(turn: &Turn<'_>, error: &TransportError) -> RunError {
    turn.stop(kind_of(error), error.message.clone())
}

/// What a missing answer is called.
pub(crate) fn kind_of(error: &TransportError) -> ErrorType {
    use TransportErrorKind as Kind;
    match error.kind {
        Kind::Timeout | Kind::Refused | Kind::Reset | Kind::Dns | Kind::CutShort | Kind::Protocol => {
            ErrorType::ProviderUnreachable
        }
        Kind::BlockedAddress => ErrorType::BlockedAddress,
        Kind::TooLarge | Kind::TooManyRedirects => ErrorType::LimitExceeded,
        Kind::NotRecorded => ErrorType::DefinitionError,
        // Certificates and everything else: RuntimeError, without another try (communication.md §8).
        _ => ErrorType::RuntimeError,
    }
}

/// `valid` refused the answer: `valid`, then `error.<status>`, then `error`, then the standard words.
pub(super) fn invalid(
    turn: &Turn<'_>,
    block: Option<&ResponseBlock>,
    status: Option<u16>,
    context: &Context,
    decisions: &mut Decisions,
) -> RunError {
    let valid = block.and_then(|block| block.valid.as_ref());
    let mut sources = Vec::new();
    if let Some(valid) = valid {
        let (message, error_type) = (valid.message.as_ref(), valid.error_type.as_ref());
        sources.push(Source { message, error_type, pointer: &valid.pointer });
    }
    sources.extend(of_error(turn, block, status, decisions));
    let message = message(turn, &sources, context, decisions).unwrap_or_else(|| INVALID_RESPONSE.to_owned());
    let default = ErrorType::RuntimeError;
    let kind = error_type(turn, &sources, default, context, decisions);
    let error = turn.stop(kind, message);
    let error = RunError { status, ..error };
    match valid {
        Some(valid) => error.in_directive("response.valid").at(valid.place),
        None => error,
    }
}

/// The status is 400 or above: `error.<status>`, then `error`, then the status' own words.
pub(super) fn status(
    turn: &Turn<'_>,
    block: Option<&ResponseBlock>,
    status: Option<u16>,
    context: &Context,
    decisions: &mut Decisions,
) -> RunError {
    let code = status.unwrap_or_default();
    let sources = of_error(turn, block, status, decisions);
    let message = message(turn, &sources, context, decisions).unwrap_or_else(|| status::text(code));
    let kind = error_type(turn, &sources, ErrorType::for_status(code), context, decisions);
    RunError { status, ..turn.stop(kind, message) }
}

/// `error.<status>` and `error`, as far as they are written.
fn of_error<'s>(
    turn: &Turn<'_>,
    block: Option<&'s ResponseBlock>,
    status: Option<u16>,
    decisions: &mut Decisions,
) -> Vec<Source<'s>> {
    let Some(error) = block.and_then(|block| block.error.as_ref()) else { return Vec::new() };
    let ranges = turn.environment.compat.error_ranges == ErrorRanges::Accept;
    let mut sources = Vec::new();
    if let Some(status) = status {
        let entry: Option<&Directive<ErrorEntry>> = error.for_status(status, ranges);
        if error.for_status(status, false).is_none() && error.for_status(status, true).is_some() {
            let text = match ranges {
                true => format!("a range that holds {status} was taken"),
                false => format!("a range that holds {status} was passed over"),
            };
            decisions.switched(ErrorRanges::SWITCH.key, "response.error", text);
        }
        sources.extend(entry.map(|entry| Source::of(&entry.value, &entry.pointer)));
    }
    sources.push(Source::of(&error.general, &error.pointer));
    sources
}

/// The first message that is written; none when there is none or it comes to nothing.
fn message(turn: &Turn<'_>, sources: &[Source<'_>], context: &Context, decisions: &mut Decisions) -> Option<String> {
    let (template, source) = sources.iter().find_map(|source| Some((source.message?, source)))?;
    let directive = turn.directive(source.pointer);
    match turn.member(template, source.pointer, "message", context) {
        Ok(value) => {
            let text = as_message(&value);
            if text.is_empty() {
                let key = EmptyMessage::SWITCH.key;
                if turn.environment.compat.empty_message == EmptyMessage::Empty {
                    decisions.switched(key, directive, "its message came to nothing, and nothing is said");
                    return Some(text);
                }
                decisions.switched(key, directive, "its message came to nothing, so the standard words were used");
                return None;
            }
            decisions.note(directive, "gave the message");
            Some(text)
        }
        // The provider's refusal matters more than a message that cannot be made.
        Err(error) => {
            decisions.note(directive, format!("its message could not be evaluated: {}", error.message));
            None
        }
    }
}

/// A message is text; a collection is shown as JSON rather than as `{object}`.
fn as_message(value: &Value) -> String {
    match value {
        Value::Collection(_) => value.to_json().to_string(),
        other => other.to_text(),
    }
}

/// The first type that is written, `default` when there is none; an unknown name counts as RuntimeError.
fn error_type(
    turn: &Turn<'_>,
    sources: &[Source<'_>],
    default: ErrorType,
    context: &Context,
    decisions: &mut Decisions,
) -> ErrorType {
    let written = sources.iter().find_map(|source| Some((source.error_type?, source)));
    let Some((template, source)) = written else { return default };
    let directive = format!("{}.type", turn.directive(source.pointer));
    let name = match turn.member(template, source.pointer, "type", context) {
        Ok(value) => value.to_text(),
        Err(error) => {
            decisions.note(directive, format!("could not be evaluated: {}", error.message));
            return default;
        }
    };
    if name.is_empty() {
        return default;
    }
    if let Some(known) = ErrorType::from_definition(&name) {
        return known;
    }
    let (counts, kind) = match turn.environment.compat.unknown_error_type {
        UnknownErrorType::RuntimeError => ("counts as RuntimeError", ErrorType::RuntimeError),
        UnknownErrorType::ByStatus => ("counts as if none were written", default),
    };
    let text = format!("`{name}` is no type Make knows, so it {counts}");
    match default == ErrorType::RuntimeError {
        true => decisions.note(directive, text),
        false => decisions.switched(UnknownErrorType::SWITCH.key, directive, text),
    }
    kind
}

/// The same error with how long the provider asks to wait (RFC 9110 §10.2.3).
pub(super) fn with_retry_after(error: RunError, response: &Response, environment: &Environment<'_>) -> RunError {
    let now = environment.host.now().millis;
    let retry_after = response.headers.get("retry-after").and_then(|value| retry_after::millis(value, now));
    RunError { retry_after, ..error }
}
