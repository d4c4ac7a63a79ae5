//! `connspec explain CODE`: the documentation of a check.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use connspec_checks::{Rule, hint, rule, rules};
use serde_json::{Value, json};

use crate::failure::{Failure, Outcome};
use crate::output;

/// Show the documentation of a check
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  connspec explain CS0104\n  connspec explain --all --format json")]
pub struct Explain {
    /// A code such as CS0104, or a rule's name; the beginning of codes, such as CS01, lists those checks
    #[arg(required_unless_present = "all")]
    code: Option<String>,

    /// List every check
    #[arg(long, conflicts_with = "code")]
    all: bool,

    /// How it is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// JSON
    Json,
}

impl Explain {
    pub fn run(&self) -> Outcome {
        match &self.code {
            Some(code) if rule(code).is_none() && begins_codes(code) => {
                self.list(rules().filter(|rule| begins(rule.code, code)))?;
            }
            Some(code) => self.one(code)?,
            None => self.list(rules())?,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn one(&self, code: &str) -> Result<(), Failure> {
        let Some(rule) = rule(code) else {
            return Err(Failure::unexamined(format!("`{code}` is no check")).help(hint(code)));
        };
        match self.format {
            Format::Human => output::print(page(rule)),
            Format::Json => output::print(format_args!("{:#}", as_json(rule))),
        }
    }

    fn list(&self, rules: impl Iterator<Item = &'static Rule>) -> Result<(), Failure> {
        if self.format == Format::Json {
            let all: Vec<Value> = rules.map(as_json).collect();
            return output::print(format_args!("{:#}", Value::Array(all)));
        }
        for rule in rules {
            output::print(format_args!("{}  {:<8} {}", rule.code, rule.severity, rule.name))?;
        }
        Ok(())
    }
}

/// Whether codes begin so: the checks of an area.
fn begins_codes(text: &str) -> bool {
    begins(text, "CS") && rules().any(|rule| begins(rule.code, text))
}

fn begins(code: &str, start: &str) -> bool {
    code.get(..start.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(start))
}

fn page(rule: &Rule) -> String {
    let paint = output::painter_for_stdout();
    let head = format!("{}  {}", paint.bold(format!("{} {}", rule.code, rule.name)), paint.dim(rule.severity));
    format!("{head}\n\n{}", rule.documentation.trim())
}

fn as_json(rule: &Rule) -> Value {
    let documentation = rule.documentation();
    let examples = |examples: &[connspec_checks::Example]| -> Vec<Value> {
        let files = examples
            .iter()
            .map(|example| example.files.iter().map(|(path, text)| json!({ "path": path, "text": text })).collect());
        files.collect()
    };
    json!({
        "code": rule.code,
        "rule": rule.name,
        "severity": rule.severity.as_str(),
        "summary": documentation.summary,
        "why": documentation.why,
        "example": examples(&documentation.examples),
        "instead": examples(&documentation.instead),
        "fix": documentation.fix,
        "source": documentation.source,
    })
}
