//! The proxies between us and the network, from the usual environment variables or by hand.

use std::collections::HashSet;
use std::fmt;

use url::Url;

/// Which proxy to use for which scheme. Requests to this machine never go through one.
///
/// `Debug` shows no credentials.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProxySettings {
    /// The proxy for `http:` URLs.
    pub http: Option<String>,
    /// The proxy for `https:` URLs.
    pub https: Option<String>,
    /// Hosts reached directly, comma-separated as in `NO_PROXY`.
    pub no_proxy: Option<String>,
}

impl ProxySettings {
    /// No proxy at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// The settings of this process's environment, see [`ProxySettings::from_variables`].
    pub fn from_environment() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, the lower-case spelling first, as
    /// curl reads them. `HTTP_PROXY` in upper case is ignored where `REQUEST_METHOD` is set: there
    /// it may be a request header in disguise (CVE-2016-5385).
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let either = |lower: &str, upper: &str| read(lower).or_else(|| read(upper));
        let all = || either("all_proxy", "ALL_PROXY");
        let http = match variable("REQUEST_METHOD") {
            Some(_) => read("http_proxy"),
            None => either("http_proxy", "HTTP_PROXY"),
        };
        Self {
            http: http.or_else(all),
            https: either("https_proxy", "HTTPS_PROXY").or_else(all),
            no_proxy: either("no_proxy", "NO_PROXY"),
        }
    }

    /// The host names of the proxies, in lower case.
    pub(super) fn hosts(&self) -> HashSet<String> {
        let host = |text: &String| {
            let url =
                Url::parse(text).ok().filter(Url::has_host).or_else(|| Url::parse(&format!("http://{text}")).ok());
            url.and_then(|url| url.host_str().map(str::to_ascii_lowercase))
        };
        [&self.http, &self.https].into_iter().flatten().filter_map(host).collect()
    }

    /// The same for reqwest.
    pub(super) fn to_reqwest(&self) -> reqwest::Result<Vec<reqwest::Proxy>> {
        let no_proxy = || self.no_proxy.as_deref().and_then(reqwest::NoProxy::from_string);
        let http = self.http.as_ref().map(reqwest::Proxy::http);
        let https = self.https.as_ref().map(reqwest::Proxy::https);
        [http, https].into_iter().flatten().map(|proxy| Ok(proxy?.no_proxy(no_proxy()))).collect()
    }
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ProxySettings").field("hosts", &self.hosts()).field("no_proxy", &self.no_proxy).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> ProxySettings {
        ProxySettings::from_variables(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_usual_variables_are_read() {
        let settings =
            read(&[("HTTPS_PROXY", "http://upper:1"), ("https_proxy", "http://lower:2"), ("NO_PROXY", ".corp")]);
        assert_eq!(settings.https.as_deref(), Some("http://lower:2"));
        assert_eq!((settings.http.as_deref(), settings.no_proxy.as_deref()), (None, Some(".corp")));
        let all = read(&[("ALL_PROXY", "http://all:3"), ("HTTP_PROXY", "http://http:4"), ("https_proxy", " ")]);
        assert_eq!((all.http.as_deref(), all.https.as_deref()), (Some("http://http:4"), Some("http://all:3")));
        let cgi = read(&[("HTTP_PROXY", "http://attacker:1"), ("REQUEST_METHOD", "GET")]);
        assert_eq!(cgi.http, None);
        assert_eq!(read(&[]), ProxySettings::none());
    }

    #[test]
    fn debug_shows_hosts_without_credentials() {
        let settings =
            read(&[("https_proxy", "http://me:hunter2@proxy.example:3128"), ("http_proxy", "Plain.example:80")]);
        let shown = format!("{settings:?}");
        assert!(shown.contains("proxy.example") && shown.contains("plain.example"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
