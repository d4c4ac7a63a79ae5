//! Whether a redirect URI may be used, and how parameters are added to it.

use url::{Host, Url};

use super::settings::Redirects;

impl Redirects {
    /// Whether a request may name `uri`. Exact comparison of text (RFC 9700 §2.1), but for the
    /// port of a registered loopback address (RFC 8252 §7.3). A fragment is never allowed
    /// (RFC 6749 §3.1.2).
    pub fn allow(&self, uri: &str) -> bool {
        let Ok(url) = Url::parse(uri) else { return false };
        // `Url` forgives line breaks and blanks that must not reach a `Location` header.
        if !uri.bytes().all(|byte| byte.is_ascii_graphic()) {
            return false;
        }
        if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return false;
        }
        match self {
            Self::Registered(list) => registered(list, uri, &url),
            Self::AnyLoopback => is_loopback(&url),
            Self::RegisteredOrLoopback(list) => is_loopback(&url) || registered(list, uri, &url),
        }
    }
}

fn registered(list: &[String], uri: &str, url: &Url) -> bool {
    list.iter().any(|known| known == uri || same_loopback_but_for_the_port(known, url))
}

fn same_loopback_but_for_the_port(known: &str, url: &Url) -> bool {
    let Ok(mut known) = Url::parse(known) else { return false };
    is_loopback(&known) && is_loopback(url) && known.set_port(url.port()).is_ok() && known == *url
}

/// Whether a URL points at this machine (RFC 8252 §7.3, §8.3).
fn is_loopback(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    here && matches!(url.scheme(), "http" | "https")
}

/// `uri` with `pairs` added to its query, whatever the query held before being kept
/// (RFC 6749 §4.1.2).
pub fn with_parameters(uri: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    let joint = match uri.split_once('?') {
        None => "?",
        Some((_, rest)) if rest.is_empty() || rest.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{joint}{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(uri: &str) -> Redirects {
        Redirects::Registered(vec![uri.to_owned()])
    }

    #[test]
    fn rfc9700_section_2_1_redirect_uris_are_compared_exactly() {
        let redirects = list("https://app.example/cb");
        assert!(redirects.allow("https://app.example/cb"));
        for other in [
            "https://app.example/cb/",
            "https://app.example/cb?x=1",
            "https://app.example:8443/cb",
            "http://app.example/cb",
            "https://app.example/CB",
            "https://app.example.evil.example/cb",
        ] {
            assert!(!redirects.allow(other), "{other}");
        }
    }

    #[test]
    fn rfc8252_section_7_3_the_port_of_a_loopback_address_is_free() {
        let redirects = list("http://127.0.0.1/oauth/cb/app");
        assert!(redirects.allow("http://127.0.0.1:54321/oauth/cb/app"));
        assert!(!redirects.allow("http://127.0.0.1:54321/other"));
        assert!(!redirects.allow("http://localhost:54321/oauth/cb/app"));
    }

    #[test]
    fn any_loopback_means_this_machine_and_nothing_else() {
        let redirects = Redirects::AnyLoopback;
        for here in ["http://127.0.0.1:1/x", "http://localhost/cb", "http://[::1]:9/cb"] {
            assert!(redirects.allow(here), "{here}");
        }
        for away in [
            "https://app.example/cb",
            "http://127.0.0.1.evil.example/",
            "http://localhost.evil.example/",
            "http://user@127.0.0.1/",
            "javascript:alert(1)",
            "data:text/html,x",
            "file://localhost/etc/passwd",
            "//127.0.0.1/x",
            "http://127.0.0.1/x\r\nset-cookie:a=b",
            "",
        ] {
            assert!(!redirects.allow(away), "{away}");
        }
    }

    #[test]
    fn rfc6749_section_3_1_2_a_fragment_is_refused() {
        assert!(!Redirects::AnyLoopback.allow("http://127.0.0.1/cb#x"));
    }

    #[test]
    fn rfc6749_section_4_1_2_the_query_of_a_redirect_uri_is_kept() {
        let add = |uri| with_parameters(uri, &[("code", "a b"), ("state", "&=")]);
        assert_eq!(add("http://h/cb"), "http://h/cb?code=a+b&state=%26%3D");
        assert_eq!(add("http://h/cb?x=1"), "http://h/cb?x=1&code=a+b&state=%26%3D");
        assert_eq!(add("http://h/cb?"), "http://h/cb?code=a+b&state=%26%3D");
    }
}
