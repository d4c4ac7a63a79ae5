//! Findings as SARIF 2.1.0 (OASIS), which code-scanning services read.

use serde_json::{Value, json};

use super::concealed::{concealed, writes_secrets};
use super::{Located, from_here};
use crate::{Diagnostic, Place, Severity, SourceMap};

/// What a log says about a rule beside its code and name.
pub struct RuleText {
    /// One sentence: what the rule looks for.
    pub short: String,
    /// Why that is bad.
    pub full: String,
    /// Where its page is.
    pub help_uri: String,
}

/// All findings as one SARIF log with one run; `version` is the version of the tool, and `about` knows the rules by
/// their codes.
pub fn sarif(findings: &[Located<'_>], version: &str, about: &dyn Fn(&str) -> Option<RuleText>) -> String {
    let mut rules: Vec<(&str, &str)> = findings.iter().map(|(_, finding)| (finding.code, finding.rule)).collect();
    rules.sort_unstable();
    rules.dedup();
    let descriptors: Vec<Value> = rules.iter().map(|(code, rule)| descriptor(code, rule, about(code))).collect();
    let results: Vec<Value> = findings.iter().map(|(sources, finding)| result(sources, finding, &rules)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "connspec", "version": version, "rules": descriptors } },
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn descriptor(code: &str, rule: &str, about: Option<RuleText>) -> Value {
    let mut descriptor = json!({ "id": code, "name": rule });
    if let Some(RuleText { short, full, help_uri }) = about {
        descriptor["shortDescription"] = json!({ "text": short });
        descriptor["fullDescription"] = json!({ "text": full });
        descriptor["helpUri"] = json!(help_uri);
    }
    descriptor
}

fn result(sources: &SourceMap, diagnostic: &Diagnostic, rules: &[(&str, &str)]) -> Value {
    let fix = diagnostic.fix.as_ref().filter(|_| !writes_secrets(sources, diagnostic));
    let diagnostic = &*concealed(sources, diagnostic);
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let parts = [&diagnostic.message, &diagnostic.why, &diagnostic.help];
    let text = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n");
    let mut result = json!({
        "ruleId": diagnostic.code,
        "ruleIndex": rules.iter().position(|(code, rule)| (*code, *rule) == (diagnostic.code, diagnostic.rule)),
        "level": level,
        "message": { "text": text },
        "locations": diagnostic.place.iter().map(|place| location(sources, *place)).collect::<Vec<_>>(),
    });
    if !diagnostic.labels.is_empty() {
        let related = diagnostic.labels.iter().map(|label| {
            let mut location = location(sources, label.place);
            location["message"] = json!({ "text": label.message });
            location
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = fix {
        let changes: Vec<Value> = fix.edits.iter().map(|edit| {
            json!({
                "artifactLocation": { "uri": uri(sources.get(edit.place.source).name()) },
                "replacements": [{ "deletedRegion": region(sources, edit.place), "insertedContent": { "text": edit.text } }],
            })
        }).collect();
        result["fixes"] = json!([{ "description": { "text": fix.title }, "artifactChanges": changes }]);
    }
    result
}

fn location(sources: &SourceMap, place: Place) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(sources.get(place.source).name()) },
            "region": region(sources, place),
        },
    })
}

fn region(sources: &SourceMap, place: Place) -> Value {
    let (start, end) = (sources.position(place), sources.end_position(place));
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

/// A path as a relative URI reference: separators `/`, everything a URI forbids percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in from_here(path).bytes() {
        match byte {
            b'\\' => uri.push('/'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'+' | b'=' | b'@' | b',' => {
                uri.push(char::from(byte))
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}
