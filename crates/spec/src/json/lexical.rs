//! A pass over the characters before parsing: how deep does it nest, which texts break over a line, where do
//! trailing commas stand. It allocates nothing per character and does not recurse, so no input can exhaust it.

use connspec_diagnostics::Span;

/// What the pass noticed. All offsets are bytes of the text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    /// The bracket that opens one level too many.
    pub too_deep: Option<usize>,
    /// The first text that holds a raw line break: from its quote to the end of the line.
    pub line_break_in_text: Option<Span>,
    /// Commas directly before a closing bracket.
    pub trailing_commas: Vec<usize>,
    /// Raw control characters within texts, line breaks aside.
    pub control_characters: Vec<ControlCharacter>,
    /// The brackets that are open at the end, by counting alone.
    pub open: Vec<usize>,
    /// Where the last character ends that is neither white space nor comment.
    pub end: usize,
}

/// A raw control character within a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ControlCharacter {
    /// Where it stands.
    pub at: usize,
    character: u8,
}

impl ControlCharacter {
    /// The JSON escape that means it.
    pub(super) fn escaped(&self) -> String {
        match self.character {
            b'\t' => "\\t".to_owned(),
            other => format!("\\u{other:04x}"),
        }
    }
}

/// Passes over `text`; stops at the first bracket nested deeper than `max_depth`.
pub(super) fn scan(text: &str, max_depth: usize) -> Scan {
    let bytes = text.as_bytes();
    let mut scan = Scan::default();
    let mut last_comma = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => at = scan.text(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = find(bytes, at, |byte| matches!(byte, b'\n' | b'\r'));
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = text[at + 2..].find("*/").map_or(bytes.len(), |end| at + 2 + end + 2);
                continue;
            }
            b'{' | b'[' => {
                scan.open.push(at);
                if scan.open.len() > max_depth {
                    scan.too_deep = Some(at);
                    return scan;
                }
            }
            b'}' | b']' => {
                scan.open.pop();
                scan.trailing_commas.extend(last_comma);
            }
            _ => {}
        }
        if byte == b',' {
            last_comma = Some(at);
        } else if !byte.is_ascii_whitespace() {
            last_comma = None;
        }
        at += 1;
        if !byte.is_ascii_whitespace() {
            scan.end = at.min(bytes.len());
        }
    }
    scan
}

impl Scan {
    /// Passes over the text that opens at `start`; returns the offset of its closing quote.
    fn text(&mut self, bytes: &[u8], start: usize) -> usize {
        let quote = bytes[start];
        let mut at = start + 1;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\n' | b'\r' => {
                    self.line_break_in_text.get_or_insert(Span::new(start, at));
                    // In single quotes it is rather an apostrophe in something that is no JSON at all.
                    if quote == b'\'' {
                        return at;
                    }
                }
                _ if byte == quote => return at,
                0..=0x1f => self.control_characters.push(ControlCharacter { at, character: byte }),
                _ => {}
            }
            at += 1;
        }
        bytes.len()
    }
}

fn find(bytes: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|byte| wanted(*byte)).map_or(bytes.len(), |offset| from + offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_outside_texts_and_comments() {
        assert_eq!(scan("[[1]]", 2).too_deep, None);
        assert_eq!(scan("[[[1]]]", 2).too_deep, Some(2));
        assert_eq!(scan(r#"["[[[", /* [[ */ 1 // [[["#, 1).too_deep, None);
        assert_eq!(scan(r#"["\"[["]"#, 1).too_deep, None);
        assert_eq!(scan("[][][]", 1).too_deep, None);
    }

    #[test]
    fn what_is_open_at_the_end_is_known() {
        for (text, open, end) in [
            ("[1]", vec![], 3),
            ("{\"a\": [1 // }\n", vec![0, 6], 8),
            ("{[]} ", vec![], 4),
            ("[\"é\" /* ] */", vec![0], 5),
            ("[\"", vec![0], 2),
        ] {
            let scan = scan(text, 9);
            assert_eq!((scan.open, scan.end), (open, end), "{text}");
        }
    }

    #[test]
    fn trailing_commas_are_found_across_comments() {
        let text = "{\"a\": [1, /* x */ ], // y,\n}";
        let found = scan(text, 9).trailing_commas;
        assert_eq!(found, [text.find(", /*").unwrap(), text.find(", // y").unwrap()]);
        assert!(scan("[1, 2, \",\"]", 9).trailing_commas.is_empty());
    }

    #[test]
    fn line_breaks_and_control_characters_in_texts_are_found() {
        assert_eq!(scan("{\"a\n\": \"b\"}", 9).line_break_in_text, Some(Span::new(1, 3)));
        assert_eq!(scan("{\"a\\\n\": 1}", 9).line_break_in_text, None, "an escaped break is the parser's to refuse");
        let tab = scan("\"a\tb\u{1}\"", 9).control_characters;
        assert_eq!(tab.iter().map(ControlCharacter::escaped).collect::<Vec<_>>(), ["\\t", "\\u0001"]);
    }
}
