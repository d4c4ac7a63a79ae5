//! Basic credentials (RFC 7617), plain and as OAuth 2 wants them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::placeholder::decode_base64;

/// The value of an `Authorization` header for a user and a password (RFC 7617 §2).
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// The same for a client's id and secret, each form-encoded first as RFC 6749 §2.3.1 asks. Differs
/// from [`basic`] only where they hold other characters than letters, digits and `*-._`.
pub fn basic_form_encoded(client_id: &str, client_secret: &str) -> String {
    let encode = |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    basic(&encode(client_id), &encode(client_secret))
}

/// User and password of an `Authorization` header, if it holds Basic credentials in UTF-8.
pub fn read_basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(decode_base64(encoded.trim())?).ok()?;
    let (user, password) = pair.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standards() {
        // RFC 7617 §2 and §2.1, RFC 6749 §2.3.1.
        assert_eq!(basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(basic("test", "123£"), "Basic dGVzdDoxMjPCow==");
        assert_eq!(
            basic_form_encoded("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw"),
            "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3"
        );
    }

    #[test]
    fn form_encoding_protects_the_colon() {
        let read = |header: &str| read_basic(header).unwrap();
        assert_eq!(read(&basic_form_encoded("a:b", "c d&é")), ("a%3Ab".into(), "c+d%26%C3%A9".into()));
        assert_eq!(read("basic QWxhZGRpbjpvcGVuIHNlc2FtZQ"), ("Aladdin".into(), "open sesame".into()));
        for header in ["Basic", "Basic ???", "Basic QWxh", "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic /zo="] {
            assert_eq!(read_basic(header), None, "{header}");
        }
    }
}
