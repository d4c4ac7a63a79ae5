//! `headers`, and the headers the runtime adds by itself (communication.md §5 headers).

use connspec_exchange::Headers;
use connspec_iml::Value;
use connspec_spec::compat::{Compat, NullHeaders, UserAgent};

use crate::context::Context;
use crate::decision::Decisions;
use crate::error::{ErrorType, RunError};
use crate::turn::Turn;
use crate::words;

/// What we call ourselves.
const OUR_USER_AGENT: &str = concat!("connspec/", env!("CARGO_PKG_VERSION"));
/// What Make's runtime calls itself.
const MAKES_USER_AGENT: &str = "Integromat/production";

/// The headers of the definition: undefined and null are left out, a list gives one header for each item.
pub(super) fn evaluate(turn: &Turn<'_>, context: &Context, decisions: &mut Decisions) -> Result<Headers, RunError> {
    let mut headers = Headers::new();
    let Some(directive) = &turn.request.headers else { return Ok(headers) };
    let value = turn.value(directive, context)?;
    let Some(members) = value.as_collection() else {
        if !value.is_nullish() {
            decisions.note("headers", format!("ignored: it is {}, not a collection", words::kind(&value)));
        }
        return Ok(headers);
    };
    for (pointer, template) in directive.value.templates() {
        let name = format!("{}{}", turn.directive(&directive.pointer), pointer.replace('/', "."));
        words::note_holes(&name, template, &context.scope(), decisions);
    }
    for (name, value) in members.iter() {
        let pointer = format!("{}/{}", directive.pointer, connspec_spec::node::escape_pointer(name));
        let check = |text: String| match unsendable(name, &text) {
            Some(problem) => Err(turn.refuse(ErrorType::RuntimeError, problem, &pointer)),
            None => Ok(text),
        };
        match value {
            Value::Undefined | Value::Null => {
                let (key, directive) = (NullHeaders::SWITCH.key, format!("headers.{name}"));
                match turn.environment.compat.null_headers {
                    NullHeaders::Drop => {
                        decisions.switched(key, directive, format!("left out: it is {}", words::kind(value)));
                    }
                    NullHeaders::Empty => {
                        decisions.switched(key, directive, format!("sent empty: it is {}", words::kind(value)));
                        headers.set(name, check(String::new())?);
                    }
                }
            }
            Value::Array(items) => {
                headers.remove(name);
                for item in items.iter().filter(|item| !item.is_nullish()) {
                    headers.append(name, check(item.to_text())?);
                }
            }
            other => headers.set(name, check(other.to_text())?),
        }
    }
    Ok(headers)
}

/// Why a header cannot be sent; none when it can.
fn unsendable(name: &str, value: &str) -> Option<String> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        return Some(format!("`{name}` is no name of a header (RFC 9110 §5.1)"));
    }
    let control = |byte: u8| (byte < 0x20 && byte != b'\t') || byte == 0x7f;
    value.bytes().any(control).then(|| {
        format!("the header `{name}` holds a line break or another control character, which HTTP cannot carry")
    })
}

/// Adds what the runtime always sends and the definition did not set.
pub(super) fn complete(headers: &mut Headers, compat: &Compat, decisions: &mut Decisions) {
    if headers.contains("user-agent") {
        return;
    }
    let agent = match compat.user_agent {
        UserAgent::Connspec => OUR_USER_AGENT,
        UserAgent::Integromat => {
            decisions.switched(UserAgent::SWITCH.key, "headers.user-agent", "Make's own is sent");
            MAKES_USER_AGENT
        }
    };
    headers.set("user-agent", agent);
}
