//! From an offset in a decoded JSON string back to the offset in the file.
//!
//! `"a\u00e9\n{{x}}"` in the file is a shorter text once decoded; a finding about `x` is found in the
//! decoded text and must be shown in the file. The map keeps one entry per escape, so a string without
//! escapes costs nothing.

use crate::Span;

/// Carries spans of a decoded JSON string back to the file it was written in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EscapeMap {
    /// File offset of the decoded text's first byte.
    start: u32,
    /// One entry per escape. Boxed, because most texts have none and there are many texts.
    #[expect(clippy::box_collection, reason = "a third of the room where there is none")]
    escapes: Option<Box<Vec<Escape>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Escape {
    decoded: Span,
    file: Span,
}

impl EscapeMap {
    /// A map for text that stands in the file as it is, from file offset `start` on.
    pub fn verbatim(start: u32) -> Self {
        Self { start, escapes: None }
    }

    fn escapes(&self) -> &[Escape] {
        self.escapes.as_deref().map_or(&[], Vec::as_slice)
    }

    /// Decodes a JSON string literal (with its quotes) that stands at file offset `literal_start`.
    ///
    /// Never fails: an escape JSON does not know is kept as written, a lone surrogate becomes U+FFFD, a
    /// missing closing quote ends the text at the end of the literal. Whether the literal is valid JSON
    /// is the JSON reader's question.
    pub fn for_json_string(literal: &str, literal_start: u32) -> (String, Self) {
        let quote = literal.chars().next().filter(|first| matches!(first, '"' | '\''));
        let open = quote.map_or(0, char::len_utf8);
        let mut map = Self::verbatim(literal_start + open as u32);
        // Most texts hold no escape.
        let inner = &literal[open..];
        if !inner.contains('\\') {
            let text = quote.and_then(|quote| inner.find(quote)).map_or(inner, |end| &inner[..end]);
            return (text.to_owned(), map);
        }
        let mut decoded = String::with_capacity(literal.len());
        let mut at = open;
        while let Some(character) = literal[at..].chars().next() {
            if Some(character) == quote {
                break;
            }
            if character != '\\' {
                decoded.push(character);
                at += character.len_utf8();
                continue;
            }
            let (text, length) = decode_escape(&literal[at..]);
            let from = decoded.len();
            match text {
                Some(text) => decoded.push(text),
                None => decoded.push_str(&literal[at..at + length]),
            }
            map.escapes.get_or_insert_default().push(Escape {
                decoded: Span::new(from, decoded.len()),
                file: Span::new(at, at + length).shift(literal_start),
            });
            at += length;
        }
        (decoded, map)
    }

    /// The file offset of a decoded offset; inside an escape, the escape's start.
    pub fn to_file_offset(&self, decoded: u32) -> u32 {
        let escapes = self.escapes();
        let index = escapes.partition_point(|escape| escape.decoded.end <= decoded);
        if let Some(next) = escapes.get(index)
            && next.decoded.start <= decoded
        {
            return next.file.start;
        }
        match index.checked_sub(1).map(|before| escapes[before]) {
            Some(before) => before.file.end + (decoded - before.decoded.end),
            None => self.start + decoded,
        }
    }

    /// The file's range of a decoded range; a range that ends inside an escape takes the whole escape.
    pub fn to_file(&self, decoded: Span) -> Span {
        let escapes = self.escapes();
        if escapes.is_empty() {
            return decoded.shift(self.start);
        }
        let start = self.to_file_offset(decoded.start);
        if decoded.is_empty() {
            return Span { start, end: start };
        }
        let index = escapes.partition_point(|escape| escape.decoded.end < decoded.end);
        let end = match escapes.get(index) {
            Some(escape) if escape.decoded.start < decoded.end => escape.file.end,
            _ => self.to_file_offset(decoded.end - 1) + 1,
        };
        Span { start, end: end.max(start) }
    }
}

/// Decodes one escape at the start of `text`: the character (none when it is no escape) and its length.
fn decode_escape(text: &str) -> (Option<char>, usize) {
    let simple = |decoded| (Some(decoded), 2);
    match text.as_bytes().get(1) {
        Some(b'"') => simple('"'),
        Some(b'\'') => simple('\''),
        Some(b'\\') => simple('\\'),
        Some(b'/') => simple('/'),
        Some(b'b') => simple('\u{8}'),
        Some(b'f') => simple('\u{c}'),
        Some(b'n') => simple('\n'),
        Some(b'r') => simple('\r'),
        Some(b't') => simple('\t'),
        Some(b'u') => decode_unicode(text),
        _ => (None, 1),
    }
}

fn decode_unicode(text: &str) -> (Option<char>, usize) {
    let unit = |at: usize| {
        let digits = text.get(at + 2..at + 6)?;
        let escaped = text.get(at..at + 2)? == "\\u" && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        escaped.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    };
    let Some(first) = unit(0) else { return (None, 1) };
    if let Some(second) = unit(6)
        && let Some(Ok(character)) = char::decode_utf16([first, second]).next()
        && character.len_utf16() == 2
    {
        return (Some(character), 12);
    }
    (Some(char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER)), 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every decoded character, and the file text it came from.
    fn pieces(literal: &str) -> Vec<(String, String)> {
        let prefix = "xyz: ";
        let file = format!("{prefix}{literal},");
        let (decoded, map) = EscapeMap::for_json_string(literal, prefix.len() as u32);
        decoded
            .char_indices()
            .map(|(at, character)| {
                let span = map.to_file(Span::new(at, at + character.len_utf8()));
                (character.to_string(), file[span.range()].to_owned())
            })
            .collect()
    }

    fn pair(decoded: &str, written: &str) -> (String, String) {
        (decoded.to_owned(), written.to_owned())
    }

    #[test]
    fn each_decoded_character_finds_what_was_written() {
        assert_eq!(pieces(r#""ab""#), [pair("a", "a"), pair("b", "b")]);
        assert_eq!(pieces(r#""a\nb""#), [pair("a", "a"), pair("\n", r"\n"), pair("b", "b")]);
        assert_eq!(pieces(r#""\"\\\/""#), [pair("\"", r#"\""#), pair("\\", r"\\"), pair("/", r"\/")]);
        assert_eq!(
            pieces(r#""é\u00e9😀\ud83d\ude00z""#),
            [pair("é", "é"), pair("é", r"\u00e9"), pair("😀", "😀"), pair("😀", r"\ud83d\ude00"), pair("z", "z"),]
        );
    }

    #[test]
    fn what_is_no_escape_is_kept_as_written() {
        assert_eq!(EscapeMap::for_json_string(r#""\d\u12""#, 0).0, r"\d\u12");
        assert_eq!(EscapeMap::for_json_string(r#""\ud83d!""#, 0).0, "\u{fffd}!");
        assert_eq!(EscapeMap::for_json_string(r#""open"#, 0).0, "open");
        assert_eq!(EscapeMap::for_json_string("\"end\\", 0).0, "end\\");
        assert_eq!(EscapeMap::for_json_string("", 0).0, "");
        assert_eq!(EscapeMap::for_json_string("'it'", 0).0, "it");
    }

    #[test]
    fn ranges_across_escapes_are_whole() {
        let literal = r#""{{a \u003c b}}""#;
        let (decoded, map) = EscapeMap::for_json_string(literal, 10);
        let whole = map.to_file(Span::new(0, decoded.len()));
        assert_eq!(whole, Span::new(11, 10 + literal.len() - 1));
        let less = decoded.find('<').expect("the text has a <");
        assert_eq!(map.to_file(Span::new(less, less + 1)).len(), 6);
        assert_eq!(map.to_file(Span::at(decoded.len())), Span::at(10 + literal.len() - 1));
        assert_eq!(map.to_file(Span::at(0)), Span::at(11));
    }
}
