//! The JSON array of cli.md: `{"path","code","rule","severity","message","why","help","line","column",
//! "endLine","endColumn","block","fix"}` for each finding.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::concealed::{concealed, writes_secrets};
use super::{Located, pretty};
use crate::{Diagnostic, Edit, Fix, Place, Position, SourceMap};

/// All findings as one JSON array, indented, with a final line break.
pub fn json(findings: &[Located<'_>]) -> String {
    pretty(&All(findings))
}

/// One finding as a JSON object. Without a place, `path` is empty and the four numbers are 1.
pub fn json_value(sources: &SourceMap, diagnostic: &Diagnostic) -> Value {
    serde_json::to_value(One(sources, diagnostic)).expect("keys are texts and no value can fail")
}

/// Each is made when it is written: many of them at once would take more room than what is written.
struct All<'a>(&'a [Located<'a>]);

impl Serialize for All<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(sources, finding)| One(sources, finding)))
    }
}

struct One<'a>(&'a SourceMap, &'a Diagnostic);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    path: &'a str,
    code: &'a str,
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    why: &'a str,
    help: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    block: Option<&'a str>,
    fix: Option<ShownFix<'a>>,
}

#[derive(Serialize)]
struct ShownFix<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<ShownEdit<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownEdit<'a> {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    text: &'a str,
    /// Of an edit in another file than the finding's.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
}

impl Serialize for One<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(sources, diagnostic) = *self;
        let fix = diagnostic.fix.as_ref().filter(|_| !writes_secrets(sources, diagnostic));
        let diagnostic = &*concealed(sources, diagnostic);
        let nowhere = Position { line: 1, column: 1 };
        let (path, start, end) = match diagnostic.place {
            Some(place) => (sources.get(place.source).name(), sources.position(place), sources.end_position(place)),
            None => ("", nowhere, nowhere),
        };
        Shown {
            path,
            code: diagnostic.code,
            rule: diagnostic.rule,
            severity: diagnostic.severity.as_str(),
            message: &diagnostic.message,
            why: &diagnostic.why,
            help: &diagnostic.help,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            block: diagnostic.block.as_deref(),
            fix: fix.map(|fix| shown_fix(sources, fix, diagnostic.place)),
        }
        .serialize(serializer)
    }
}

fn shown_fix<'a>(sources: &'a SourceMap, fix: &'a Fix, finding: Option<Place>) -> ShownFix<'a> {
    let edit = |edit: &'a Edit| {
        let (start, end) = (sources.position(edit.place), sources.end_position(edit.place));
        let elsewhere = finding.is_none_or(|place| place.source != edit.place.source);
        ShownEdit {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
            text: &edit.text,
            path: elsewhere.then(|| sources.get(edit.place.source).name()),
        }
    };
    ShownFix { title: &fix.title, safe: fix.safe, edits: fix.edits.iter().map(edit).collect() }
}
