//! The quick way through a text that is in order: one pass straight into the tree.
//!
//! Whatever is out of the ordinary, even where it is allowed, ends it: the thorough readers beside it know how to say
//! what is wrong, and take several times as long.

use connspec_diagnostics::EscapeMap;
use memchr::memchr2;

use super::{MAX_DEPTH, Reader};
use crate::node::{Member, Node, NodeValue, Text};

/// The tree of a text about which there is nothing to say; none when there may be something.
pub(super) fn tree(reader: &Reader<'_>) -> Option<Node> {
    let mut quick = Quick { reader, bytes: reader.text.as_bytes(), at: 0, members: Vec::new(), elements: Vec::new() };
    quick.blank()?;
    let node = quick.value(0)?;
    quick.blank()?;
    (quick.at == quick.bytes.len()).then_some(node)
}

struct Quick<'r> {
    reader: &'r Reader<'r>,
    bytes: &'r [u8],
    at: usize,
    /// What has been read of the objects and lists that are open, the innermost last: how many entries one has is
    /// known at its end.
    members: Vec<Member>,
    elements: Vec<Node>,
}

/// Each byte of a word the same.
const fn all(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// How many bytes there are before the first whose top bit `marks` sets in a word of eight. Bits behind that one may be
/// set for no reason.
fn before_mark(text: &[u8], marks: impl Fn(u64) -> u64) -> usize {
    let mut count = 0;
    while let Some(next) = text[count..].first_chunk::<8>() {
        let marked = marks(u64::from_le_bytes(*next)) & all(0x80);
        if marked != 0 {
            return count + marked.trailing_zeros() as usize / 8;
        }
        count += 8;
    }
    let mut last = [0; 8];
    let rest = &text[count..];
    last[..rest.len()].copy_from_slice(rest);
    let marked = marks(u64::from_le_bytes(last)) & all(0x80);
    count + rest.len().min(marked.trailing_zeros() as usize / 8)
}

/// How many blanks and line ends a text begins with. Lines are indented by many.
fn blanks(text: &[u8]) -> usize {
    before_mark(text, |word| {
        // The top bit of each byte that is another one.
        let is_not = |byte: u8| {
            let others = word ^ all(byte);
            ((others & all(0x7f)) + all(0x7f)) | others
        };
        is_not(b' ') & is_not(b'\n') & is_not(b'\r') & is_not(b'\t')
    })
}

/// How many bytes of a text stand for themselves: up to a quote, a backslash or a control character.
fn plain(text: &[u8]) -> usize {
    let below = |word: u64, least: u8| word.wrapping_sub(all(least)) & !word;
    let is = |word: u64, byte: u8| below(word ^ all(byte), 1);
    before_mark(text, |word| is(word, b'"') | is(word, b'\\') | below(word, b' '))
}

/// Every whole number of so many digits is a double.
const EXACT_DIGITS: usize = 15;

impl Quick<'_> {
    fn next(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Passes over white space and comments. Within a line there is mostly none, or one space.
    #[inline]
    fn blank(&mut self) -> Option<()> {
        self.at += usize::from(self.next() == Some(b' '));
        match self.next() {
            Some(next) if next <= b' ' || next == b'/' => self.blanks(),
            _ => Some(()),
        }
    }

    fn blanks(&mut self) -> Option<()> {
        loop {
            let Some(next) = self.next() else { return Some(()) };
            if next > b' ' && next != b'/' {
                return Some(());
            }
            if next == b'/' {
                self.comment()?;
                continue;
            }
            match blanks(&self.bytes[self.at..]) {
                0 => return Some(()),
                count => self.at += count,
            }
        }
    }

    fn comment(&mut self) -> Option<()> {
        let rest = &self.bytes[self.at..];
        self.at += match rest {
            [b'/', b'/', ..] => memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()),
            [b'/', b'*', inside @ ..] => 2 + inside.windows(2).position(|pair| pair == b"*/")? + 2,
            _ => return None,
        };
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        let start = self.at;
        let value = match self.next()? {
            b'"' => NodeValue::Text(self.text()?),
            b'{' if depth < MAX_DEPTH => NodeValue::Object(self.object(depth + 1)?.into()),
            b'[' if depth < MAX_DEPTH => NodeValue::Array(self.array(depth + 1)?),
            b't' => self.word("true", NodeValue::Bool(true))?,
            b'f' => self.word("false", NodeValue::Bool(false))?,
            b'n' => self.word("null", NodeValue::Null)?,
            _ => self.number()?,
        };
        Some(Node { place: self.reader.place(start, self.at), value })
    }

    fn object(&mut self, depth: usize) -> Option<Vec<Member>> {
        self.at += 1;
        let first = self.members.len();
        self.blank()?;
        if self.next()? == b'}' {
            self.at += 1;
            return Some(Vec::new());
        }
        loop {
            let member = self.member(depth)?;
            self.members.push(member);
            if self.is_last(b'}')? {
                return Some(self.members.split_off(first));
            }
        }
    }

    fn member(&mut self, depth: usize) -> Option<Member> {
        let start = self.at;
        if self.next()? != b'"' {
            return None;
        }
        let Text { value: key, escapes: key_escapes, .. } = self.text()?;
        let key_place = self.reader.place(start, self.at);
        self.blank()?;
        if self.next()? != b':' {
            return None;
        }
        self.at += 1;
        self.blank()?;
        Some(Member { key: key.into(), key_place, key_escapes, value: self.value(depth)? })
    }

    fn array(&mut self, depth: usize) -> Option<Vec<Node>> {
        self.at += 1;
        let first = self.elements.len();
        self.blank()?;
        if self.next()? == b']' {
            self.at += 1;
            return Some(Vec::new());
        }
        loop {
            let element = self.value(depth)?;
            self.elements.push(element);
            if self.is_last(b']')? {
                return Some(self.elements.split_off(first));
            }
        }
    }

    /// What follows an entry: the closing bracket, or a comma with the next entry behind it.
    fn is_last(&mut self, closing: u8) -> Option<bool> {
        self.blank()?;
        let found = self.next()?;
        self.at += 1;
        if found == closing {
            return Some(true);
        }
        self.blank()?;
        (found == b',' && self.next()? != closing).then_some(false)
    }

    fn text(&mut self) -> Option<Text> {
        let start = self.at;
        let mut has_escape = false;
        self.at += 1;
        loop {
            self.at += plain(&self.bytes[self.at..]);
            match self.next()? {
                b'"' => break,
                b'\\' => {
                    has_escape = true;
                    self.at += self.escape()?;
                }
                _ => return None,
            }
        }
        self.at += 1;
        if has_escape {
            return Some(self.reader.text(start, self.at));
        }
        let inside = self.reader.place(start + 1, self.at - 1).span;
        let written = &self.reader.text[start + 1..self.at - 1];
        Some(Text::new(written, EscapeMap::verbatim(inside.start)))
    }

    /// The length of the escape that comes next.
    fn escape(&self) -> Option<usize> {
        match self.bytes.get(self.at + 1)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
            b'u' => {
                let digits = self.reader.text.get(self.at + 2..self.at + 6)?;
                let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                // Half a character may be one too few.
                let is_half = digits.starts_with(['d', 'D']) && !digits[1..].starts_with(|next| next < '8');
                (is_hexadecimal && !is_half).then_some(6)
            }
            _ => None,
        }
    }

    fn word(&mut self, word: &str, value: NodeValue) -> Option<NodeValue> {
        self.reader.text[self.at..].starts_with(word).then(|| self.at += word.len())?;
        let goes_on = self.next().is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
        (!goes_on).then_some(value)
    }

    /// A number without an exponent and with few digits: no other is rounded.
    fn number(&mut self) -> Option<NodeValue> {
        let start = self.at;
        self.at += usize::from(self.next() == Some(b'-'));
        let leading_zero = self.next() == Some(b'0');
        let whole = self.digits()?;
        if leading_zero && whole > 1 {
            return None;
        }
        if self.next() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if self.next().is_some_and(|byte| !matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' | b'/')) {
            return None;
        }
        let text = &self.reader.text[start..self.at];
        let value = text.parse().ok().filter(|_| text.len() <= EXACT_DIGITS)?;
        Some(NodeValue::Number { value, text: text.into() })
    }

    /// How many digits come next: at least one.
    fn digits(&mut self) -> Option<usize> {
        let start = self.at;
        while self.next().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then(|| self.at - start)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "a test may be asked to look longer")]

    use connspec_diagnostics::SourceMap;
    use proptest::prelude::*;

    use super::*;
    use crate::json::Reading;

    /// What the quick and the thorough reader make of a text.
    fn both(text: &str) -> (Option<Node>, Reading) {
        let reader = Reader { source: SourceMap::new().add("t", text), text, offset: 0 };
        (tree(&reader), reader.read_thoroughly())
    }

    /// The quick reader gives nothing, or what the thorough one gives without a word.
    fn agree(text: &str) -> bool {
        let (quick, thorough) = both(text);
        let Some(quick) = quick else { return true };
        thorough.findings.is_empty() && !thorough.guessed && thorough.node == Some(quick)
    }

    #[test]
    fn eight_bytes_are_looked_at_as_one_by_one() {
        let ends = |byte: u8| matches!(byte, b'"' | b'\\') || byte < b' ';
        for length in 0..20 {
            for at in 0..=length {
                for byte in 0..=u8::MAX {
                    let mut text = vec![b'x'; length];
                    let mut blank = vec![b' '; length];
                    if at < length {
                        text[at] = byte;
                        blank[at] = byte;
                    }
                    let plainly = text.iter().position(|byte| ends(*byte)).unwrap_or(length);
                    assert_eq!(plain(&text), plainly, "{text:?}");
                    let is_blank = |byte: &&u8| matches!(**byte, b' ' | b'\n' | b'\r' | b'\t');
                    assert_eq!(blanks(&blank), blank.iter().take_while(is_blank).count(), "{blank:?}");
                }
            }
        }
    }

    #[test]
    fn a_text_in_order_is_read_quickly() {
        for text in [
            "{}",
            " [ ] // end",
            "/* a */ {\"a\" /* b */ : // c\r\n [1, -2.5, 0, \"x\"], \"b\": {\"c\": null, \"d\": true}}\n",
            r#"{"a\n\u00e9\"": "\\ \/ 😀 {{x}}", "a": false}"#,
            "\"text\"",
        ] {
            assert!(both(text).0.is_some() && agree(text), "{text}");
        }
    }

    #[test]
    fn everything_else_is_left_to_the_thorough_reader() {
        let deep = "[".repeat(MAX_DEPTH + 1) + &"]".repeat(MAX_DEPTH + 1);
        for text in [
            "",
            "{",
            "{}}",
            "{,}",
            "[1,]",
            "{\"a\": 1,}",
            "{'a': 1}",
            "{a: 1}",
            "[1 2]",
            "{\"a\" 1}",
            "[01]",
            "[1e5]",
            "[+1]",
            "[.5]",
            "[1.]",
            "[-]",
            "[1234567890123456]",
            "[tru]",
            "[truex]",
            "[\"\t\"]",
            "[\"\n\"]",
            "[\"a]",
            r#"["\d"]"#,
            r#"["\u12"]"#,
            r#"["\ud83d\ude00"]"#,
            "[/ 1]",
            "[/* 1]",
            "[\u{a0}1]",
            "// nothing",
            &deep,
        ] {
            assert!(both(text).0.is_none(), "{text}");
        }
    }

    /// Pieces out of which texts are put together that are nearly JSON.
    fn piece() -> impl Strategy<Value = String> {
        let pieces = [
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "'",
            "\\",
            "\\n",
            "\\u00e9",
            "\\ud83d",
            "\\x",
            "//",
            "/*",
            "*/",
            "\n",
            "\r",
            "\t",
            " ",
            "\u{a0}",
            "\u{2028}",
            "\u{b}",
            "\u{c}",
            "\u{feff}",
            "0",
            "1",
            "-",
            "+",
            ".",
            "e",
            "true",
            "null",
            "NaN",
            "x",
            "é",
            "\"a\":",
            "\"b\": {\"c\": [1, ",
            "\"k\": \"v\"",
            "123456789012345678",
        ];
        proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("CONNSPEC_LONG").is_some() { 2_000_000 } else { 4_000 }))]

        #[test]
        fn both_readers_agree_about_scraps(pieces in proptest::collection::vec(piece(), 0..14)) {
            let text = pieces.concat();
            prop_assert!(agree(&text), "{}", text);
            let wrapped = format!("{{\"a\": [{text}]}}");
            prop_assert!(agree(&wrapped), "{}", wrapped);
            let quoted = format!("[\"{text}\"]");
            prop_assert!(agree(&quoted), "{}", quoted);
        }
    }
}
