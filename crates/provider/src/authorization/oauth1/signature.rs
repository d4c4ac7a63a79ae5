//! Signature base strings and signatures (RFC 5849 §3.4, §3.6).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use url::Url;

use super::settings::SignatureMethod;

/// The signature base string (§3.4.1.1) of a request: `parameters` are all decoded pairs of
/// query, form body and `Authorization` header but `realm` and `oauth_signature`.
pub fn base_string(method: &str, url: &Url, parameters: &[(String, String)]) -> String {
    let mut pairs: Vec<(String, String)> =
        parameters.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    pairs.sort();
    let normalized: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}&{}&{}", encode(&method.to_ascii_uppercase()), encode(&base_uri(url)), encode(&normalized.join("&")))
}

/// §3.4.1.2: scheme and host in lower case, the default port left out, no query. `Url` sees to
/// the first two.
fn base_uri(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

/// The signature of a base string (§3.4.2, §3.4.4).
pub fn sign(method: SignatureMethod, base_string: &str, consumer_secret: &str, token_secret: &str) -> String {
    let key = format!("{}&{}", encode(consumer_secret), encode(token_secret));
    match method {
        SignatureMethod::Plaintext => key,
        SignatureMethod::HmacSha1 => {
            let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
            mac.update(base_string.as_bytes());
            STANDARD.encode(mac.finalize().into_bytes())
        }
    }
}

/// §3.6: everything but letters, digits and `-._~` becomes `%XX` in upper case.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// The inverse of [`encode`]; none if a `%` is not followed by two digits or the bytes are not
/// UTF-8.
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            bytes.push(byte);
            rest = after;
            continue;
        }
        let digits = after.get(..2)?;
        bytes.extend(hex::decode(digits).ok()?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn rfc5849_section_3_4_1_1_the_base_string_of_the_example() {
        let parameters = pairs(&[
            ("b5", "=%3D"),
            ("a3", "a"),
            ("c@", ""),
            ("a2", "r b"),
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
            ("c2", ""),
            ("a3", "2 q"),
        ]);
        let url = Url::parse("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b").unwrap();
        assert_eq!(
            base_string("post", &url, &parameters),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D\
             %26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a\
             %26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
    }

    #[test]
    fn rfc5849_section_1_2_the_signatures_of_the_example() {
        let consumer = ("dpf43f3p2l4k3l03", "kd94hf93k423kf44");
        let common = |nonce: &str, timestamp: &str| {
            pairs(&[
                ("oauth_consumer_key", consumer.0),
                ("oauth_signature_method", "HMAC-SHA1"),
                ("oauth_timestamp", timestamp),
                ("oauth_nonce", nonce),
            ])
        };
        let signed = |method: &str, url: &str, parameters: &[(String, String)], token_secret: &str| {
            let base = base_string(method, &Url::parse(url).unwrap(), parameters);
            sign(SignatureMethod::HmacSha1, &base, consumer.1, token_secret)
        };

        let mut initiate = common("wIjqoS", "137131200");
        initiate.extend(pairs(&[("oauth_callback", "http://printer.example.com/ready")]));
        assert_eq!(
            signed("POST", "https://photos.example.net/initiate", &initiate, ""),
            "74KNZJeDHnMBp0EMJ9ZHt/XKycU="
        );

        let mut token = common("walatlh", "137131201");
        token.extend(pairs(&[("oauth_token", "hh5s93j4hdidpola"), ("oauth_verifier", "hfdp7dh39dks9884")]));
        assert_eq!(
            signed("POST", "https://photos.example.net/token", &token, "hdhd0244k9j7ao03"),
            "gKgrFCywp7rO0OXSjdot/IHF7IU="
        );

        let mut photo = common("chapoH", "137131202");
        photo.extend(pairs(&[("oauth_token", "nnch734d00sl2jdk"), ("file", "vacation.jpg"), ("size", "original")]));
        assert_eq!(
            signed(
                "GET",
                "http://photos.example.net/photos?file=vacation.jpg&size=original",
                &photo,
                "pfkkdhi9sl3r4s00"
            ),
            "MdpQcU8iPSUjWoN/UDMsK2sui9I="
        );
    }

    #[test]
    fn rfc5849_section_3_4_4_plaintext_is_both_secrets() {
        assert_eq!(sign(SignatureMethod::Plaintext, "", "a&b", "c"), "a%26b&c");
        assert_eq!(sign(SignatureMethod::Plaintext, "", "secret", ""), "secret&");
    }

    #[test]
    fn rfc5849_section_3_6_percent_encoding() {
        assert_eq!(encode("aZ09-._~ +%☃"), "aZ09-._~%20%2B%25%E2%98%83");
        assert_eq!(decode("%E2%98%83+%20").as_deref(), Some("☃+ "));
        for bad in ["%", "%2", "%zz", "%ff"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
