//! The text that is signed (RFC 5849 §3.4.1).

use url::Url;

use crate::encode::percent;

/// The signature base string of a request. `parameters` are all decoded pairs: those of the query,
/// of a form body, and the protocol's own but `oauth_signature` and `realm` (§3.4.1.3).
pub fn base_string(method: &str, url: &Url, parameters: &[(String, String)]) -> String {
    let mut pairs: Vec<(String, String)> =
        parameters.iter().map(|(name, value)| (percent::component(name), percent::component(value))).collect();
    // §3.4.1.3.2: by encoded name, then by encoded value.
    pairs.sort();
    let normalized: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let parts = [method.to_ascii_uppercase(), base_uri(url), normalized.join("&")];
    parts.map(|part| percent::component(&part)).join("&")
}

/// §3.4.1.2: no query, no default port, scheme and host in lower case (which [`Url`] sees to).
fn base_uri(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{}://{host}:{port}{}", url.scheme(), url.path()),
        None => format!("{}://{host}{}", url.scheme(), url.path()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_example_of_rfc_5849_section_3_4_1_1() {
        let url = Url::parse("http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b").unwrap();
        let mut parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        parameters.extend(pairs(&[
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
            ("c2", ""),
            ("a3", "2 q"),
        ]));
        let expected = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7";
        assert_eq!(base_string("POST", &url, &parameters), expected);
    }

    #[test]
    fn the_base_uris_of_rfc_5849_section_3_4_1_2() {
        let table = [
            ("http://EXAMPLE.COM:80/r%20v/X?id=123", "http://example.com/r%20v/X"),
            ("https://www.example.net:8080/?q=1", "https://www.example.net:8080/"),
            ("https://example.com:443", "https://example.com/"),
        ];
        for (url, expected) in table {
            assert_eq!(base_uri(&Url::parse(url).unwrap()), expected);
        }
    }
}
