//! `connspec eval TEMPLATE`: evaluate IML on the spot, line by line with `--jsonl`, or at a prompt.

mod functions;
mod jsonl;
mod prompt;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use connspec_iml::{Date, Error, FixedHost, Scope, Template, Value};
use serde_json::json;

use crate::failure::{AT_FAULT, Failure, Outcome};
use crate::options::read_json5;
use crate::output;

/// Evaluate an IML template; without one, an interactive prompt
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  connspec eval '{{upper(name)}}' --vars vars.json
  connspec eval '{{formatDate(now, \"YYYY-MM-DD\")}}' --now 2026-01-01T12:00:00Z --timezone Europe/Prague
  echo '{\"id\":1,\"expr\":\"{{1 + 1}}\"}' | connspec eval --jsonl")]
pub struct Eval {
    /// The template, e.g. '{{addMinutes(now, 5)}}'
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

    /// List the functions with documentation and examples; with a name, that one
    #[arg(long, conflicts_with = "jsonl")]
    functions: bool,
}

impl Eval {
    pub fn run(&self) -> Outcome {
        if self.jsonl {
            return jsonl::lines();
        }
        if self.functions {
            return functions::list(self.template.as_deref(), self.json);
        }
        let vars = match &self.vars {
            Some(path) => match Value::from_tagged(&read_json5(path)?) {
                vars @ Value::Collection(_) => vars,
                _ => {
                    let message = format!("{}: variables are an object, one member per root name", path.display());
                    return Err(Failure::unexamined(message));
                }
            },
            None => Value::Collection(Default::default()),
        };
        let Some(template) = self.template.as_deref() else {
            return prompt::run(vars, self.now.clone(), &self.timezone);
        };
        let host = host(self.now.as_deref(), &self.timezone)?;
        let parsed = Template::parse(template);
        // What does not parse is said once, by the error it leads to.
        for finding in parsed.findings().iter().filter(|finding| finding.severity != connspec_iml::Severity::Error) {
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
        Value::Undefined => "undefined".to_owned(),
        Value::Date(date) => date.to_iso(),
        Value::Number(number) if !number.is_finite() => number.to_string().replace("inf", "Infinity"),
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
