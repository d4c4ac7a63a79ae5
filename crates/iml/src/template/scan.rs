//! Finding the `{{ }}` of a template: to the first `}}` outside quotes and backticks (iml.md §2).

use connspec_diagnostics::{Severity, Span};

use crate::ast::{Expression, Piece};
use crate::parse::{self, Parsed};
use crate::{Finding, Options};

/// So many `{{` without an end are looked at; what follows is text.
const UNCLOSED_TRIED: usize = 64;

/// What scanning gives.
pub(super) struct Scanned {
    pub(super) pieces: Vec<Piece>,
    pub(super) findings: Vec<Finding>,
    /// How many calls make values of their own.
    pub(super) calls: usize,
}

pub(super) fn template(source: &str, options: &Options) -> Scanned {
    let mut scanned = Scanned { pieces: Vec::new(), findings: Vec::new(), calls: 0 };
    let (mut text_start, mut at, mut unclosed, mut quotes) = (0, 0, 0, Quotes::default());
    while let Some(open) = double_brace(source, at) {
        let Some(body) = body(source.as_bytes(), open + 2, &mut quotes) else {
            scanned.findings.push(unclosed_finding(open));
            unclosed += 1;
            if unclosed == UNCLOSED_TRIED {
                break;
            }
            at = open + 2;
            continue;
        };
        if text_start < open {
            scanned.pieces.push(Piece::Text(Span::new(text_start, open)));
        }
        let end = body.end + 2;
        let Parsed { expr, broken, calls } = parse::expression(source, &body, options, &mut scanned.findings);
        scanned.calls += calls;
        scanned.pieces.push(Piece::Expression(Expression { span: Span::new(open, end), expr, broken }));
        (text_start, at) = (end, end);
    }
    if text_start < source.len() {
        scanned.pieces.push(Piece::Text(Span::new(text_start, source.len())));
    }
    scanned
}

/// Where the next `{{` stands, from `at` on.
fn double_brace(source: &str, mut at: usize) -> Option<usize> {
    // A search for one character is several times faster than one for two.
    loop {
        at += source[at..].find('{')?;
        if source.as_bytes().get(at + 1) == Some(&b'{') {
            return Some(at);
        }
        at += 1;
    }
}

fn unclosed_finding(open: usize) -> Finding {
    Finding::new(
        "unbalanced-braces",
        Severity::Warning,
        Span::new(open, open + 2),
        "`{{` without a closing `}}` is sent as it stands",
        "close the expression with `}}`, or write {{'{{'}} when the braces are meant",
    )
}

/// What stands between the braces, and how deep its brackets nest.
pub(crate) struct Body {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) depth: u32,
}

/// Reads quotes; remembers for each kind from where on it is never closed, so that a text is not read
/// again and again.
#[derive(Default)]
struct Quotes {
    hopeless_from: [Option<usize>; 3],
}

impl Quotes {
    /// Where the quote that opens at `open` closes; a backslash before the same quote or before a
    /// backslash escapes it, in backticks nothing does (iml.md §4).
    fn closing(&mut self, source: &[u8], open: usize) -> Option<usize> {
        let quote = source[open];
        let hopeless_from = &mut self.hopeless_from[match quote {
            b'\'' => 0,
            b'"' => 1,
            _ => 2,
        }];
        if hopeless_from.is_some_and(|from| from <= open) {
            return None;
        }
        let mut at = open + 1;
        while let Some(&byte) = source.get(at) {
            match byte {
                _ if byte == quote => return Some(at),
                b'\\' if quote != b'`' => at += 2,
                _ => at += 1,
            }
        }
        // Whatever stands after `open` is escaped, and stays so when read from a later quote.
        *hopeless_from = Some(open);
        None
    }
}

/// The expression that starts at `start`, up to the first `}}` outside quotes and backticks.
fn body(source: &[u8], start: usize, quotes: &mut Quotes) -> Option<Body> {
    let (mut at, mut open, mut depth) = (start, 0u32, 0u32);
    while let Some(&byte) = source.get(at) {
        match byte {
            b'}' if source.get(at + 1) == Some(&b'}') => return Some(Body { start, end: at, depth }),
            // A quote that is never closed hides nothing.
            b'\'' | b'"' | b'`' => at = quotes.closing(source, at).unwrap_or(at),
            b'(' | b'[' => {
                open += 1;
                depth = depth.max(open);
            }
            b')' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}
