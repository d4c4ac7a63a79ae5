//! Findings as SARIF 2.1.0 (OASIS), which code-scanning services read.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::concealed::{concealed, writes_secrets};
use super::{Located, from_here, pretty};
use crate::{Diagnostic, Edit, Fix, Place, Severity, SourceMap};

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
    let driver = json!({ "name": "connspec", "version": version, "rules": descriptors });
    pretty(&Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: json!({ "driver": driver }),
            column_kind: "utf16CodeUnits",
            results: Results { findings, rules: &rules },
        }],
    })
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Value,
    column_kind: &'a str,
    results: Results<'a>,
}

/// Each is made when it is written: many of them at once would take more room than what is written.
struct Results<'a> {
    findings: &'a [Located<'a>],
    rules: &'a [(&'a str, &'a str)],
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let results = self.findings.iter();
        serializer.collect_seq(results.map(|(sources, finding)| Finding { sources, finding, rules: self.rules }))
    }
}

struct Finding<'a> {
    sources: &'a SourceMap,
    finding: &'a Diagnostic,
    rules: &'a [(&'a str, &'a str)],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    rule_id: &'a str,
    rule_index: Option<usize>,
    level: &'a str,
    message: Text<'a>,
    locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<ShownFix<'a>>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownFix<'a> {
    description: Text<'a>,
    artifact_changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact,
    replacements: [Replacement<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Text<'a>,
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

impl Serialize for Finding<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { sources, finding, rules } = *self;
        let fix = finding.fix.as_ref().filter(|_| !writes_secrets(sources, finding));
        let finding = &*concealed(sources, finding);
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "note",
        };
        let parts = [finding.message.as_str(), &finding.why, &finding.help];
        let text = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
        let related = finding.labels.iter();
        Shown {
            rule_id: finding.code,
            rule_index: rules.binary_search(&(finding.code, finding.rule)).ok(),
            level,
            message: Text { text: &text },
            locations: finding.place.iter().map(|place| location(sources, *place, None)).collect(),
            related_locations: related.map(|label| location(sources, label.place, Some(&label.message))).collect(),
            fixes: fix.iter().map(|fix| shown_fix(sources, fix)).collect(),
        }
        .serialize(serializer)
    }
}

fn shown_fix<'a>(sources: &SourceMap, fix: &'a Fix) -> ShownFix<'a> {
    let change = |edit: &'a Edit| Change {
        artifact_location: artifact(sources, edit.place),
        replacements: [Replacement {
            deleted_region: region(sources, edit.place),
            inserted_content: Text { text: &edit.text },
        }],
    };
    ShownFix { description: Text { text: &fix.title }, artifact_changes: fix.edits.iter().map(change).collect() }
}

fn location<'a>(sources: &SourceMap, place: Place, message: Option<&'a str>) -> Location<'a> {
    Location {
        physical_location: Physical { artifact_location: artifact(sources, place), region: region(sources, place) },
        message: message.map(|text| Text { text }),
    }
}

fn artifact(sources: &SourceMap, place: Place) -> Artifact {
    Artifact { uri: uri(sources.get(place.source).name()) }
}

fn region(sources: &SourceMap, place: Place) -> Region {
    let (start, end) = (sources.position(place), sources.end_position(place));
    Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
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
