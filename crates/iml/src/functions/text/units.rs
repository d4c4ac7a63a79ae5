//! Positions in UTF-16 code units, by which JavaScript counts, in texts that are UTF-8 here.

use std::borrow::Cow;

/// How many code units `text` has.
pub(super) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// The byte at which code unit `position` begins, at most the end; a position between the halves of a pair
/// is rounded up to the next character.
pub(super) fn byte_at(text: &str, position: usize) -> usize {
    if text.is_ascii() {
        return position.min(text.len());
    }
    let mut units = 0;
    for (byte, char) in text.char_indices() {
        if units >= position {
            return byte;
        }
        units += char.len_utf16();
    }
    text.len()
}

/// The code units from `start` to before `end`; half of a pair becomes U+FFFD, as when JavaScript writes it as
/// UTF-8.
pub(super) fn slice(text: &str, start: usize, end: usize) -> Cow<'_, str> {
    if text.is_ascii() {
        let end = end.min(text.len());
        return Cow::Borrowed(&text[start.min(end)..end]);
    }
    let units: Vec<u16> = text.encode_utf16().take(end).skip(start).collect();
    Cow::Owned(String::from_utf16_lossy(&units))
}

/// A number as a position within `length` units, as JavaScript does it: NaN is 0, what is outside is moved to the
/// nearer end.
pub(super) fn position(number: f64, length: usize) -> usize {
    // A cast takes NaN for 0 and stops at the ends of the range.
    (number as usize).min(length)
}
