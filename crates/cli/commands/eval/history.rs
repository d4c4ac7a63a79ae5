//! The prompt's history between sessions: a file of lines, from which every text that might be a secret is left out.
//!
//! Within a session the lines are remembered as they were typed. In the file a quoted text stands as `'…'` unless it
//! is plainly none: a date format, a time zone, an encoding, three characters or fewer. The same holds for text around
//! `{{ }}`, for long unknown names and long numbers, which may be tokens pasted as they are. A line that does not parse
//! is not kept, nor one that begins with a space.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use connspec_diagnostics::Span;
use connspec_iml::ast::{self, Expr, ExprKind, Name, Piece, Visitor};
use connspec_iml::moment::Zone;
use connspec_iml::{Root, Template, Value};

/// So many lines are kept.
const MOST_LINES: usize = 1000;

/// A text of so many characters is too short to be a secret.
const HARMLESS_LENGTH: usize = 3;

/// A name of fewer characters is taken for a name.
const SHORTEST_TOKEN: usize = 16;

/// A number of fewer digits is taken for a number: milliseconds since 1970 have 13.
const SHORTEST_DIGITS: usize = 14;

/// Words that functions take.
const WORDS: [&str; 20] = [
    "hex",
    "base64",
    "base64url",
    "latin1",
    "utf8",
    "ascii",
    "binary",
    "text",
    "asc",
    "desc",
    "asc ci",
    "desc ci",
    "HS256",
    "HS384",
    "HS512",
    "RS256",
    "ES256",
    "RH",
    "Rm",
    "Rs",
];

/// The file a prompt's lines are kept in.
pub(super) struct History {
    path: PathBuf,
}

impl History {
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The lines of former sessions, the oldest first; none when there is no file yet.
    pub(super) fn lines(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.path).unwrap_or_default();
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        lines[lines.len().saturating_sub(MOST_LINES)..].iter().map(|line| (*line).to_owned()).collect()
    }

    /// Adds a line, as far as it may be kept; the file is readable for its owner only.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn add(&self, line: &str, vars: &Value) -> std::io::Result<()> {
        let Some(line) = kept(line, vars) else { return Ok(()) };
        let mut lines = self.lines();
        if lines.last() == Some(&line) {
            return Ok(());
        }
        lines.push(line);
        let lines = &lines[lines.len().saturating_sub(MOST_LINES)..];
        let (mut folder, mut file) = (DirBuilder::new(), OpenOptions::new());
        folder.recursive(true);
        file.write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
            folder.mode(0o700);
            file.mode(0o600);
        }
        if let Some(parent) = self.path.parent() {
            folder.create(parent)?;
        }
        let mut file = file.open(&self.path)?;
        file.write_all((lines.join("\n") + "\n").as_bytes())
    }
}

/// The line as the file may hold it; none when it may not.
fn kept(line: &str, vars: &Value) -> Option<String> {
    if line.starts_with(' ') || line.trim().is_empty() {
        return None;
    }
    let line = line.trim();
    // `let name = ` is no part of the language.
    let start = match line.strip_prefix("let ").and_then(|rest| rest.split_once('=')) {
        Some((_, rest)) => line.len() - rest.len(),
        None => 0,
    };
    let braced = line[start..].contains("{{");
    let (before, after) = if braced { ("", "") } else { ("{{", "}}") };
    let source = format!("{before}{}{after}", &line[start..]);
    let template = Template::parse(&source);
    if template.expressions().any(|expression| expression.broken.is_some()) {
        return None;
    }
    let mut hidden = Hidden { source: &source, vars, spans: Vec::new() };
    for piece in template.ast() {
        match piece {
            Piece::Text(span) => hidden.text(*span),
            Piece::Expression(expression) => hidden.expr(&expression.expr),
        }
    }
    let mut kept = line[..start].to_owned();
    if start > 0 && may_be_token(&line[..start]) {
        return None;
    }
    let (mut at, end) = (before.len(), source.len() - after.len());
    hidden.spans.sort();
    for span in &hidden.spans {
        kept.push_str(&source[at..span.range().start]);
        kept.push('…');
        at = span.range().end;
    }
    kept.push_str(&source[at..end]);
    Some(kept)
}

/// Gathers what is not to be kept.
struct Hidden<'s> {
    source: &'s str,
    vars: &'s Value,
    spans: Vec<Span>,
}

impl Hidden<'_> {
    fn text(&mut self, span: Span) {
        if !is_harmless(&self.source[span.range()]) {
            self.spans.push(span);
        }
    }

    fn name(&mut self, name: Name) {
        let written = name.resolve(self.source);
        let known = self.vars.get(written).is_some() || Root::named(written).is_some();
        if !known && may_be_token(written) {
            self.spans.push(name.span);
        }
    }
}

impl<'s> Visitor<'s> for Hidden<'s> {
    fn expr(&mut self, expr: &'s Expr) {
        match &expr.kind {
            ExprKind::Text(text) => self.text(text.content),
            ExprKind::Number(_) if expr.span.len() >= SHORTEST_DIGITS => self.spans.push(expr.span),
            _ => {}
        }
        ast::walk(self, expr);
    }

    fn path(&mut self, path: &'s ast::Path, _: &'s Expr) {
        self.name(path.root);
        for segment in &path.segments {
            if let ast::SegmentKind::Name(name) = &segment.kind {
                self.name(*name);
            }
        }
    }

    fn call(&mut self, call: &'s ast::Call, node: &'s Expr) {
        let _ = node;
        if call.function.is_none() {
            self.name(call.name);
        }
    }
}

/// Long, or with digits among its letters and not short.
fn may_be_token(name: &str) -> bool {
    let length = name.chars().count();
    length >= 2 * SHORTEST_TOKEN
        || length >= SHORTEST_TOKEN && name.contains(|character: char| character.is_ascii_digit())
}

/// Whether a text is plainly no secret.
fn is_harmless(text: &str) -> bool {
    let is_format = |text: &str| text.bytes().all(|byte| b"YMDHhmsSAaZTXxQEWGdowk-/:., []".contains(&byte));
    text.chars().count() <= HARMLESS_LENGTH || is_format(text) || WORDS.contains(&text) || Zone::named(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_may_be_secrets_are_not_kept() {
        let vars = Value::from_json(&serde_json::json!({ "connectionOfMyOwn1": 1 }));
        let table = [
            ("1 + 2", Some("1 + 2")),
            ("addMinutes(now, 5)", Some("addMinutes(now, 5)")),
            (
                "formatDate(now, 'YYYY-MM-DD HH:mm', 'Europe/Prague')",
                Some("formatDate(now, 'YYYY-MM-DD HH:mm', 'Europe/Prague')"),
            ),
            ("join(split('a,b', ','), '-')", Some("join(split('a,b', ','), '-')")),
            ("let token = 'hunter2'", Some("let token = '…'")),
            ("sha256(body.text, 'hex', \"hunter2\")", Some("sha256(body.text, 'hex', \"…\")")),
            ("'hunter2' + `hunter2`", Some("'…' + `hunter2`")),
            ("Bearer hunter2 {{now}}", Some("…{{now}}")),
            ("{{upper('hunter2')}} and more", Some("{{upper('…')}}…")),
            ("AKIA1234567890ABCDEF", Some("…")),
            ("let key = xoxb1234567890abcdef.rest", Some("let key = ….rest")),
            ("connectionOfMyOwn1 + 1", Some("connectionOfMyOwn1 + 1")),
            ("12345678901234567890", Some("…")),
            ("1704067200000", Some("1704067200000")),
            (" let token = 5", None),
            ("hunter2 'hunter2", None),
            ("", None),
        ];
        for (line, expected) in table {
            assert_eq!(kept(line, &vars).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn lines_come_back_in_the_next_session() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let history = History::at(folder.path().join("deep/eval-history"));
        assert_eq!(history.lines(), Vec::<String>::new());
        for line in ["1 + 1", "1 + 1", "let secret = 'hunter2'"] {
            history.add(line, &Value::Undefined).expect("it is written");
        }
        assert_eq!(history.lines(), ["1 + 1", "let secret = '…'"]);
        for number in 0..MOST_LINES {
            history.add(&format!("{number} + 0"), &Value::Undefined).expect("it is written");
        }
        assert_eq!((history.lines().len(), history.lines()[0].as_str()), (MOST_LINES, "0 + 0"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(history.path()).expect("it is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
