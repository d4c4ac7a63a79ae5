//! `response.type`: how the body is read (communication.md §7 type).

use connspec_exchange::Response;
use connspec_iml::documents::{Invalid, xml};
use connspec_iml::{Collection, JsonTemplate, Value};
use connspec_spec::compat::{BrokenJson, EmptyJson, JsonSuffix, UnknownContentType};

use super::json;
use crate::context::Context;
use crate::decision::Decisions;
use crate::error::{ErrorType, RunError};
use crate::turn::Turn;

/// How a body is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BodyType {
    Json,
    Urlencoded,
    /// `text`, `string` and `raw` are one.
    Text,
    Binary,
    Xml,
    /// No body, and nothing that says what it would have been.
    Nothing,
}

/// How much memory the values of a body may take: the transport has bounded the body.
pub(super) const ANY_SIZE: usize = usize::MAX;

/// The body of `response` as expressions see it.
///
/// # Errors
/// A body that is not what `type` says, unless its status is an error anyway: then it is taken as text, so that
/// the provider's refusal is what the user hears of.
pub(super) fn read(
    turn: &Turn<'_>,
    response: &Response,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<Value, RunError> {
    let body_type = body_type(turn, response, context, decisions)?;
    let read = match body_type {
        BodyType::Binary => Ok(Value::Binary(response.body.clone())),
        BodyType::Text => Ok(Value::Text(text(&response.body))),
        BodyType::Json if response.body.is_empty() => empty_json(turn, decisions),
        // An empty answer, as a 204 has it, is no error.
        BodyType::Nothing => Ok(Value::Undefined),
        _ if response.body.is_empty() => Ok(Value::Undefined),
        BodyType::Json => json::read(&text(&response.body), decisions),
        BodyType::Urlencoded => Ok(form(&response.body)),
        BodyType::Xml => xml::read(&text(&response.body), ANY_SIZE).map_err(|invalid| unreadable("XML", &invalid)),
    };
    read.or_else(|message| {
        if response.status >= 400 {
            decisions.note("response.type", format!("{message}; the body was taken as text"));
            return Ok(Value::Text(text(&response.body)));
        }
        let pointer = match turn.request.response.as_ref().and_then(|response| response.body_type.as_ref()) {
            Some(directive) => &directive.pointer,
            None => &turn.request.pointer,
        };
        let kind = if body_type == BodyType::Json { broken_json(turn, decisions) } else { ErrorType::DataError };
        let error = turn.refuse(kind, message, pointer).with_status(response.status);
        Err(RunError { directive: Some("response.type".to_owned()), ..error })
    })
}

/// What an empty JSON body is.
fn empty_json(turn: &Turn<'_>, decisions: &mut Decisions) -> Result<Value, String> {
    match turn.environment.compat.empty_json {
        EmptyJson::Undefined => {
            decisions.switched(EmptyJson::SWITCH.key, "response.type", "the body is empty, so it is undefined");
            Ok(Value::Undefined)
        }
        EmptyJson::Error => {
            decisions.switched(EmptyJson::SWITCH.key, "response.type", "the body is empty, which is no JSON");
            Err("Invalid JSON in response: it is empty".to_owned())
        }
    }
}

/// The type of the error of a body that is no JSON.
fn broken_json(turn: &Turn<'_>, decisions: &mut Decisions) -> ErrorType {
    let kind = match turn.environment.compat.broken_json {
        BrokenJson::DataError => ErrorType::DataError,
        BrokenJson::RuntimeError => ErrorType::RuntimeError,
    };
    decisions.switched(BrokenJson::SWITCH.key, "response.type", format!("unreadable JSON is a {}", kind.name()));
    kind
}

/// Why a body cannot be read, in words; it is not quoted, for it may hold a secret.
pub(super) fn unreadable(format: &str, invalid: &Invalid) -> String {
    match invalid {
        Invalid::Malformed { line, column, .. } => {
            format!("Invalid {format} in response (line {line}, column {column})")
        }
        Invalid::TooDeep { line, column } => {
            format!("{format} in response nests deeper than 128 (line {line}, column {column})")
        }
        Invalid::TooLarge(_) => format!("{format} in response is too large"),
    }
}

/// Bytes as text: UTF-8, what is none replaced, without a byte order mark.
fn text(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()
}

/// Form pairs; a name that occurs more than once gives a list.
fn form(body: &[u8]) -> Value {
    let mut members = Collection::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        let value = Value::from(value.into_owned());
        match members.get_mut(&name) {
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![std::mem::take(first), value]),
            None => {
                members.insert(name, value);
            }
        }
    }
    members.into()
}

/// The type the definition names for this status, or the one the content type shows.
fn body_type(
    turn: &Turn<'_>,
    response: &Response,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<BodyType, RunError> {
    let directive = turn.request.response.as_ref().and_then(|response| response.body_type.as_ref());
    let Some(directive) = directive else { return Ok(automatic(turn, response, decisions)) };
    let Some(template) = directive.for_status(response.status) else {
        decisions.note("response.type", format!("has no entry for status {}, so it is automatic", response.status));
        return Ok(automatic(turn, response, decisions));
    };
    let name = match template {
        JsonTemplate::Text(template) if template.is_literal() => template.source().to_owned(),
        other => turn.part(other, &directive.pointer, context)?.to_text(),
    };
    Ok(match name.as_str() {
        "json" => BodyType::Json,
        "urlencoded" => BodyType::Urlencoded,
        "text" | "string" | "raw" => BodyType::Text,
        "binary" => BodyType::Binary,
        "xml" => BodyType::Xml,
        "automatic" | "" => automatic(turn, response, decisions),
        unknown => {
            decisions.note("response.type", format!("`{unknown}` is no type of a body, so it is automatic"));
            automatic(turn, response, decisions)
        }
    })
}

/// By content type; what is not recognised is text if it is readable, else a buffer.
fn automatic(turn: &Turn<'_>, response: &Response, decisions: &mut Decisions) -> BodyType {
    let media_type = response.media_type();
    match media_type.as_deref() {
        Some("application/json") => return BodyType::Json,
        Some("application/x-www-form-urlencoded") => return BodyType::Urlencoded,
        Some("application/xml" | "text/xml") => return BodyType::Xml,
        Some("text/plain") => return BodyType::Text,
        Some(suffixed) if suffixed.ends_with("+json") => {
            let reads_json = turn.environment.compat.json_suffix == JsonSuffix::Json;
            let text = format!("automatic: {suffixed} was read as {}", if reads_json { "json" } else { "text" });
            decisions.switched(JsonSuffix::SWITCH.key, "response.type", text);
            return if reads_json { BodyType::Json } else { BodyType::Text };
        }
        _ => {}
    }
    if response.body.is_empty() {
        return BodyType::Nothing;
    }
    let readable = std::str::from_utf8(&response.body).is_ok();
    let content_type = media_type.unwrap_or_else(|| "an answer without content-type".to_owned());
    let sniffs = turn.environment.compat.unknown_content_type == UnknownContentType::Json;
    let is_json = json::read(&text(&response.body), &mut Decisions::new()).is_ok();
    let (kind, hint) = match (is_json && sniffs, readable) {
        (true, _) => ("JSON, as it looks", ""),
        (false, true) => ("text", ", so body has no members"),
        (false, false) => ("a buffer", ""),
    };
    let told = format!("automatic: {content_type} is not recognised, so the body is {kind}{hint}");
    match is_json {
        true => decisions.switched(UnknownContentType::SWITCH.key, "response.type", told),
        false => decisions.note("response.type", told),
    }
    if is_json && sniffs {
        return BodyType::Json;
    }
    if readable { BodyType::Text } else { BodyType::Binary }
}
