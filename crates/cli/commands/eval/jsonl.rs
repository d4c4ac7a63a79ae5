//! `eval --jsonl`: one JSON object a line in, one a line out, in the same order (docs: cli.md).

use std::io::BufRead;
use std::process::ExitCode;

use connspec_diagnostics::{Diagnostic, Severity, Span};
use connspec_iml::{Error, Finding, JsonTemplate, Options, Template, Value};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::world::{World, scope};
use crate::failure::{Failure, Outcome};
use crate::output;

/// One line of `--jsonl`.
#[derive(Deserialize)]
struct Line {
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

/// Evaluates one object a line, in order; a line that cannot be read is an error of that line. Lines without a zone
/// are in `timezone`; `findings` adds what is odd to every answer.
pub fn lines(timezone: &str, options: Options, findings: bool) -> Outcome {
    let reader = Reader { timezone, options, findings };
    // By bytes: a line that is no UTF-8 is that line's error, not the end of all.
    for (index, line) in std::io::stdin().lock().split(b'\n').enumerate() {
        let line = line.map_err(|error| Failure::unexamined(format!("stdin cannot be read: {error}")))?;
        if !line.trim_ascii().is_empty() {
            output::print(reader.answer(index + 1, &line))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// How lines are read.
struct Reader<'r> {
    timezone: &'r str,
    options: Options,
    findings: bool,
}

/// Why a line cannot be evaluated, and the JSON pointer of what is wrong with it.
struct Unreadable {
    message: String,
    pointer: String,
}

impl Unreadable {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), pointer: String::new() }
    }
}

impl Reader<'_> {
    /// The answer to the line with this number.
    fn answer(&self, number: usize, line: &[u8]) -> Json {
        let refused = |id: Json, Unreadable { message, pointer }| {
            let message = format!("line {number}: {message}");
            json!({ "id": id, "error": { "code": "input", "message": message, "offset": 0, "pointer": pointer } })
        };
        let no_line = |error: serde_json::Error| {
            // The parser counts lines within the line.
            let error = error.to_string().replace(" at line 1 column ", " at column ");
            Unreadable::new(format!("this is not what eval reads: {error}"))
        };
        let line: Json = match serde_json::from_slice(line) {
            Ok(line) => line,
            Err(error) => return refused(Json::Null, no_line(error)),
        };
        let id = line.get("id").cloned().unwrap_or_default();
        let evaluated = serde_json::from_value(line).map_err(no_line).and_then(|line| self.evaluate(line));
        match evaluated {
            Ok(mut answer) => {
                let mut whole = json!({ "id": id });
                if let (Json::Object(whole), Json::Object(answer)) = (&mut whole, &mut answer) {
                    whole.append(answer);
                }
                whole
            }
            Err(unreadable) => refused(id, unreadable),
        }
    }

    fn evaluate(&self, line: Line) -> Result<Json, Unreadable> {
        let now = line.now.as_ref().map(|now| match now {
            Json::String(text) => text.clone(),
            Json::Object(tagged) => tagged.get("$date").and_then(Json::as_str).unwrap_or_default().to_owned(),
            other => other.to_string(),
        });
        let vars = Value::from_tagged_strictly(&Json::Object(line.vars.unwrap_or_default()));
        let vars = vars.map_err(|error| Unreadable {
            message: format!("/vars{error}"),
            pointer: format!("/vars{}", error.pointer),
        })?;
        let timezone = line.timezone.as_deref().unwrap_or(self.timezone);
        let world = World::new(now.as_deref(), timezone, &vars).map_err(|failure| Unreadable::new(failure.words()))?;
        let template = match (line.expr, line.template) {
            (Some(expr), None) => JsonTemplate::Text(Template::parse_with(&expr, self.options)),
            (None, Some(json)) => JsonTemplate::from_tagged(&json, self.options).map_err(|error| Unreadable {
                message: format!("/template{error}"),
                pointer: format!("/template{}", error.pointer),
            })?,
            _ => {
                return Err(Unreadable::new(
                    "give either `expr` or `template`, and nothing but `id`, `vars`, `now`, `timezone` beside it",
                ));
            }
        };
        let (outcome, mut findings) = if self.findings {
            let (outcome, of_values) = template.eval_with_findings(&scope(&vars), &world);
            let mut findings = template.findings();
            findings.extend(of_values);
            (outcome, findings)
        } else {
            (template.eval(&scope(&vars), &world), Vec::new())
        };
        let texts = template.templates();
        let text =
            |pointer: &str| texts.iter().find(|(at, _)| at == pointer).map_or("", |(_, template)| template.source());
        let mut answer = match &outcome {
            Ok(value) => json!({ "value": value.to_tagged() }),
            Err(error) => json!({ "error": failed(error, text(&error.pointer), &world) }),
        };
        if self.findings {
            findings.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.span.start.cmp(&other.1.span.start)));
            let findings = findings.iter().map(|(pointer, finding)| {
                // A finding about a key counts within the key.
                let key = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
                let text = if finding.code == "template-in-key" { &key } else { text(pointer) };
                (pointer.clone(), finding.span.range().start, found(finding, pointer, text))
            });
            let mut findings: Vec<(String, usize, Json)> = findings.collect();
            for (pointer, template) in &texts {
                let error = outcome.as_ref().err().filter(|error| error.pointer == *pointer);
                for (span, finding) in super::said::judged(template.source(), error) {
                    let told = judged(&finding, span, pointer, template.source());
                    findings.push((pointer.clone(), span.range().start, told));
                }
            }
            findings.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
            answer["findings"] = findings.into_iter().map(|(.., told)| told).collect();
        }
        Ok(answer)
    }
}

/// An error of a template, credentials hidden.
fn failed(error: &Error, text: &str, world: &World) -> Json {
    let mut failed = json!({
        "code": error.code,
        "message": world.hide(&error.message),
        "offset": utf16(text, error.span.range().start),
        "pointer": error.pointer,
    });
    if !error.help.is_empty() {
        failed["help"] = (*error.help).into();
    }
    let variables = error.variables.iter().map(|(name, value)| (name.clone(), Json::from(world.hide(value))));
    let variables: Map<String, Json> = variables.collect();
    if !variables.is_empty() {
        failed["variables"] = variables.into();
    }
    failed
}

fn found(finding: &Finding, pointer: &str, text: &str) -> Json {
    json!({
        "code": finding.code,
        "severity": super::said::severity(finding).as_str(),
        "message": finding.message,
        "help": finding.help,
        "offset": utf16(text, finding.span.range().start),
        "end": utf16(text, finding.span.range().end),
        "pointer": pointer,
    })
}

/// As [`found`], of what a check says.
fn judged(finding: &Diagnostic, span: Span, pointer: &str, text: &str) -> Json {
    json!({
        "code": finding.rule,
        "severity": finding.severity.min(Severity::Warning).as_str(),
        "message": finding.message,
        "help": finding.help,
        "offset": utf16(text, span.range().start),
        "end": utf16(text, span.range().end),
        "pointer": pointer,
    })
}

/// UTF-16 units before a byte offset.
fn utf16(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).encode_utf16().count()
}
