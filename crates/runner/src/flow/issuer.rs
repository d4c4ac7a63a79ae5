//! `iss`: whether the answer comes from the server that was asked (RFC 9207).

use url::{Host, Url};

/// Compares `iss` of a callback with the issuers known to be right and with the authorization page at `page`.
///
/// A definition does not name its issuer, so besides the ones handed in every issuer of the page's own site is
/// right: the same host (on loopback and for addresses the same port, too), or one under the same domain.
///
/// # Errors
/// What is wrong and why the answer is dropped.
pub(super) fn compare(iss: &str, page: &str, known: &[String]) -> Result<(), String> {
    if known.iter().any(|issuer| issuer == iss) {
        return Ok(());
    }
    let origins = |known: &String| Url::parse(known).is_ok_and(|known| same_site(iss, known.as_str()));
    if known.iter().any(origins) || same_site(iss, page) {
        return Ok(());
    }
    let (theirs, ours) = (site(iss), site(page));
    Err(format!(
        "the callback says it comes from the issuer {theirs}, but the authorization was asked of {ours}: an answer of \
         another server must not be used (RFC 9207 §2.4), so nothing was connected"
    ))
}

fn site(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| "no host".to_owned())
}

fn same_site(left: &str, right: &str) -> bool {
    let (Ok(left), Ok(right)) = (Url::parse(left), Url::parse(right)) else { return false };
    match (left.host(), right.host()) {
        (Some(Host::Domain(left_host)), Some(Host::Domain(right_host))) if left_host != "localhost" => {
            left.scheme() == right.scheme() && domain(left_host) == domain(right_host)
        }
        (Some(left_host), Some(right_host)) => {
            left_host == right_host
                && left.scheme() == right.scheme()
                && left.port_or_known_default() == right.port_or_known_default()
        }
        _ => false,
    }
}

/// The last two labels: close enough to a registrable domain to catch a mix-up of providers.
fn domain(host: &str) -> String {
    let labels: Vec<&str> = host.trim_end_matches('.').rsplit('.').take(2).collect();
    labels.join(".").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_of_the_same_site_is_right() {
        let page = "https://login.example.com/authorize?x=1";
        for iss in ["https://login.example.com", "https://example.com/", "https://auth.example.com/tenant"] {
            assert!(compare(iss, page, &[]).is_ok(), "{iss}");
        }
        for iss in [
            "https://evil.example",
            "http://login.example.com",
            "login.example.com",
            "",
            "https://example.com.evil.org",
        ] {
            assert!(compare(iss, page, &[]).is_err(), "{iss}");
        }
    }

    #[test]
    fn on_loopback_the_port_tells_servers_apart() {
        let page = "http://127.0.0.1:8001/authorize";
        assert!(compare("http://127.0.0.1:8001", page, &[]).is_ok());
        assert!(compare("http://127.0.0.1:8002", page, &[]).is_err());
        assert!(compare("http://127.0.0.1:8002", page, &["http://127.0.0.1:8002".to_owned()]).is_ok());
    }
}
