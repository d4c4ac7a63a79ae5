//! The JSON array of cli.md: `{"path","code","rule","severity","message","why","help","line","column",
//! "endLine","endColumn","block","fix"}` for each finding.

use serde_json::{Value, json};

use super::Located;
use super::concealed::{concealed, writes_secrets};
use crate::{Diagnostic, Fix, Place, Position, SourceMap};

/// All findings as one JSON array, indented, with a final line break.
pub fn json(findings: &[Located<'_>]) -> String {
    let all: Vec<Value> = findings.iter().map(|(sources, finding)| json_value(sources, finding)).collect();
    format!("{:#}\n", Value::Array(all))
}

/// One finding as a JSON object. Without a place, `path` is empty and the four numbers are 1.
pub fn json_value(sources: &SourceMap, diagnostic: &Diagnostic) -> Value {
    let fix = diagnostic.fix.as_ref().filter(|_| !writes_secrets(sources, diagnostic));
    let diagnostic = &*concealed(sources, diagnostic);
    let (path, start, end) = match diagnostic.place {
        Some(place) => (sources.get(place.source).name(), sources.position(place), sources.end_position(place)),
        None => ("", Position { line: 1, column: 1 }, Position { line: 1, column: 1 }),
    };
    json!({
        "path": path,
        "code": diagnostic.code,
        "rule": diagnostic.rule,
        "severity": diagnostic.severity.as_str(),
        "message": diagnostic.message,
        "why": diagnostic.why,
        "help": diagnostic.help,
        "line": start.line,
        "column": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "block": diagnostic.block,
        "fix": fix.map(|fix| fix_value(sources, fix, diagnostic.place)),
    })
}

/// A fix; an edit in another file than the finding's names it with `path`.
fn fix_value(sources: &SourceMap, fix: &Fix, finding: Option<Place>) -> Value {
    let edits = fix.edits.iter().map(|edit| {
        let (start, end) = (sources.position(edit.place), sources.end_position(edit.place));
        let mut value = json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
            "text": edit.text,
        });
        if finding.is_none_or(|place| place.source != edit.place.source) {
            value["path"] = sources.get(edit.place.source).name().into();
        }
        value
    });
    json!({ "title": fix.title, "safe": fix.safe, "edits": edits.collect::<Vec<_>>() })
}
