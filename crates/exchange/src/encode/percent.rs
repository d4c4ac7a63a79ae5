//! Percent-encoding (RFC 3986 §2.1), one function per set of characters left alone.

/// Encodes everything but the unreserved characters of RFC 3986 §2.3 (`A-Z a-z 0-9 - . _ ~`).
/// This is also OAuth 1's encoding (RFC 5849 §3.6).
pub fn component(text: &str) -> String {
    encode(text, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

/// JavaScript's `encodeURIComponent`.
pub fn uri_component(text: &str) -> String {
    encode(text, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'!' | b'*' | b'\'' | b'(' | b')')
    })
}

/// JavaScript's `encodeURI`: reserved characters and `#` stay, `%` is encoded again.
pub fn uri(text: &str) -> String {
    encode(text, |byte| byte.is_ascii_alphanumeric() || b"-._~!*'();/?:@&=+$,#".contains(&byte))
}

/// Undoes percent-encoding; text that is not an escape stays, bytes that are not UTF-8 become U+FFFD.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match escape(&bytes[at..]) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The byte that an escape at the start of `rest` stands for.
fn escape(rest: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = rest else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? << 4 | digit(*low)?).ok()
}

fn encode(text: &str, stays: impl Fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if stays(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    encoded
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_set_leaves_alone() {
        // text, RFC 3986 unreserved, encodeURIComponent, encodeURI (ECMA-262 §19.2.6)
        let table = [
            ("aZ0-._~", "aZ0-._~", "aZ0-._~", "aZ0-._~"),
            ("!*'()", "%21%2A%27%28%29", "!*'()", "!*'()"),
            (";/?:@&=+$,#", "%3B%2F%3F%3A%40%26%3D%2B%24%2C%23", "%3B%2F%3F%3A%40%26%3D%2B%24%2C%23", ";/?:@&=+$,#"),
            ("a b", "a%20b", "a%20b", "a%20b"),
            ("%2F", "%252F", "%252F", "%252F"),
            ("é☃", "%C3%A9%E2%98%83", "%C3%A9%E2%98%83", "%C3%A9%E2%98%83"),
        ];
        for (text, strict, uri_component_form, uri_form) in table {
            assert_eq!(component(text), strict);
            assert_eq!(uri_component(text), uri_component_form);
            assert_eq!(uri(text), uri_form);
        }
    }

    #[test]
    fn decoding_keeps_what_is_no_escape() {
        let table = [
            ("a%20b", "a b"),
            ("%e2%98%83", "☃"),
            ("100%", "100%"),
            ("%zz%2", "%zz%2"),
            ("%ff", "\u{fffd}"),
            ("a+b", "a+b"),
        ];
        for (text, expected) in table {
            assert_eq!(decode(text), expected, "{text}");
        }
    }
}
