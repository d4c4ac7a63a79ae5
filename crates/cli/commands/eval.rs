//! `connspec eval TEMPLATE`: evaluate IML on the spot, or line by line with `--jsonl`.

use std::io::BufRead;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use connspec_iml::{Date, Error, FixedHost, JsonTemplate, Scope, Template, Value};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::failure::{AT_FAULT, Failure, Outcome};
use crate::options::read_json5;
use crate::output;

/// Evaluate an IML template
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  connspec eval '{{upper(name)}}' --vars vars.json
  connspec eval '{{formatDate(now, \"YYYY-MM-DD\")}}' --now 2026-01-01T12:00:00Z --timezone Europe/Prague
  echo '{\"id\":1,\"expr\":\"{{1 + 1}}\"}' | connspec eval --jsonl")]
pub struct Eval {
    /// The template, e.g. '{{addMinutes(now, 5)}}'
    #[arg(required_unless_present = "jsonl")]
    template: Option<String>,

    /// Variables from a JSON or JSON5 file: an object, one member per root name
    #[arg(long, value_name = "FILE")]
    vars: Option<PathBuf>,

    /// The moment `now` stands for, ISO 8601; default: the clock
    #[arg(long, value_name = "ISO")]
    now: Option<String>,

    /// The time zone, an IANA name
    #[arg(long, value_name = "TZ", default_value = "UTC")]
    timezone: String,

    /// Print the result as JSON; dates, bytes and undefined as {"$date"}, {"$binary"}, {"$undefined"}
    #[arg(long)]
    json: bool,

    /// Read {"id","expr"|"template","vars","now","timezone"} a line from stdin, write {"id","value"|"error"} a line
    #[arg(long, conflicts_with_all = ["template", "vars", "now"])]
    jsonl: bool,
}

impl Eval {
    pub fn run(&self) -> Outcome {
        if self.jsonl {
            return lines();
        }
        let template = self.template.as_deref().unwrap_or_default();
        let vars = match &self.vars {
            Some(path) => Value::from_tagged(&read_json5(path)?),
            None => Value::Collection(Default::default()),
        };
        let host = host(self.now.as_deref(), &self.timezone)?;
        let parsed = Template::parse(template);
        for finding in parsed.findings() {
            output::say(format_args!("{}: {}", finding.severity, finding.message));
        }
        match parsed.eval(&scope(&vars), &host) {
            Ok(value) => {
                let shown = if self.json { format!("{:#}", value.to_tagged()) } else { readable(&value) };
                output::print(shown)?;
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => {
                output::complain(&described(template, &error));
                Ok(ExitCode::from(AT_FAULT))
            }
        }
    }
}

/// A value as a person reads it: text as it is, everything else as JSON.
fn readable(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => format!("{:#}", other.to_tagged()),
    }
}

/// The error with the expression underlined and the variables it mentions.
fn described(template: &str, error: &Error) -> String {
    let start = error.span.range().start.min(template.len());
    let line_start = template[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = template[line_start..].lines().next().unwrap_or_default();
    let indent = template[line_start..start].chars().count();
    let width = template.get(error.span.range()).unwrap_or_default().lines().next().unwrap_or_default().chars().count();
    let mut text =
        format!("{} [{}]\n  {line}\n  {}{}", error.message, error.code, " ".repeat(indent), "^".repeat(width.max(1)));
    for (name, value) in &error.variables {
        text.push_str(&format!("\n  {name} = {value}"));
    }
    text
}

/// One line of `--jsonl`.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: Json,
    expr: Option<String>,
    template: Option<Json>,
    #[serde(default)]
    vars: Map<String, Json>,
    now: Option<Json>,
    timezone: Option<String>,
}

/// Evaluates one object a line, in order; a line that cannot be read is an error of that line.
fn lines() -> Outcome {
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| Failure::unexamined(format!("stdin cannot be read: {error}")))?;
        if line.trim().is_empty() {
            continue;
        }
        output::print(answer(&line))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn answer(line: &str) -> Json {
    let unreadable = |id: Json, code: &str, message: String| json!({ "id": id, "error": { "code": code, "message": message, "offset": 0, "pointer": "" } });
    let line: Line = match serde_json::from_str(line) {
        Ok(line) => line,
        Err(error) => return unreadable(Json::Null, "input", format!("the line is not what eval reads: {error}")),
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
    let vars = Value::from_tagged(&Json::Object(line.vars));
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

/// The variables as roots of expressions.
fn scope(vars: &Value) -> Scope<'_> {
    match vars {
        Value::Collection(members) => members.iter().fold(Scope::new(), |scope, (name, value)| scope.with(name, value)),
        _ => Scope::new(),
    }
}

/// The clock, the zone and fresh randomness.
fn host(now: Option<&str>, timezone: &str) -> Result<FixedHost, Failure> {
    let now = match now {
        Some(text) => Value::from_tagged(&json!({ "$date": text })).as_date().ok_or_else(|| {
            Failure::unexamined(format!("`{text}` is no moment")).help("write it as ISO 8601: 2026-01-01T12:00:00Z")
        })?,
        None => Date { millis: connspec_exchange::Clock::now(&connspec_exchange::SystemClock) },
    };
    let mut seed = [0; 8];
    getrandom::fill(&mut seed).map_err(|error| Failure::unexamined(format!("no randomness: {error}")))?;
    Ok(FixedHost::new(now.millis, timezone, u64::from_le_bytes(seed)))
}
