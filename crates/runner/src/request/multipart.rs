//! `type: multipart/form-data`: one part for each key, files among them (communication.md §5 type, RFC 7578).

use connspec_iml::{Collection, Value};

use crate::decision::Decisions;
use crate::words;

/// One file: its bytes and what it is called.
struct File<'v> {
    bytes: std::borrow::Cow<'v, [u8]>,
    name: String,
    content_type: String,
}

/// The body for `content`, with `boundary` between its parts. Undefined, null and collections that are no file
/// are left out; a list gives one part for each item.
pub(super) fn write(content: &Value, boundary: &str, decisions: &mut Decisions) -> Vec<u8> {
    let mut written = Vec::new();
    match content.as_collection() {
        Some(members) => members.iter().for_each(|(name, value)| part(&mut written, boundary, name, value, decisions)),
        None => decisions.note("body", format!("has no parts: it is {}, not a collection", words::kind(content))),
    }
    written.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    written
}

fn part(written: &mut Vec<u8>, boundary: &str, name: &str, value: &Value, decisions: &mut Decisions) {
    let mut left_out = |why: &str| decisions.note(format!("body.{name}"), format!("left out: {why}"));
    let mut emit = |head: String, content: &[u8]| {
        let disposition = format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{}\"", quoted(name));
        written.extend_from_slice(format!("{disposition}{head}\r\n\r\n").as_bytes());
        written.extend_from_slice(content);
        written.extend_from_slice(b"\r\n");
    };
    match value {
        Value::Undefined => {}
        Value::Null => left_out("it is null"),
        Value::Array(items) => items.iter().for_each(|item| part(written, boundary, name, item, decisions)),
        Value::Binary(_) | Value::Collection(_) => match file(value) {
            Some(file) => emit(
                format!("; filename=\"{}\"\r\ncontent-type: {}", quoted(&file.name), file.content_type),
                &file.bytes,
            ),
            None => left_out("a collection is sent only as a file, `{value, options}` with a buffer"),
        },
        scalar => emit(String::new(), scalar.to_text().as_bytes()),
    }
}

/// A buffer, or `{value: buffer, options: {filename, contentType}}`.
fn file(value: &Value) -> Option<File<'_>> {
    let (bytes, options) = match value {
        Value::Binary(bytes) => (bytes, None),
        Value::Collection(members) => match members.get("value") {
            Some(Value::Binary(bytes)) => (bytes, members.get("options").and_then(Value::as_collection)),
            _ => return None,
        },
        _ => return None,
    };
    let option = |name: &str, default: &str| {
        let given = options.and_then(|options: &Collection| options.get(name)).map(Value::to_text);
        one_line(&given.filter(|text| !text.is_empty()).unwrap_or_else(|| default.to_owned()))
    };
    Some(File {
        bytes: bytes.into(),
        name: option("filename", "file"),
        content_type: option("contentType", "application/octet-stream"),
    })
}

/// A header's value cannot hold a line break.
fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// A name between quotes as browsers write it (WHATWG HTML, multipart/form-data encoding).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
