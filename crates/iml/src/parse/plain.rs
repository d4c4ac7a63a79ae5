//! The quick way to what most expressions are: a variable with steps by name, `body.data.id`. Whatever else there is, the
//! grammar reads.

use connspec_diagnostics::Span;

use super::operands::lone_name;
use crate::Root;
use crate::ast::{Expr, ExprKind, Name, Path, Segment, SegmentKind};

/// The variable or keyword that stands alone in `body` of `source`, with nothing to say about it; none when there may be
/// more to it.
pub(super) fn variable(source: &str, body: Span) -> Option<Expr> {
    let text = &source[body.range()];
    let trimmed = text.trim_matches(' ');
    let start = body.start as usize + (text.len() - text.trim_start_matches(' ').len());
    let bytes = trimmed.as_bytes();
    let mut names = Names { bytes, at: 0 };
    let first = names.next()?;
    let name = |end: usize, from: usize| Name { span: Span::new(start + from, start + end), quoted: false };
    let root = name(first, 0);
    if first == bytes.len() {
        return Some(lone_name(root, source));
    }
    let mut segments = Vec::with_capacity(bytes.iter().filter(|byte| **byte == b'.').count());
    while names.at < bytes.len() {
        let dot = names.at;
        names.at += 1;
        let end = names.next()?;
        let span = Span::new(start + dot, start + end);
        segments.push(Segment { kind: SegmentKind::Name(name(end, dot + 1)), span });
    }
    let known = Root::named(root.resolve(source));
    Some(Expr { kind: ExprKind::Path(Path { root, known, segments }), span: Span::new(start, start + bytes.len()) })
}

/// Reads plain names: letters, digits and underscores, no digit first.
struct Names<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Names<'_> {
    /// The end of the name that starts here, when a dot or nothing follows it.
    fn next(&mut self) -> Option<usize> {
        let rest = &self.bytes[self.at..];
        let starts = rest.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        self.at += length;
        let ends = matches!(self.bytes.get(self.at), None | Some(b'.'));
        (starts && ends).then_some(self.at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::parse::{Parsed, by_grammar, plain};
    use crate::template::Body;
    use crate::{Options, ast::Expr};
    use connspec_diagnostics::Span;

    /// What the quick way and the grammar make of an expression; of the grammar's only what is whole and unremarkable.
    fn both(text: &str) -> (Option<Expr>, Option<Expr>) {
        let source = format!("x{{{{{text}}}}}");
        let body = Body { start: 3, end: 3 + text.len(), depth: 0 };
        let mut findings = Vec::new();
        let Parsed { expr, broken, calls } = by_grammar(&source, &body, &Options::default(), &mut findings);
        let plainly = findings.is_empty() && broken.is_none() && calls == 0;
        (plain::variable(&source, Span::new(body.start, body.end)), plainly.then_some(expr))
    }

    #[test]
    fn variables_and_keywords_are_read_quickly() {
        for text in
            ["body", "body.data.id", " temp.code ", "_a1._2", "true", "undefined", "now", "a.true", "emptystring"]
        {
            let (quick, grammar) = both(text);
            assert!(quick.is_some() && quick == grammar, "{text}: {quick:?} {grammar:?}");
        }
    }

    #[test]
    fn everything_else_is_left_to_the_grammar() {
        for text in [
            "", " ", "a b", "a..b", ".a", "a.", "a.0", "1.a", "a-b", "a.b()", "f(x)", "a[1]", "a:b", "a\tb", "ä",
            "`a`", "'a'",
        ] {
            assert_eq!(both(text).0, None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_quick_way_agrees_with_the_grammar(text in "[ab_.0 -:é]{0,12}") {
            let (quick, grammar) = both(&text);
            if quick.is_some() {
                prop_assert_eq!(quick, grammar);
            }
        }
    }
}
