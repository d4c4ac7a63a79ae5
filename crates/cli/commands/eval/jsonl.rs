//! `eval --jsonl`: one JSON object a line in, one a line out, in the same order (docs: cli.md).

use std::io::BufRead;
use std::process::ExitCode;

use connspec_iml::{JsonTemplate, Template, Value};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::{host, scope};
use crate::failure::{Failure, Outcome};
use crate::output;

/// One line of `--jsonl`.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: Json,
    expr: Option<String>,
    /// `null` is a template like any other.
    #[serde(default, deserialize_with = "present")]
    template: Option<Json>,
    vars: Option<Map<String, Json>>,
    now: Option<Json>,
    timezone: Option<String>,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

/// Evaluates one object a line, in order; a line that cannot be read is an error of that line.
pub fn lines() -> Outcome {
    // By bytes: a line that is no UTF-8 is that line's error, not the end of all.
    for line in std::io::stdin().lock().split(b'\n') {
        let line = line.map_err(|error| Failure::unexamined(format!("stdin cannot be read: {error}")))?;
        if !line.trim_ascii().is_empty() {
            output::print(answer(&line))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn answer(line: &[u8]) -> Json {
    let unreadable = |id: Json, code: &str, message: String| json!({ "id": id, "error": { "code": code, "message": message, "offset": 0, "pointer": "" } });
    let no_line = |error| format!("the line is not what eval reads: {error}");
    let line: Json = match serde_json::from_slice(line) {
        Ok(line) => line,
        Err(error) => return unreadable(Json::Null, "input", no_line(error)),
    };
    let id = line.get("id").cloned().unwrap_or_default();
    let line: Line = match serde_json::from_value(line) {
        Ok(line) => line,
        Err(error) => return unreadable(id, "input", no_line(error)),
    };
    let now = line.now.as_ref().map(|now| match now {
        Json::String(text) => text.clone(),
        Json::Object(tagged) => tagged.get("$date").and_then(Json::as_str).unwrap_or_default().to_owned(),
        other => other.to_string(),
    });
    let host = match host(now.as_deref(), line.timezone.as_deref().unwrap_or("UTC")) {
        Ok(host) => host,
        Err(failure) => return unreadable(line.id, "input", failure.message().to_owned()),
    };
    let vars = Value::from_tagged(&Json::Object(line.vars.unwrap_or_default()));
    let scope = scope(&vars);
    let (result, text) = match (&line.expr, &line.template) {
        (Some(expr), None) => (Template::parse(expr).eval(&scope, &host), Some(expr.as_str())),
        (None, Some(template)) => (JsonTemplate::from_json(template).eval(&scope, &host), None),
        _ => return unreadable(line.id, "input", "give either `expr` or `template`".to_owned()),
    };
    match result {
        Ok(value) => json!({ "id": line.id, "value": value.to_tagged() }),
        Err(error) => {
            let at =
                line.template.as_ref().and_then(|template| template.pointer(&error.pointer)).and_then(Json::as_str);
            let offset = text.or(at).map_or(0, |text| utf16(text, error.span.start as usize));
            json!({ "id": line.id, "error": { "code": error.code, "message": error.message, "offset": offset, "pointer": error.pointer } })
        }
    }
}

/// UTF-16 units before a byte offset.
fn utf16(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).encode_utf16().count()
}
