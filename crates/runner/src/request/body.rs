//! `body` and `type`: the bytes that are sent and their media type (communication.md §5 body, type).

use connspec_exchange::Request;
use connspec_exchange::encode::percent;
use connspec_iml::Value;
use connspec_spec::compat::{BinaryType, HeadBody, UrlencodedLists};

use super::{json, multipart};
use crate::context::Context;
use crate::decision::Decisions;
use crate::error::RunError;
use crate::turn::Turn;
use crate::words;

/// `type`: how the body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BodyType {
    Json,
    Urlencoded,
    Multipart,
    /// `text`, `string` and `raw` are one.
    Text,
    Binary,
}

/// The evaluated body and how to write it.
#[derive(Clone, PartialEq)]
pub(super) struct Body {
    content: Value,
    body_type: BodyType,
}

impl BodyType {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "json" => Self::Json,
            "urlencoded" => Self::Urlencoded,
            "multipart/form-data" => Self::Multipart,
            "text" | "string" | "raw" => Self::Text,
            "binary" => Self::Binary,
            _ => return None,
        })
    }
}

/// The evaluated `body`; nothing for GET, whatever is written (communication.md §5 method).
pub(super) fn evaluate(
    turn: &Turn<'_>,
    method: &str,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<Body, RunError> {
    let nothing = Body { content: Value::Undefined, body_type: BodyType::Json };
    let Some(directive) = &turn.request.body else { return Ok(nothing) };
    if method == "GET" {
        decisions.note("body", "ignored: a GET carries no body");
        return Ok(nothing);
    }
    if method == "HEAD" {
        let sends = turn.environment.compat.head_body == HeadBody::Send;
        if !sends {
            decisions.switched(HeadBody::SWITCH.key, "body", "ignored: a HEAD carries no body");
            return Ok(nothing);
        }
    }
    let content = turn.value(directive, context)?;
    if method == "HEAD" && !content.is_undefined() {
        decisions.switched(HeadBody::SWITCH.key, "body", "sent with a HEAD");
    }
    if content.is_undefined() {
        decisions.note("body", "not sent: it evaluated to undefined");
    }
    let mut body_type = BodyType::Json;
    for (name, _) in content
        .as_collection()
        .into_iter()
        .flat_map(|members| members.iter())
        .filter(|(_, member)| member.is_undefined())
    {
        decisions.note(format!("body.{name}"), "left out: it is undefined");
    }
    if let Some(directive) = &turn.request.body_type {
        let name = turn.text(directive, context)?.to_text();
        match BodyType::named(&name) {
            Some(named) => body_type = named,
            None => decisions.note("type", format!("`{name}` is no type of a body, so it was sent as json")),
        }
    }
    Ok(Body { content, body_type })
}

impl Body {
    /// What was evaluated.
    pub(super) fn value(&self) -> &Value {
        &self.content
    }

    /// Writes the body into `request`, with its content type unless the definition set one.
    pub(super) fn attach(self, request: &mut Request, turn: &Turn<'_>, decisions: &mut Decisions) {
        if self.content.is_undefined() {
            return;
        }
        let (bytes, content_type) = match self.body_type {
            BodyType::Json => (json::text(&self.content).into_bytes(), Some("application/json".to_owned())),
            BodyType::Urlencoded => {
                let lists = turn.environment.compat.urlencoded_lists;
                let text = urlencoded(&self.content, lists, decisions);
                (text.into_bytes(), Some("application/x-www-form-urlencoded".to_owned()))
            }
            BodyType::Multipart => {
                let boundary = format!("connspec-{}", turn.environment.host.uuid());
                let bytes = multipart::write(&self.content, &boundary, decisions);
                (bytes, Some(format!("multipart/form-data; boundary={boundary}")))
            }
            BodyType::Text => (self.content.to_text().into_bytes(), None),
            BodyType::Binary => {
                let content_type = binary_type(request, turn, decisions);
                match self.content {
                    Value::Binary(bytes) => (bytes, content_type),
                    other => (other.to_text().into_bytes(), content_type),
                }
            }
        };
        request.body = Some(bytes);
        match content_type {
            Some(own) if request.headers.contains("content-type") => note_mismatch(request, &own, decisions),
            Some(own) => request.headers.set("content-type", own),
            None => {}
        }
    }
}

/// The content type of a binary body that the definition gives none.
fn binary_type(request: &Request, turn: &Turn<'_>, decisions: &mut Decisions) -> Option<String> {
    if request.headers.contains("content-type") {
        return None;
    }
    let (text, content_type) = match turn.environment.compat.binary_type {
        BinaryType::None => ("a binary body was sent without a content-type", None),
        BinaryType::OctetStream => {
            ("a binary body was sent as application/octet-stream", Some("application/octet-stream".to_owned()))
        }
    };
    decisions.switched(BinaryType::SWITCH.key, "type", text);
    content_type
}

/// The common trap: the header says one thing and `type` another (communication.md §5 type).
fn note_mismatch(request: &Request, own: &str, decisions: &mut Decisions) {
    let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let written = essence(request.headers.get("content-type").unwrap_or_default());
    let fits = written == essence(own) || (own == "application/json" && written.ends_with("json"));
    if !fits {
        decisions.note("type", format!("the body was written as {}, though the header says {written}", essence(own)));
    }
}

/// Form pairs: undefined and null left out; a text is taken as pairs that are written already.
fn urlencoded(content: &Value, lists: UrlencodedLists, decisions: &mut Decisions) -> String {
    let Value::Collection(members) = content else { return content.to_text() };
    let mut pairs = Vec::new();
    for (name, value) in members.iter() {
        if matches!(value, Value::Null) {
            decisions.note(format!("body.{name}"), "left out: it is null");
        }
        let before = pairs.len();
        push(&mut pairs, name, value, lists);
        // What comes to no pair at all comes to none the other way, too.
        if pairs.len() > before && matches!(value, Value::Array(_) | Value::Collection(_)) {
            let effect = match lists {
                UrlencodedLists::Repeat => "was written by repeating its name",
                UrlencodedLists::Brackets => "was written with brackets",
            };
            let text = format!("{} {effect}", words::kind(value));
            decisions.switched(UrlencodedLists::SWITCH.key, format!("body.{name}"), text);
        }
    }
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", percent::component(name), percent::component(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn push(pairs: &mut Vec<(String, String)>, name: &str, value: &Value, lists: UrlencodedLists) {
    let brackets = lists == UrlencodedLists::Brackets;
    match value {
        Value::Undefined | Value::Null => {}
        Value::Array(items) => {
            let name = if brackets { format!("{name}[]") } else { name.to_owned() };
            items.iter().for_each(|item| push(pairs, &name, item, lists));
        }
        Value::Collection(members) if brackets => {
            members.iter().for_each(|(key, member)| push(pairs, &format!("{name}[{key}]"), member, lists));
        }
        Value::Collection(members) => members.iter().for_each(|(_, member)| push(pairs, name, member, lists)),
        scalar => pairs.push((name.to_owned(), scalar.to_text())),
    }
}
