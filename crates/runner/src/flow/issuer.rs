//! `iss`: whether the answer comes from the server that was asked (RFC 9207).

use url::{Host, Url};

use crate::callback::CallbackQuery;

/// What is known about issuers before a callback comes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issuers {
    /// Right besides the origin of the authorization page.
    pub known: Vec<String>,
    /// Origins of the definition, and those that answer in their stead (`--map-origin`).
    pub mapped: Vec<(String, String)>,
}

impl Issuers {
    /// `query` as the definition's own provider would have sent it: an `iss` at the far end of a mapped origin is
    /// mapped back, as `Location` is, so that a recording replays without the mapping. Where several origins lead
    /// there, that of the authorization page at `page` is meant.
    pub(super) fn mapped_back(&self, query: &CallbackQuery, page: &str) -> CallbackQuery {
        let back = |iss: &str| {
            let at_home = |(from, to): &(String, String)| {
                let rest = iss.strip_prefix(to.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
                Some(format!("{from}{rest}"))
            };
            let candidates: Vec<String> = self.mapped.iter().filter_map(at_home).collect();
            candidates.iter().find(|home| same_site(home, page)).or(candidates.first()).cloned()
        };
        let pairs = query.iter().map(|(name, value)| match name {
            "iss" => (name, back(value).unwrap_or_else(|| value.to_owned())),
            _ => (name, value.to_owned()),
        });
        pairs.collect()
    }

    /// Compares `iss` of a callback with the issuers known to be right, the mapped origins among them, and with the
    /// authorization page at `page`.
    ///
    /// # Errors
    /// What is wrong and why the answer is dropped.
    pub(super) fn compare(&self, iss: &str, page: &str) -> Result<(), String> {
        let mapped = self.mapped.iter().flat_map(|(from, to)| [from, to]);
        let known: Vec<&str> = self.known.iter().chain(mapped).map(String::as_str).collect();
        compare(iss, page, &known).map_err(|message| match self.mapped.iter().find(|(from, _)| same_site(from, page)) {
            Some((from, to)) => format!(
                "{message}. {to} answers for {from} (--map-origin), so it must call itself {from}: \
                 `connspec serve acme --origin {from}` does"
            ),
            None => message,
        })
    }
}

/// Compares `iss` of a callback with the issuers known to be right and with the authorization page at `page`.
///
/// A definition does not name its issuer, so besides the ones handed in every issuer of the page's own site is
/// right: the same host (on loopback and for addresses the same port, too), or one under the same domain.
///
/// # Errors
/// What is wrong and why the answer is dropped.
fn compare(iss: &str, page: &str, known: &[&str]) -> Result<(), String> {
    if known.contains(&iss) {
        return Ok(());
    }
    if known.iter().any(|known| same_site(iss, known)) || same_site(iss, page) {
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
        assert!(compare("http://127.0.0.1:8002", page, &["http://127.0.0.1:8002"]).is_ok());
    }

    #[test]
    fn a_stand_in_that_calls_itself_otherwise_is_told_what_helps() {
        let mapped = vec![("https://login.example.com".to_owned(), "http://127.0.0.1:8001".to_owned())];
        let issuers = Issuers { known: Vec::new(), mapped };
        let message = issuers.compare("https://api.acme.test", "https://login.example.com/authorize").unwrap_err();
        assert!(message.ends_with("`connspec serve acme --origin https://login.example.com` does"), "{message}");
        let other = issuers.compare("https://api.acme.test", "https://login.example.org/authorize").unwrap_err();
        assert!(!other.contains("connspec serve"), "{other}");
    }

    #[test]
    fn an_issuer_at_the_far_end_of_a_mapped_origin_is_mapped_back() {
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let issuers = Issuers {
            known: Vec::new(),
            mapped: vec![
                pair("https://api.example.org", "http://127.0.0.1:80"),
                pair("https://api.example.org", "http://127.0.0.1:8001"),
                pair("https://login.example.com", "http://127.0.0.1:8001"),
            ],
        };
        for (iss, expected) in [
            ("http://127.0.0.1:8001", "https://login.example.com"),
            ("http://127.0.0.1:8001/realms/a", "https://login.example.com/realms/a"),
            ("http://127.0.0.1:80", "https://api.example.org"),
            ("http://127.0.0.1:8002", "http://127.0.0.1:8002"),
        ] {
            let query = CallbackQuery::from_iter([("code", "http://127.0.0.1:8001"), ("iss", iss)]);
            let back = issuers.mapped_back(&query, "https://login.example.com/authorize?x=1");
            assert_eq!((back.get("code"), back.get("iss")), (Some("http://127.0.0.1:8001"), Some(expected)));
        }
    }
}
