//! `connspec eval TEMPLATE`: evaluate IML on the spot, line by line with `--jsonl`, or at a prompt.

mod functions;
mod history;
mod jsonl;
mod prompt;
mod said;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use connspec_diagnostics::SourceMap;
use connspec_iml::{TagError, Value};

use crate::failure::{AT_FAULT, Failure, Outcome};
use crate::options::read_json5;
use crate::output;
use world::{World, limits, switches};

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

    /// The time zone, an IANA name; with --jsonl that of lines without one
    #[arg(long, value_name = "TZ", default_value = "UTC")]
    timezone: String,

    /// Print the result as JSON; dates, bytes and undefined as {"$date"}, {"$binary"}, {"$undefined"}
    #[arg(long)]
    json: bool,

    /// Read {"id","expr"|"template","vars","now","timezone"} a line from stdin, write {"id","value"|"error"} a line
    #[arg(long, conflicts_with_all = ["template", "vars", "now"])]
    jsonl: bool,

    /// With --jsonl: add "findings" to each answer, an array of what is odd about the template and its values
    #[arg(long, requires = "jsonl")]
    findings: bool,

    /// A bound of one evaluation: nesting, operators, steps, output (bytes) or regex (milliseconds)
    #[arg(long = "limit", value_name = "NAME=NUMBER")]
    limits: Vec<String>,

    /// A switch of the language where the evidence about Make disagrees, e.g. xmlShape=answer (docs/compatibility.md)
    #[arg(long, value_name = "KEY=VALUE")]
    compat: Vec<String>,

    /// At the prompt: keep no history of the lines
    #[arg(long)]
    no_history: bool,

    /// List the functions with documentation and examples; with a name, that one
    #[arg(long, conflicts_with = "jsonl")]
    functions: bool,
}

impl Eval {
    pub fn run(&self) -> Outcome {
        if self.functions {
            return functions::list(self.template.as_deref(), self.json);
        }
        let options = limits(&self.limits, switches(&self.compat)?)?;
        // The zone is judged before anything is read.
        let empty = Value::Collection(Default::default());
        World::new(self.now.as_deref(), &self.timezone, &empty)?;
        if self.jsonl {
            return jsonl::lines(&self.timezone, options, self.findings);
        }
        let vars = self.vars.as_deref().map_or(Ok(empty), read_variables)?;
        let Some(template) = self.template.as_deref() else {
            return prompt::run(vars, self.now.clone(), &self.timezone, options, !self.no_history);
        };
        let world = World::new(self.now.as_deref(), &self.timezone, &vars)?;
        let said = said::evaluate(template, &vars, &world, options);
        said::without_braces(template).iter().chain(&said.drawn).for_each(output::say);
        match said.outcome {
            Ok(value) => {
                output::print(if self.json { format!("{:#}", value.to_tagged()) } else { readable(&value) })?;
                Ok(ExitCode::SUCCESS)
            }
            Err(_) => Ok(ExitCode::from(AT_FAULT)),
        }
    }
}

/// The variables of a file.
fn read_variables(path: &Path) -> Result<Value, Failure> {
    let json = read_json5(path)?;
    match Value::from_tagged_strictly(&json) {
        Ok(vars @ Value::Collection(_)) => Ok(vars),
        Ok(_) => {
            let message = format!("{}: variables are an object, one member per root name", path.display());
            Err(Failure::unexamined(message))
        }
        Err(error) => Err(Failure::unexamined(format!("{}: {error}", place_in(path, &error)))
            .help("{\"$date\"}, {\"$binary\"}, {\"$undefined\"} and {\"$number\"} stand for values JSON lacks")),
    }
}

/// `FILE:LINE:COLUMN` of a tag in a file, or the file alone where its text cannot be read a second time.
fn place_in(path: &Path, error: &TagError) -> String {
    let name = path.display().to_string();
    let Ok(text) = std::fs::read_to_string(path) else { return name };
    let mut sources = SourceMap::new();
    let source = sources.add(&name, text.clone());
    let node = connspec_spec::json::read(source, &text).node;
    match node.as_ref().and_then(|node| node.at(&error.pointer)) {
        Some(node) => sources.describe(node.place),
        None => name,
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
