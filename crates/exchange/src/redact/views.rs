//! A text seen through its escapes: percent-decoded, form-decoded, JSON-unescaped, with the way back.

use std::borrow::Cow;

/// Decoded bytes, each knowing where in the original text it began.
pub(super) struct View<'a> {
    pub bytes: Cow<'a, [u8]>,
    /// The original offset of each byte, and of the end; `None` where nothing was decoded.
    starts: Option<Vec<usize>>,
}

/// How deep escapes are undone: a URL inside the query of a URL inside JSON inside JSON.
const LEVELS: usize = 2;

/// What an escape means: up to four bytes, one character of UTF-8.
struct Meaning {
    bytes: [u8; 4],
    length: usize,
}

impl Meaning {
    fn byte(byte: u8) -> Self {
        Self { bytes: [byte, 0, 0, 0], length: 1 }
    }

    fn character(character: char) -> Self {
        let mut bytes = [0; 4];
        let length = character.encode_utf8(&mut bytes).len();
        Self { bytes, length }
    }
}

impl<'a> View<'a> {
    /// Every reading of `text` in which a secret may hide, itself included.
    ///
    /// `spaces` says whether reading `+` as a space can matter. The number of views is fixed, so the
    /// work stays linear in the text.
    pub fn all(text: &'a str, spaces: bool) -> Vec<View<'a>> {
        let plain = View { bytes: Cow::Borrowed(text.as_bytes()), starts: None };
        let mut views = Vec::new();
        for unescaped in levels(plain, json_unescape) {
            for (depth, decoded) in levels(unescaped, percent_decode).into_iter().enumerate() {
                views.extend(if spaces { form_decode(&decoded) } else { None });
                // JSON within a query: its escapes show only now.
                let json = if depth > 0 { json_unescape(&decoded) } else { None };
                views.push(decoded);
                views.extend(json);
            }
        }
        views
    }

    /// The original offsets of the bytes `from..to`.
    pub fn original(&self, from: usize, to: usize) -> (usize, usize) {
        (self.start(from), self.start(to))
    }

    fn start(&self, at: usize) -> usize {
        self.starts.as_ref().map_or(at, |starts| starts[at])
    }

    /// Rewrites the bytes; `step` reads at an offset and answers how many bytes it consumed and what
    /// they mean. `None` if every byte means itself.
    fn rewrite(&self, step: impl Fn(&[u8]) -> Option<(usize, Meaning)>) -> Option<View<'a>> {
        let mut bytes = Vec::with_capacity(self.bytes.len());
        let mut starts = Vec::with_capacity(self.bytes.len() + 1);
        let (mut at, mut changed) = (0, false);
        while at < self.bytes.len() {
            let read = step(&self.bytes[at..]);
            changed |= read.is_some();
            let (consumed, meaning) = read.unwrap_or((1, Meaning::byte(self.bytes[at])));
            bytes.extend_from_slice(&meaning.bytes[..meaning.length]);
            starts.resize(bytes.len(), self.start(at));
            at += consumed;
        }
        starts.push(self.start(self.bytes.len()));
        changed.then_some(View { bytes: Cow::Owned(bytes), starts: Some(starts) })
    }
}

/// `view` and what repeated decoding makes of it, as long as something changes.
fn levels<'a>(view: View<'a>, decode: impl Fn(&View<'a>) -> Option<View<'a>>) -> Vec<View<'a>> {
    let mut views = vec![view];
    while views.len() <= LEVELS {
        match views.last().and_then(&decode) {
            Some(next) => views.push(next),
            None => break,
        }
    }
    views
}

fn percent_decode<'a>(view: &View<'a>) -> Option<View<'a>> {
    if !view.bytes.contains(&b'%') {
        return None;
    }
    view.rewrite(percent_escape)
}

/// Form data: `+` is a space, and only then are escapes undone, so that `%2B` stays a plus.
fn form_decode<'a>(view: &View<'a>) -> Option<View<'a>> {
    if !view.bytes.contains(&b'+') {
        return None;
    }
    view.rewrite(|rest| match rest {
        [b'+', ..] => Some((1, Meaning::byte(b' '))),
        _ => percent_escape(rest),
    })
}

fn percent_escape(rest: &[u8]) -> Option<(usize, Meaning)> {
    let [b'%', high, low, ..] = rest else { return None };
    Some((3, Meaning::byte(hex(*high)? << 4 | hex(*low)?)))
}

fn json_unescape<'a>(view: &View<'a>) -> Option<View<'a>> {
    if !view.bytes.contains(&b'\\') {
        return None;
    }
    view.rewrite(|rest| {
        let [b'\\', escape, ..] = rest else { return None };
        let plain = match escape {
            b'"' | b'\\' | b'/' => *escape,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => return unicode_escape(rest),
            _ => return None,
        };
        Some((2, Meaning::byte(plain)))
    })
}

/// `\uXXXX`, or a pair of them that make one character (RFC 8259 §7).
fn unicode_escape(rest: &[u8]) -> Option<(usize, Meaning)> {
    let first = code_unit(rest)?;
    if let Some(single) = char::from_u32(u32::from(first)) {
        return Some((6, Meaning::character(single)));
    }
    let second = code_unit(rest.get(6..)?)?;
    let character = char::decode_utf16([first, second]).next()?.ok()?;
    Some((12, Meaning::character(character)))
}

fn code_unit(rest: &[u8]) -> Option<u16> {
    let [b'\\', b'u', a, b, c, d, ..] = rest else { return None };
    [a, b, c, d].into_iter().try_fold(0, |unit, digit| Some(unit << 4 | u16::from(hex(*digit)?)))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(text: &str, spaces: bool) -> Vec<String> {
        View::all(text, spaces).iter().map(|view| String::from_utf8_lossy(&view.bytes).into_owned()).collect()
    }

    #[test]
    fn escapes_are_undone_level_by_level() {
        let table: [(&str, bool, &[&str]); 10] = [
            ("plain", true, &["plain"]),
            ("a%2Fb", false, &["a%2Fb", "a/b"]),
            ("a%252fb", false, &["a%252fb", "a%2fb", "a/b"]),
            ("a+b", true, &["a b", "a+b"]),
            ("a+b", false, &["a+b"]),
            ("a+b%2Bc", true, &["a b+c", "a+b%2Bc", "a b c", "a+b+c"]),
            (r#"a\/\"b"#, false, &[r#"a\/\"b"#, r#"a/"b"#]),
            (r"\u00e9\ud83d\ude00", false, &[r"\u00e9\ud83d\ude00", "é😀"]),
            ("%22%5C%22%22", false, &["%22%5C%22%22", "\"\\\"\"", "\"\"\""]),
            ("100%, %zz, %", false, &["100%, %zz, %"]),
        ];
        for (text, spaces, expected) in table {
            assert_eq!(readings(text, spaces), expected, "{text}");
        }
    }

    #[test]
    fn offsets_lead_back_to_the_original() {
        let text = r"x%41\u00e9y";
        for view in View::all(text, false) {
            let bytes = &view.bytes;
            let y = bytes.len() - 1;
            assert_eq!(view.original(y, y + 1), (10, 11));
        }
        let decoded = View::all(text, false).pop().unwrap();
        assert_eq!(decoded.original(1, 2), (1, 4));
        assert_eq!(decoded.original(2, 4), (4, 10));
    }

    #[test]
    fn a_lone_surrogate_stays_as_it_is() {
        assert_eq!(readings(r"\ud83d!", false), [r"\ud83d!"]);
    }
}
