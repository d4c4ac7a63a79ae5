//! Comments that silence a finding: `// connspec-ignore CS0204: only reachable inside the cluster`.
//!
//! A comment behind something speaks for its own line, a comment alone for the next line that holds more than
//! comments. It names codes or rules, separated by commas, and after a colon the reason. A comment without a reason,
//! and a name that silences nothing, are findings themselves.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Place, SourceId, Span};
use connspec_spec::{App, ComponentKind, Part};
use memchr::{memchr2, memchr3, memmem};

use crate::rules::rules;
use crate::rules::structure::{SUPPRESSION_WITHOUT_REASON, UNUSED_SUPPRESSION};

const MARK: &str = "connspec-ignore";

/// The most comments of a file that are heeded.
const MOST: usize = 1000;

/// Takes silenced findings away, and adds those about the comments themselves.
pub(crate) fn apply(app: &App, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if !app.sources.iter().any(|(_, file)| is_marked(file.text())) {
        return found;
    }
    let mut suppressions: Vec<Suppression> = json_sources(app)
        .into_iter()
        .filter(|source| is_marked(app.sources.get(*source).text()))
        .flat_map(|source| {
            let text = app.sources.get(source).text();
            let comments = comments(text);
            let lines = lines_spoken_for(text, &comments);
            let read = comments.into_iter().zip(lines).filter_map(move |(comment, line)| {
                Some(Suppression { line, ..Suppression::read(text, source, comment)? })
            });
            read.take(MOST)
        })
        .collect();
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(found.len());
    for finding in found {
        // Most files have no such comment, and finding a line takes time in a minified one.
        let place =
            finding.place.filter(|place| suppressions.iter().any(|suppression| suppression.source == place.source));
        let line = place.map(|place| (place.source, app.sources.position(place).line));
        let mut is_silenced = false;
        for suppression in &mut suppressions {
            if line == Some((suppression.source, suppression.line)) {
                is_silenced |= suppression.silences(&finding);
            }
        }
        if !is_silenced {
            kept.push(finding);
        }
    }
    for suppression in &suppressions {
        suppression.report(app.sources.get(suppression.source).text(), &mut kept);
    }
    kept
}

fn is_marked(text: &str) -> bool {
    static FINDER: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(MARK));
    FINDER.find(text.as_bytes()).is_some()
}

/// The files that hold JSON with comments: all but the code of functions.
fn json_sources(app: &App) -> BTreeSet<SourceId> {
    let of_connections = app.connections.iter().flat_map(|definition| definition.parts.iter());
    let components = app.components.iter().filter(|component| component.kind != ComponentKind::Function);
    let of_components = components.flat_map(|component| component.parts.iter().chain(&component.metadata));
    let parts = of_connections.chain(of_components).chain(&app.base).chain(&app.common);
    parts.map(|part: &Part| part.source).collect()
}

/// One comment that silences findings.
struct Suppression {
    source: SourceId,
    /// The whole comment.
    comment: Span,
    /// The line it speaks for, from 1; 0 when nothing follows it.
    line: usize,
    /// Each name, where it stands, whether it has silenced anything.
    names: Vec<(String, Span, bool)>,
    has_reason: bool,
}

impl Suppression {
    /// Reads a comment; none when it is an ordinary one.
    fn read(text: &str, source: SourceId, comment: Span) -> Option<Self> {
        let range = comment.range();
        let written = &text[range.clone()];
        let body = written.strip_prefix("/*").map_or(&written[2..], |body| body.strip_suffix("*/").unwrap_or(body));
        let rest = body.trim_start().strip_prefix(MARK)?;
        if rest.starts_with(|next: char| !next.is_whitespace() && next != ':') {
            return None;
        }
        let rest_start = range.start + (body.as_ptr() as usize - written.as_ptr() as usize) + body.len() - rest.len();
        let (listed, reason) = rest.split_once(':').unwrap_or((rest, ""));
        let mut names = Vec::new();
        let mut at = rest_start;
        for piece in listed.split_inclusive(|separator: char| separator == ',' || separator.is_whitespace()) {
            let name = piece.trim_end_matches(|separator: char| separator == ',' || separator.is_whitespace());
            if !name.is_empty() {
                names.push((name.to_owned(), Span::new(at, at + name.len()), false));
            }
            at += piece.len();
        }
        let has_reason = reason.chars().any(char::is_alphanumeric);
        Some(Self { source, comment, line: 0, names, has_reason })
    }

    /// Whether this comment silences the finding; remembers that it did.
    fn silences(&mut self, finding: &Diagnostic) -> bool {
        let mut silenced = false;
        for (name, _, used) in &mut self.names {
            if name.eq_ignore_ascii_case(finding.code) || name == finding.rule {
                *used = true;
                silenced = true;
            }
        }
        silenced
    }

    /// What is wrong with the comment itself.
    fn report(&self, text: &str, findings: &mut Vec<Diagnostic>) {
        let place = |span| Place::new(self.source, span);
        if !self.has_reason {
            findings.push(
                SUPPRESSION_WITHOUT_REASON
                    .finding("a finding is silenced without a reason")
                    .at(place(self.comment))
                    .why("whoever reads this later cannot tell whether the reason still holds")
                    .help(format!("write it behind a colon: `// {MARK} CODE: why this is right here`")),
            );
        }
        let removal = Fix::safe("remove the comment").replace(place(with_its_line(text, self.comment)), "");
        if self.names.is_empty() {
            findings.push(
                UNUSED_SUPPRESSION
                    .finding("no rule is named here")
                    .at(place(self.comment))
                    .why("a comment silences only the findings it names")
                    .help(format!("name codes or rules: `// {MARK} CODE: why this is right here`")),
            );
        }
        let none_used = self.names.iter().all(|(_, _, used)| !used);
        for (name, span, _) in self.names.iter().filter(|(_, _, used)| !used).take(MOST) {
            let mut finding = UNUSED_SUPPRESSION
                .finding(format!("`{name}` silences nothing"))
                .at(place(*span))
                .why("no such finding is on the line it speaks for: it may hide a mistake that comes later")
                .help("remove it");
            if !is_known(name) {
                let near = nearest(name, rules().flat_map(|rule| [rule.code, rule.name]));
                finding.message = format!("`{name}` is no code or rule");
                finding.help = near.map_or_else(|| "remove it".to_owned(), |near| format!("did you mean `{near}`?"));
            } else if none_used {
                finding = finding.fix(removal.clone());
            }
            findings.push(finding);
        }
    }
}

fn is_known(name: &str) -> bool {
    let reading =
        connspec_spec::rules::ALL.iter().any(|rule| rule.code.eq_ignore_ascii_case(name) || rule.name == name);
    reading || crate::rule(name).is_some()
}

/// The line each comment speaks for: its own when something stands before it, else the next with more than comments;
/// 0 when there is none. One walk forward and one back, however many comments there are.
fn lines_spoken_for(text: &str, comments: &[Span]) -> Vec<usize> {
    let breaks = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count();
    // Of each comment: the line it begins on, the line it ends on, whether nothing stands before it.
    let mut seen: Vec<(usize, usize, bool)> = Vec::with_capacity(comments.len());
    let mut end = 0;
    for comment in comments {
        let range = comment.range();
        let between = text[end..range.start].trim_start_matches('\u{feff}');
        let (line_before, alone_before) = seen.last().map_or((1, true), |(_, line, is_alone)| (*line, *is_alone));
        let is_alone = match between.rsplit_once('\n') {
            Some((_, before)) => before.trim().is_empty(),
            None => alone_before && between.trim().is_empty(),
        };
        let line = line_before + breaks(between);
        seen.push((line, line + breaks(&text[range.clone()]), is_alone));
        end = range.end;
    }
    let mut lines = vec![0; comments.len()];
    let (mut next_start, mut follows) = (text.len(), 0);
    for (index, comment) in comments.iter().enumerate().rev() {
        let (line, last_line, is_alone) = seen[index];
        let between = &text[comment.range().end..next_start];
        let behind = between.trim_start();
        if !behind.is_empty() {
            follows = last_line + breaks(&between[..between.len() - behind.len()]);
        }
        lines[index] = if is_alone { follows } else { line };
        next_start = comment.range().start;
    }
    lines
}

/// The comment with the white space before it, or its whole line when nothing else is on it.
fn with_its_line(text: &str, comment: Span) -> Span {
    let range = comment.range();
    let line_start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let rest = &text[range.end..];
    let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
    let is_alone = text[line_start..range.start].trim().is_empty();
    if is_alone && rest[blank..].starts_with('\n') {
        return Span::new(line_start, range.end + blank + 1);
    }
    Span::new(text[..range.start].trim_end_matches([' ', '\t']).len(), range.end)
}

/// Whether a comment silences findings.
pub(crate) fn is_directive(comment: &str) -> bool {
    comment.trim_start_matches(['/', '*', ' ', '\t']).starts_with(MARK)
}

/// Every comment of a text, in order.
pub(crate) fn comments(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(next) = memchr2(b'"', b'/', &bytes[at..]) {
        at += next;
        at = match (bytes[at], bytes.get(at + 1)) {
            (b'"', _) => after_text(bytes, at + 1),
            (b'/', Some(next @ (b'/' | b'*'))) => {
                let rest = &text[at..];
                let length = if *next == b'/' {
                    rest.find(['\n', '\r']).unwrap_or(rest.len())
                } else {
                    rest.find("*/").map_or(rest.len(), |end| end + 2)
                };
                found.push(Span::new(at, at + length));
                at + length
            }
            _ => at + 1,
        };
    }
    found
}

/// Where a JSON text that has begun before `at` ends; one without an end stops at the line's.
fn after_text(bytes: &[u8], mut at: usize) -> usize {
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr3(b'"', b'\n', b'\\', rest)) {
        at += next;
        match bytes[at] {
            b'"' => return at + 1,
            b'\n' => return at,
            _ => at += 2,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_told_from_texts() {
        let text = "{ \"a\": \"http://x\", // one\n \"b\\\"//\": 1 /* two */ }\n// three";
        let found: Vec<_> = comments(text).into_iter().map(|span| &text[span.range()]).collect();
        assert_eq!(found, ["// one", "/* two */", "// three"]);
        assert!(comments("\"never ends // x").is_empty() && comments("/").is_empty() && comments("\"\\").is_empty());
    }

    #[test]
    fn a_comment_speaks_for_its_own_line_or_the_next() {
        for (text, line) in [
            ("{\n  \"a\": 1 // connspec-ignore X: y\n}", 2),
            ("{\n  // connspec-ignore X: y\n\n  // more\n  /* and\n more */ \"a\": 1\n}", 6),
            ("{} // connspec-ignore X: y", 1),
            ("{}\n// connspec-ignore X: y\n", 0),
            ("\u{feff}// connspec-ignore X: y\n{}", 2),
            ("/* connspec-ignore X: y */ {\n}", 1),
        ] {
            assert_eq!(lines_spoken_for(text, &comments(text))[0], line, "{text}");
        }
    }

    #[test]
    fn names_and_reason_are_read() {
        let mut sources = connspec_diagnostics::SourceMap::new();
        let text = "/* connspec-ignore CS0204, http-scheme : inside the cluster */";
        let source = sources.add("x", text);
        let read = Suppression::read(text, source, Span::new(0, text.len())).unwrap();
        let names: Vec<_> = read.names.iter().map(|(name, span, _)| (name.as_str(), &text[span.range()])).collect();
        assert_eq!(names, [("CS0204", "CS0204"), ("http-scheme", "http-scheme")]);
        assert!(read.has_reason);
        for other in ["// connspec-ignored", "// about connspec-ignore", "//"] {
            assert!(Suppression::read(other, source, Span::new(0, other.len())).is_none(), "{other}");
        }
    }
}
