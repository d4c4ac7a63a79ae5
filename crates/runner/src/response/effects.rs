//! What a valid answer leaves behind: `data`, `uid`, `metadata`, `expires`, `scope` (communication.md §3 step 11,
//! connection.md §3, §7, §8).

use std::sync::LazyLock;

use connspec_iml::{Date, Scope, Template, Value};
use connspec_spec::compat::{DataOrder, DataUndefined};
use connspec_spec::{Directive, ResponseBlock};

use crate::context::Context;
use crate::decision::Decisions;
use crate::error::RunError;
use crate::phase::Phase;
use crate::turn::Turn;
use crate::words;

/// What an answer says about the connection, besides `temp` and `data`, which are in the context already.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    /// The names of the members `data` wrote, in order.
    pub data: Vec<String>,
    /// Who the connection belongs to at the provider.
    pub uid: Option<String>,
    /// What tells two connections apart for the user.
    pub metadata: Option<Metadata>,
    /// When the user must authorize again, Unix milliseconds.
    pub expires: Option<i64>,
    /// Whether `expires` is written and came to undefined or null: see the switch `expiresUndefined`.
    pub expires_undefined: bool,
    /// The scopes granted.
    pub scope: Option<Vec<String>>,
}

/// `metadata`, evaluated.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Metadata {
    /// `type`: `text` or `email`; none when the definition names none.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `value`.
    pub value: String,
}

impl std::fmt::Debug for Metadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metadata").field("type", &self.kind).finish_non_exhaustive()
    }
}

/// Writes `data` where the switch `dataOrder` has it written before `valid`; the names that were written.
pub(super) fn store_before_valid(
    turn: &Turn<'_>,
    block: &ResponseBlock,
    context: &mut Context,
    decisions: &mut Decisions,
) -> Result<Option<Vec<String>>, RunError> {
    let Some(data) = &block.data else { return Ok(None) };
    if turn.environment.compat.data_order == DataOrder::AfterValid || block.valid.is_none() {
        return Ok(None);
    }
    let text = "written before `valid` was asked";
    match valid_sees_data(turn) {
        true => decisions.switched(DataOrder::SWITCH.key, "response.data", text),
        false => decisions.note("response.data", text),
    }
    let data = turn.value(data, context)?;
    Ok(Some(store(turn, &data, context, decisions)))
}

/// Says what became of `data`, once `valid` has judged the answer.
pub(super) fn note_order(
    turn: &Turn<'_>,
    block: Option<&ResponseBlock>,
    written: bool,
    accepted: bool,
    decisions: &mut Decisions,
) {
    if block.is_none_or(|block| block.data.is_none() || block.valid.is_none()) {
        return;
    }
    let key = DataOrder::SWITCH.key;
    match (written, accepted) {
        (true, true) => {}
        (true, false) => decisions.switched(key, "response.data", "stays written, though the answer is not valid"),
        (false, false) => decisions.switched(key, "response.data", "not written: the answer is not valid"),
        (false, true) if valid_sees_data(turn) => {
            decisions.switched(key, "response.data", "written after `valid`, which saw the store as it was");
        }
        (false, true) => {}
    }
}

/// Whether `valid` reads a member of the store that `data` writes.
fn valid_sees_data(turn: &Turn<'_>) -> bool {
    let at = format!("{}/response", turn.request.pointer);
    let written: Vec<&str> = turn.keys(&format!("{at}/data")).collect();
    turn.read_at(&format!("{at}/valid")).iter().any(|path| {
        let of_store = path.first().is_some_and(|root| matches!(root.as_str(), "data" | "connection" | "parameters"));
        of_store && path.get(1).is_none_or(|name| written.iter().any(|key| key == name || key.contains("{{")))
    })
}

/// Evaluates all of them against the answer, then writes `data`, unless it was written `early`.
pub(super) fn apply(
    turn: &Turn<'_>,
    block: &ResponseBlock,
    early: Option<Vec<String>>,
    context: &mut Context,
    decisions: &mut Decisions,
) -> Result<Effects, RunError> {
    let mut effects = Effects::default();
    let data = block.data.as_ref().filter(|_| early.is_none());
    let data = data.map(|directive| turn.value(directive, context)).transpose()?;
    effects.data = early.unwrap_or_default();
    // They see the store as it was when the answer arrived.
    effects.uid = uid(turn, block, context, decisions)?;
    effects.metadata = metadata(turn, block, context, decisions)?;
    match expires(turn, block, context, decisions)? {
        Deadline::At(millis) => effects.expires = Some(millis),
        Deadline::Undefined => effects.expires_undefined = true,
        Deadline::Unsaid => {}
    }
    effects.scope = scope(turn, block, context, decisions)?;
    if let Some(data) = data {
        effects.data = store(turn, &data, context, decisions);
    }
    Ok(effects)
}

/// Merges `data` into the store; answers the names that were written.
fn store(turn: &Turn<'_>, data: &Value, context: &mut Context, decisions: &mut Decisions) -> Vec<String> {
    let Some(members) = data.as_collection() else {
        if !data.is_nullish() {
            decisions.note("response.data", format!("ignored: it is {}, not a collection", words::kind(data)));
        }
        return Vec::new();
    };
    crate::secrets::learn_value(data, turn.environment.secrets);
    let policy = turn.environment.compat.data_undefined;
    let mut written = Vec::new();
    for (name, value) in members.iter() {
        if !value.is_undefined() {
            written.push(name.to_owned());
            continue;
        }
        let stored = context.data().get(name).is_some();
        if stored && policy == DataUndefined::Delete {
            written.push(name.to_owned());
        }
        let directive = format!("response.data.{name}");
        let key = DataUndefined::SWITCH.key;
        match (stored, policy) {
            (false, _) => decisions.note(directive, "undefined, so nothing was stored"),
            (true, DataUndefined::Keep) => {
                decisions.switched(key, directive, "undefined, so the stored value stays");
            }
            (true, DataUndefined::Delete) => {
                decisions.switched(key, directive, "undefined, so the stored value was removed");
            }
        }
        if policy == DataUndefined::Delete
            && let Value::Collection(store) = context.data_mut()
        {
            store.remove(name);
        }
    }
    data.merge_into(context.data_mut());
    let told: Vec<String> = members
        .iter()
        .filter(|(_, value)| !value.is_undefined())
        .map(|(name, value)| told(turn, name, value))
        .collect();
    if !told.is_empty() {
        decisions.note("response.data", format!("stored {}", told.join(", ")));
    }
    written
}

/// A stored member for the timeline: short, and without a secret.
fn told(turn: &Turn<'_>, name: &str, value: &Value) -> String {
    const LONGEST: usize = 48;
    let shown = match value {
        Value::Array(_) | Value::Collection(_) | Value::Binary(_) => words::kind(value).to_owned(),
        Value::Null => "null".to_owned(),
        other => turn.environment.secrets.redact(&other.to_text()),
    };
    let short: String = shown.chars().take(LONGEST).collect();
    let more = if short.len() < shown.len() { "…" } else { "" };
    format!("{name} = {short}{more}")
}

/// `uid`, read in `info` and in a basic connection only (connection.md §4.6).
fn uid(
    turn: &Turn<'_>,
    block: &ResponseBlock,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<Option<String>, RunError> {
    let Some(directive) = &block.uid else { return Ok(None) };
    if !describes_account(context.phase(), "response.uid", decisions) {
        return Ok(None);
    }
    let text = turn.value(directive, context)?.to_text();
    if text.is_empty() {
        decisions.note("response.uid", "came to nothing, so there is none");
    } else {
        decisions.note("response.uid", format!("the account is {}", turn.environment.secrets.redact(&text)));
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// `metadata`, read where `uid` is.
fn metadata(
    turn: &Turn<'_>,
    block: &ResponseBlock,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<Option<Metadata>, RunError> {
    let Some(directive) = &block.metadata else { return Ok(None) };
    if !describes_account(context.phase(), "response.metadata", decisions) {
        return Ok(None);
    }
    let kind = match &directive.kind {
        Some(kind) => Some(turn.member(kind, &directive.pointer, "type", context)?.to_text()),
        None => None,
    };
    let value = turn.member(&directive.value.value, &directive.pointer, "value", context)?.to_text();
    if value.is_empty() {
        decisions.note("response.metadata", "its value came to nothing, so there is none");
        return Ok(None);
    }
    decisions.note("response.metadata", format!("shown as {}", turn.environment.secrets.redact(&value)));
    Ok(Some(Metadata { kind: kind.filter(|kind| !kind.is_empty()), value }))
}

fn describes_account(phase: Phase, directive: &str, decisions: &mut Decisions) -> bool {
    let read = matches!(phase, Phase::Info | Phase::Basic);
    if !read {
        decisions.note(directive, format!("ignored in {}: it is read in info only", phase.block()));
    }
    read
}

/// What `expires` says.
enum Deadline {
    At(i64),
    /// It is written and came to nothing.
    Undefined,
    /// It is not written, or holds what is no date.
    Unsaid,
}

/// `expires`: a date, milliseconds since 1970, or a text that reads as a date. Undefined sets nothing.
fn expires(
    turn: &Turn<'_>,
    block: &ResponseBlock,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<Deadline, RunError> {
    let Some(directive) = &block.expires else { return Ok(Deadline::Unsaid) };
    let value = turn.value(directive, context)?;
    if value.is_nullish() {
        decisions.note("response.expires", format!("not set: it is {}", words::kind(&value)));
        return Ok(Deadline::Undefined);
    }
    match as_date(&value, turn) {
        Some(date) => {
            if date <= turn.environment.host.now() {
                let hint = match value {
                    Value::Number(_) => ": a number counts as milliseconds since 1970",
                    _ => "",
                };
                decisions.note("response.expires", format!("{} lies in the past{hint}", date.to_iso()));
            }
            Ok(Deadline::At(date.millis))
        }
        None => {
            decisions.note("response.expires", format!("not set: {} that is no date", words::kind(&value)));
            Ok(Deadline::Unsaid)
        }
    }
}

/// A value as a date, by the language's own rules (iml.md §6.4).
fn as_date(value: &Value, turn: &Turn<'_>) -> Option<Date> {
    static AS_DATE: LazyLock<Template> = LazyLock::new(|| Template::parse("{{addSeconds(data, 0)}}"));
    let scope = Scope::new().with("data", value);
    AS_DATE.eval(&scope, turn.environment.host).ok()?.as_date()
}

/// `scope`: a list, or a text split at commas and blanks; only `token` has one (connection.md §8).
fn scope(
    turn: &Turn<'_>,
    block: &ResponseBlock,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<Option<Vec<String>>, RunError> {
    let Some(directive): Option<&Directive<_>> = block.scope.as_ref() else { return Ok(None) };
    if context.phase() != Phase::Token {
        decisions.note("response.scope", format!("ignored in {}: only token has one", context.phase().block()));
        return Ok(None);
    }
    let value = turn.value(directive, context)?;
    let texts = match &value {
        Value::Array(items) => items.iter().map(Value::to_text).collect(),
        other => vec![other.to_text()],
    };
    let split = |text: &String| -> Vec<String> {
        let words = text.split(|character: char| character == ',' || character.is_whitespace());
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let scopes: Vec<String> = match &value {
        Value::Array(_) => texts.into_iter().filter(|text| !text.is_empty()).collect(),
        _ => texts.iter().flat_map(split).collect(),
    };
    if scopes.is_empty() {
        decisions.note("response.scope", "came to nothing, so the scopes asked for count as granted");
        return Ok(None);
    }
    Ok(Some(scopes))
}
