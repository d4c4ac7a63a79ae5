//! What stands between the values of a JSON text: white space, comments, commas.

/// What follows a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tail {
    /// Where the comma is, if one follows.
    pub comma: Option<usize>,
    /// The end of what belongs to the value on its line: its comma and the comments behind it.
    pub same_line: usize,
}

/// Looks at what follows a value that ends at `end`.
pub(super) fn after_value(text: &str, end: usize) -> Tail {
    let mut tail = Tail { comma: None, same_line: end };
    let mut at = end;
    let mut is_same_line = true;
    loop {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start().len();
        let next = &rest[blank..];
        let closes = tail.comma.is_some() && (rest[..blank].contains('\n') || !next.starts_with('/'));
        if closes {
            return tail;
        }
        is_same_line &= !rest[..blank].contains('\n');
        at += blank;
        at += match next.as_bytes() {
            [b',', ..] if tail.comma.is_none() => {
                tail.comma = Some(at);
                1
            }
            [b'/', b'/', ..] => next.find(['\n', '\r']).unwrap_or(next.len()),
            [b'/', b'*', ..] => next.find("*/").map_or(next.len(), |end| end + 2),
            _ => return tail,
        };
        if is_same_line {
            tail.same_line = at;
        }
    }
}

/// The longest stretch of a line that is looked at, in bytes: longer lines are no lines people indent, and looking at
/// all of a minified file again and again would take forever.
const LONGEST_LINE: usize = 4096;

/// Where the line that holds `offset` begins; none when that is too far away.
pub(super) fn line_start(text: &str, offset: usize) -> Option<usize> {
    let from = offset.saturating_sub(LONGEST_LINE);
    let newline = text.as_bytes()[from..offset].iter().rposition(|byte| *byte == b'\n');
    newline.map(|at| from + at + 1).or((from == 0).then_some(0))
}

/// The white space at the start of the line that holds `offset`.
pub(super) fn line_indent(text: &str, offset: usize) -> &str {
    let Some(start) = line_start(text, offset) else { return "" };
    let line = text[start..].trim_start_matches('\u{feff}');
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Whether nothing but white space stands before `offset` on its line.
pub(super) fn starts_line(text: &str, offset: usize) -> bool {
    line_start(text, offset).is_some_and(|start| text[start..offset].trim_start_matches('\u{feff}').trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comma_and_comments_of_the_line_belong_to_the_value() {
        // Text, where the comma is, what of it belongs to the value's line.
        for (text, comma, own) in [
            ("1, 2", Some(1), "1,"),
            ("1 /* a */, // b\n2", Some(9), "1 /* a */, // b"),
            ("1 // a\n, 2", Some(7), "1 // a"),
            ("1\n// a , \n}", None, "1"),
            ("1, // a", Some(1), "1, // a"),
            ("1 }", None, "1"),
            ("1, /* a */ 2", Some(1), "1, /* a */"),
        ] {
            let tail = after_value(text, 1);
            assert_eq!((tail.comma, &text[..tail.same_line]), (comma, own), "{text}");
        }
    }

    #[test]
    fn the_indentation_is_that_of_the_line() {
        assert_eq!(line_indent("a\n \t b c", 7), " \t ");
        assert_eq!(line_indent("\u{feff}{", 3), "");
        assert!(starts_line("a\n  b", 4) && !starts_line("a\n  b", 5) && starts_line("b", 0));
        let minified = " ".repeat(LONGEST_LINE + 1);
        assert!(!starts_line(&minified, minified.len()) && line_indent(&minified, minified.len()).is_empty());
    }
}
