//! Puts placeholders in the place of secrets, and refuses what would still hold one.

use std::io::Read;
use std::ops::Range;

use flate2::read::{MultiGzDecoder, ZlibDecoder};
use serde_json::{Map, Value};

use crate::Secrets;
use crate::body::value_to_body;
use crate::encode::percent;
use crate::fixture::Fixture;
use crate::placeholder::{base64_of, decode_base64};
use crate::redact::{Occurrence, SecretForm, base64_run};

/// Why no fixture is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordingError {
    /// A secret is left over.
    #[error("the fixture is not written: the secret `{name}` would remain in it, at {pointer}")]
    SecretRemains {
        /// The secret's name.
        name: String,
        /// Where, as a JSON pointer into the fixture.
        pointer: String,
    },
    /// A body that is not text holds a secret.
    #[error("the fixture is not written: the binary body at {pointer} holds a secret, which cannot be taken out of it")]
    SecretInBinary {
        /// Where, as a JSON pointer into the fixture.
        pointer: String,
    },
}

/// `fixture` with placeholders for secrets.
pub(super) fn scrub(fixture: &Fixture, secrets: &Secrets) -> Result<Fixture, RecordingError> {
    let value = serde_json::to_value(fixture).expect("keys are texts and no value can fail");
    let scrubbed = scrub_value("", &value, secrets);
    refuse_remains(&scrubbed, "", "", secrets)?;
    let scrubbed: Fixture = serde_json::from_value(scrubbed).expect("placeholders change texts only");
    for (index, exchange) in scrubbed.exchanges.iter().enumerate() {
        for (message, body) in [("request", &exchange.request.body), ("response", &exchange.response.body)] {
            if value_to_body(body.as_ref()).map_or(true, |bytes| holds_secret(&bytes, secrets)) {
                return Err(RecordingError::SecretInBinary { pointer: format!("/exchanges/{index}/{message}/body") });
            }
        }
    }
    Ok(scrubbed)
}

/// Whether bytes that are no text hold a secret: between others, in two bytes a character, or compressed. What is text
/// was searched already.
fn holds_secret(bytes: &[u8], secrets: &Secrets) -> bool {
    if std::str::from_utf8(bytes).is_ok() {
        return false;
    }
    let wide = |unit: fn([u8; 2]) -> u16| -> String {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    let mut unpacked = Vec::new();
    // As much as can be unpacked is searched; a body that is cut off may hold a secret all the same.
    let _ = match bytes {
        [0x1f, 0x8b, ..] => MultiGzDecoder::new(bytes).take(LARGEST).read_to_end(&mut unpacked),
        [0x78, ..] => ZlibDecoder::new(bytes).take(LARGEST).read_to_end(&mut unpacked),
        _ => Ok(0),
    };
    let readings = [
        String::from_utf8_lossy(bytes).into_owned(),
        wide(u16::from_le_bytes),
        wide(u16::from_be_bytes),
        String::from_utf8_lossy(&unpacked).into_owned(),
    ];
    readings.iter().any(|text| secrets.contains_secret(text).is_some())
}

/// How many bytes of a compressed body are searched.
const LARGEST: u64 = 64 << 20;

/// Keys of the format itself, whose values are never secrets: a secret that happens to read `token`
/// must not rename a block.
const OWN_KEYS: [&str; 12] =
    ["version", "spec", "specHash", "step", "force", "clock", "seed", "compat", "block", "method", "status", "failure"];

/// Where the name of a step stands.
const STEP: &str = "/steps/-";

/// Names within an exchange are searched for secrets from this length on: a short password that
/// reads like the name of a field must not rename the field.
const LONG_SECRET: usize = 12;

/// Whether the object at this place has keys of the format, whatever they hold.
fn is_own(pointer: &str) -> bool {
    matches!(
        pointer,
        "" | STEP | "/steps/-/request" | "/exchanges/-" | "/exchanges/-/request" | "/exchanges/-/response"
    )
}

fn scrub_value(pointer: &str, value: &Value, secrets: &Secrets) -> Value {
    match value {
        Value::String(_) if pointer == STEP => value.clone(),
        Value::String(text) => Value::String(scrub_text(text, secrets)),
        Value::Number(_) => secrets.to_placeholders_json(value),
        Value::Array(items) => items.iter().map(|item| scrub_value(&format!("{pointer}/-"), item, secrets)).collect(),
        Value::Object(members) => {
            let own = is_own(pointer);
            let mut scrubbed = Map::with_capacity(members.len());
            for (key, member) in members {
                if own && OWN_KEYS.contains(&key.as_str()) {
                    scrubbed.insert(key.clone(), member.clone());
                } else {
                    let below = scrub_value(&format!("{pointer}/{key}"), member, secrets);
                    scrubbed.insert(if own { key.clone() } else { scrub_key(key, secrets) }, below);
                }
            }
            Value::Object(scrubbed)
        }
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

fn scrub_key(key: &str, secrets: &Secrets) -> String {
    if key.len() < LONG_SECRET { key.to_owned() } else { scrub_text(key, secrets) }
}

/// `text` with placeholders; Base64 that holds a secret is written as what it encodes.
fn scrub_text(text: &str, secrets: &Secrets) -> String {
    let mut scrubbed = String::with_capacity(text.len());
    let mut written = 0;
    for Occurrence { start, end, form, placeholder, name } in secrets.occurrences(text) {
        if end <= written {
            continue;
        }
        let (start, end, shown) = match form {
            SecretForm::Text => (start, end, placeholder),
            SecretForm::Base64 => encoded(text, start.max(written), end, &name, secrets),
        };
        // A longer run of Base64 may begin before the secret that was found in it.
        scrubbed.push_str(text.get(written..start).unwrap_or_default());
        scrubbed.push_str(&shown);
        written = end;
    }
    scrubbed.push_str(&text[written..]);
    scrubbed
}

/// What to show for a run of Base64 that holds a secret: what it encodes, if that is text, or else a
/// placeholder for the run itself.
fn encoded(text: &str, start: usize, end: usize, name: &str, secrets: &Secrets) -> (usize, usize, String) {
    let wide = base64_run(text, start, end, true);
    let meant = |range: &Range<usize>| percent::decode(&text[range.clone()]);
    for range in [wide.clone(), start..end] {
        let run = meant(&range);
        let decoded = decode_base64(&run).and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some(decoded) = decoded
            && secrets.contains_secret(&decoded).is_some()
            && !decoded.contains(['«', '»'])
        {
            return (range.start, range.end, base64_of(&secrets.to_placeholders(&decoded), &run));
        }
    }
    let range = if decode_base64(&meant(&wide)).is_some() { wide } else { start..end };
    let run = &text[range.clone()];
    secrets.learn(&format!("{name}Encoded"), run);
    (range.start, range.end, secrets.to_placeholders(run))
}

/// Refuses a secret anywhere below `value`; `place` is its pointer with `-` for every index.
fn refuse_remains(value: &Value, pointer: &str, place: &str, secrets: &Secrets) -> Result<(), RecordingError> {
    let remains = |text: &str, pointer: &str| match secrets.contains_secret(text) {
        Some(found) => Err(RecordingError::SecretRemains { name: found.name, pointer: pointer.to_owned() }),
        None => Ok(()),
    };
    match value {
        Value::String(_) if place == STEP => Ok(()),
        Value::String(text) => remains(text, pointer),
        Value::Number(number) => remains(&number.to_string(), pointer),
        Value::Array(items) => items.iter().enumerate().try_for_each(|(index, item)| {
            refuse_remains(item, &format!("{pointer}/{index}"), &format!("{place}/-"), secrets)
        }),
        Value::Object(members) => members
            .iter()
            .filter(|(key, _)| !(is_own(place) && OWN_KEYS.contains(&key.as_str())))
            .try_for_each(|(key, member)| {
                let escaped = key.replace('~', "~0").replace('/', "~1");
                let below = format!("{pointer}/{escaped}");
                if key.len() >= LONG_SECRET {
                    remains(key, &below)?;
                }
                refuse_remains(member, &below, &format!("{place}/{key}"), secrets)
            }),
        Value::Null | Value::Bool(_) => Ok(()),
    }
}
