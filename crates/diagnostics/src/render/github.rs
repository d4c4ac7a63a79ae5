//! Findings as GitHub workflow commands, which the service shows beside the lines of a pull request.

use super::concealed::concealed;
use super::{Located, from_here};
use crate::{Diagnostic, Severity, SourceMap};

/// All findings, one command a line.
pub fn github(findings: &[Located<'_>]) -> String {
    findings.iter().map(|(sources, finding)| command(sources, finding)).collect()
}

fn command(sources: &SourceMap, diagnostic: &Diagnostic) -> String {
    let diagnostic = &*concealed(sources, diagnostic);
    let name = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = format!("title={} {}", diagnostic.code, property(diagnostic.rule));
    if let Some(place) = diagnostic.place {
        let (start, end) = (sources.position(place), sources.end_position(place));
        let path = property(from_here(sources.get(place.source).name()));
        properties = format!(
            "file={path},line={},col={},endLine={},endColumn={},{properties}",
            start.line, start.column, end.line, end.column
        );
    }
    let parts = [&diagnostic.message, &diagnostic.why, &diagnostic.help];
    let text = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n");
    format!("::{name} {properties}::{}\n", data(&text))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
