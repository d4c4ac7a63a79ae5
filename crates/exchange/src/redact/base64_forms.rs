//! What a secret looks like inside Base64, wherever in the encoded text it begins.

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

/// Whether `byte` may stand in a Base64 text of either alphabet, padding aside. `/` is left out:
/// it more often separates path segments.
pub(super) fn is_base64_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'_')
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
    fn the_shortest_accepted_secret_has_forms_of_four_characters_or_more() {
        assert!(base64_forms(b"abcd").iter().all(|form| form.len() >= 4));
        assert_eq!(base64_forms(b""), Vec::<String>::new());
    }
}
