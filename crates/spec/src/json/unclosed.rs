//! Brackets that are never closed: which ones, and where that is told. By counting alone it is always the outermost; the
//! indentation tells the one that is meant, as long as it agrees with the count.

use connspec_diagnostics::{Diagnostic, Fix};

use super::Reader;
use super::lexical::Scan;
use super::messages::REFUSED;
use super::recover::{self, Unclosed};
use crate::rules;

/// The finding for a text that ends while brackets are open.
pub(super) fn finding(reader: &Reader<'_>, scan: &Scan) -> Option<Diagnostic> {
    let innermost = *scan.open.last()?;
    let by_indentation = recover::unclosed(reader);
    // Nothing of a file stands outside of its first bracket.
    let inside = by_indentation.iter().find(|one| one.ends < reader.text.len() && one.opens != scan.open[0]);
    Some(match inside.filter(|_| by_indentation.len() == scan.open.len()) {
        Some(one) => told_where_it_opens(reader, one),
        None => told_at_the_end(reader, scan, innermost),
    })
}

fn told_where_it_opens(reader: &Reader<'_>, Unclosed { opens, ends }: &Unclosed) -> Diagnostic {
    let (kind, closing) = bracket(reader, *opens);
    let line = reader.text[..*ends].matches('\n').count() + 1;
    rules::JSON_SYNTAX
        .finding(format!("this {kind} is never closed: by its indentation it ends before line {line}"))
        .at(reader.place(*opens, opens + 1))
        .also(reader.place(*ends, ends + 1), "this is outside of it")
        .why(REFUSED)
        .help(format!("add the missing `{closing}`"))
}

fn told_at_the_end(reader: &Reader<'_>, scan: &Scan, innermost: usize) -> Diagnostic {
    let (kind, closing) = bracket(reader, innermost);
    let (line, column) = position(reader, innermost);
    let place = reader.place(scan.end, scan.end);
    let missing: String = scan.open.iter().rev().map(|opens| bracket(reader, *opens).1).collect();
    let rest = if scan.open.len() > 1 { ", nor is what is around it" } else { "" };
    let message =
        format!("`{missing}` is missing here: the {kind} that begins at {line}:{column} is never closed{rest}");
    let finding = rules::JSON_SYNTAX
        .finding(message)
        .at(place)
        .also(reader.place(innermost, innermost + 1), "opened here")
        .why(REFUSED)
        .help(format!("add the missing `{missing}`"));
    // Where more is missing, the file was rather cut off.
    if scan.open.len() > 1 {
        return finding;
    }
    let written = format!("{}{closing}", line_break(reader, scan.end, innermost));
    finding.fix(Fix::suggestion(format!("add the missing `{closing}`")).replace(place, written))
}

/// What the bracket at an offset opens, and what closes it.
fn bracket(reader: &Reader<'_>, at: usize) -> (&'static str, char) {
    if reader.text.as_bytes()[at] == b'{' { ("object", '}') } else { ("list", ']') }
}

/// Line and column as an editor shows them.
fn position(reader: &Reader<'_>, at: usize) -> (usize, usize) {
    let before = &reader.text[..at];
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[line..].encode_utf16().count() + 1)
}

/// The line break in front of a closing bracket, and its indentation: those of the line that opens, unless all is on one.
fn line_break(reader: &Reader<'_>, end: usize, opens: usize) -> String {
    let text = reader.text;
    if !text[opens..end].contains('\n') {
        return String::new();
    }
    let line = text[..opens].rfind('\n').map_or(0, |end| end + 1);
    let indented = text[line..].len() - text[line..].trim_start_matches([' ', '\t']).len();
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    format!("{ending}{}", &text[line..line + indented])
}
