//! What a secret looks like inside Base64, wherever in the encoded text it begins.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// How many leading characters also carry bits of the bytes before the secret, per alignment.
const SHARED_WITH_THE_BYTES_BEFORE: [usize; 3] = [0, 2, 3];

/// The stretches of Base64 that are wholly determined by `bytes`: three alignments (three bytes
/// become four characters, RFC 4648 §4) in the standard and the URL-safe alphabet.
///
/// Characters that also carry bits of a neighbour are left out, so that `secret` is found in
/// `base64("user:secret")` whatever the length of `user`.
pub(super) fn base64_forms(bytes: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for (alignment, shared) in SHARED_WITH_THE_BYTES_BEFORE.into_iter().enumerate() {
        let mut padded = vec![0; alignment];
        padded.extend_from_slice(bytes);
        let determined = padded.len() * 8 / 6;
        if determined <= shared {
            continue;
        }
        for encoded in [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)] {
            let form = encoded[shared..determined].to_owned();
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    forms
}

/// The whole run of Base64 that `start..end` of `text` lies in, padding included: the characters at its edges carry bits of
/// the secret too, and the rest is unreadable anyway. Characters may be percent-encoded, as in a form. `/` belongs to it if
/// `slashes` says so: it more often separates path segments.
pub(crate) fn base64_run(text: &str, start: usize, end: usize, slashes: bool) -> Range<usize> {
    let bytes = text.as_bytes();
    let is_part =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'_') || slashes && byte == b'/';
    let is_padding = |byte: u8| byte == b'=';
    let (mut from, mut to) = (start, end);
    while let Some(length) = length_before(&bytes[..from], &is_part) {
        from -= length;
    }
    for is_wanted in [&is_part as &dyn Fn(u8) -> bool, &is_padding] {
        while let Some(length) = length_after(&bytes[to..], is_wanted) {
            to += length;
        }
    }
    from..to
}

/// How long the last character of `bytes` is, if it is wanted: 1, or 3 for an escape.
fn length_before(bytes: &[u8], is_wanted: &dyn Fn(u8) -> bool) -> Option<usize> {
    match bytes {
        [.., b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
            is_wanted(escaped(*high, *low)).then_some(3)
        }
        [.., last] => is_wanted(*last).then_some(1),
        [] => None,
    }
}

fn length_after(bytes: &[u8], is_wanted: &dyn Fn(u8) -> bool) -> Option<usize> {
    match bytes {
        [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
            is_wanted(escaped(*high, *low)).then_some(3)
        }
        [first, ..] => is_wanted(*first).then_some(1),
        [] => None,
    }
}

fn escaped(high: u8, low: u8) -> u8 {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok()).unwrap_or_default();
    digit(high) << 4 | digit(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    #[test]
    fn a_secret_is_found_at_every_alignment_and_beside_anything() {
        let secret = "s3cr?t>~~ÿ";
        let forms = base64_forms(secret.as_bytes());
        for before in ["", "a", "ab", "abc", "user:", "üser:"] {
            for after in ["", "x", "xy", "xyz", "\u{ff}"] {
                let text = format!("{before}{secret}{after}");
                for encoded in [STANDARD.encode(&text), URL_SAFE.encode(&text)] {
                    assert!(forms.iter().any(|form| encoded.contains(form)), "{text}: {encoded}");
                }
            }
        }
    }

    #[test]
    fn a_run_ends_where_its_characters_do() {
        let table = [
            ("Basic YWJjZA== x", false, "YWJjZA=="),
            ("a=1&b=YWJjZA%3D%3D&c", false, "YWJjZA%3D%3D"),
            ("x%2BYWJjZA%2f/y", false, "x%2BYWJjZA"),
            ("x%2BYWJjZA%2f/y", true, "x%2BYWJjZA%2f/y"),
            ("key%3AYWJjZA%3a", true, "YWJjZA"),
            ("/v1/YWJjZA/x", false, "YWJjZA"),
            ("YWJjZA", true, "YWJjZA"),
            ("%YWJjZA%", true, "YWJjZA"),
        ];
        for (text, slashes, expected) in table {
            let at = text.find("YWJj").unwrap();
            assert_eq!(&text[base64_run(text, at, at + 4, slashes)], expected, "{text}");
        }
    }

    #[test]
    fn the_shortest_accepted_secret_has_forms_of_four_characters_or_more() {
        assert!(base64_forms(b"abcd").iter().all(|form| form.len() >= 4));
        assert_eq!(base64_forms(b""), Vec::<String>::new());
    }
}
