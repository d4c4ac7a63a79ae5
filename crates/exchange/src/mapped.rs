//! [`Mapped`]: requests for one origin answered by another (`--map-origin FROM=TO`).

use url::{Origin, Url};

use crate::live::is_loopback_url;
use crate::{BoxFuture, Request, Response, Transport, TransportError};

/// One origin that stands in for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginMapping {
    from: Url,
    to: Url,
}

/// Why a mapping cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// There is no `=` between two origins.
    #[error("`{0}` is not a mapping: write FROM=TO, such as https://api.example.com=http://127.0.0.1:8080")]
    NotAPair(String),
    /// One side is not an origin.
    #[error(
        "`{0}` is not an origin: write a scheme, a host and perhaps a port, such as https://api.example.com, and nothing after them"
    )]
    NotAnOrigin(String),
    /// The requests would leave this machine with credentials meant for somebody else.
    #[error(
        "`{0}` is not on this machine. Requests with real credentials would go to a host they are not meant for, so this is refused; --allow-remote-map permits it"
    )]
    NotLoopback(String),
}

impl OriginMapping {
    /// Reads `FROM=TO`. Both sides are origins; a missing scheme means https in FROM and http in TO,
    /// a missing port the scheme's own. TO must be on this machine unless `allow_remote`.
    ///
    /// # Errors
    /// [`MappingError`], in words fit for the command line.
    pub fn parse(text: &str, allow_remote: bool) -> Result<Self, MappingError> {
        let (from, to) = text.split_once('=').ok_or_else(|| MappingError::NotAPair(without_credentials(text)))?;
        let (from, to) = (origin(from, "https")?, origin(to, "http")?);
        if !allow_remote && !is_loopback_url(&to) {
            return Err(MappingError::NotLoopback(to.origin().ascii_serialization()));
        }
        Ok(Self { from, to })
    }

    /// The origin that is replaced, such as `https://api.example.com`.
    pub fn from(&self) -> String {
        self.from.origin().ascii_serialization()
    }

    /// The origin that answers instead.
    pub fn to(&self) -> String {
        self.to.origin().ascii_serialization()
    }
}

/// The text as an error may show it: what stands before an `@` can be a password.
fn without_credentials(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, _)| text.split_at(scheme.len() + 3));
    rest.rsplit_once('@').map_or_else(|| text.to_owned(), |(_, host)| format!("{scheme}…@{host}"))
}

fn origin(text: &str, default_scheme: &str) -> Result<Url, MappingError> {
    let text = text.trim();
    let wrong = || MappingError::NotAnOrigin(without_credentials(text));
    let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("{default_scheme}://{text}")) };
    let url = url.map_err(|_| wrong())?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let plain = url.username().is_empty() && url.password().is_none();
    if matches!(url.origin(), Origin::Tuple(..)) && matches!(url.scheme(), "http" | "https") && bare && plain {
        Ok(url)
    } else {
        Err(wrong())
    }
}

/// Sends requests for mapped origins elsewhere. Below recording and redirects, so that everything
/// above sees the definition's own URLs: the answer's URL and its `Location` are mapped back.
#[derive(Debug, Clone)]
pub struct Mapped<T> {
    inner: T,
    mappings: Vec<OriginMapping>,
}

impl<T> Mapped<T> {
    /// Applies `mappings`, the first that fits, to what goes through `inner`.
    pub fn new(inner: T, mappings: Vec<OriginMapping>) -> Self {
        Self { inner, mappings }
    }

    /// The mappings, to note them beside a report.
    pub fn mappings(&self) -> &[OriginMapping] {
        &self.mappings
    }

    /// Where a URL of the definition leads; the URL itself if no mapping fits. Also for the address
    /// that the browser opens.
    pub fn map_url(&self, url: &str) -> String {
        map_url(&self.mappings, url)
    }

    /// The URL of the definition that leads to `url`; `url` itself if no mapping fits.
    pub fn unmap_url(&self, url: &str) -> String {
        unmap_url(&self.mappings, url)
    }
}

/// Where `url` leads under `mappings`; `url` itself if none fits.
pub fn map_url(mappings: &[OriginMapping], url: &str) -> String {
    replace_origin(url, mappings.iter().map(|mapping| (&mapping.from, &mapping.to)))
}

/// The URL that leads to `url` under `mappings`; `url` itself if none fits.
pub(crate) fn unmap_url(mappings: &[OriginMapping], url: &str) -> String {
    replace_origin(url, mappings.iter().map(|mapping| (&mapping.to, &mapping.from)))
}

fn replace_origin<'a>(text: &str, mut mappings: impl Iterator<Item = (&'a Url, &'a Url)>) -> String {
    let Ok(mut url) = Url::parse(text) else { return text.to_owned() };
    let Some((_, to)) = mappings.find(|(from, _)| from.origin() == url.origin()) else { return text.to_owned() };
    let replaced = url
        .set_scheme(to.scheme())
        .and_then(|()| url.set_host(to.host_str()).map_err(|_| ()))
        .and_then(|()| url.set_port(to.port()));
    replaced.expect("both sides are HTTP origins");
    url.to_string()
}

impl<T: Transport> Transport for Mapped<T> {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>> {
        let mapped = self.map_url(&request.url);
        if mapped == request.url {
            return self.inner.send(request);
        }
        Box::pin(async move {
            let mut elsewhere = request.clone();
            elsewhere.url = mapped;
            elsewhere.headers.remove("host");
            let mut response = self.inner.send(&elsewhere).await?;
            if response.url == elsewhere.url {
                response.url.clone_from(&request.url);
            } else {
                response.url = self.unmap_url(&response.url);
            }
            for hop in &mut response.hops {
                hop.url = self.unmap_url(&hop.url);
                hop.location = self.unmap_url(&hop.location);
            }
            if let Some(location) = response.headers.get("location") {
                let location = self.unmap_url(location);
                response.headers.set("location", location);
            }
            Ok(response)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::{Live, LiveOptions, ProxySettings};
    use crate::testing::{answer, serve_text};
    use crate::{Following, Request};

    #[test]
    fn mappings_are_read_with_their_defaults() {
        let table = [
            ("https://api.example.com=http://127.0.0.1:8080", "https://api.example.com", "http://127.0.0.1:8080"),
            ("api.example.com=localhost:8080", "https://api.example.com", "http://localhost:8080"),
            ("https://api.example.com:443/=http://[::1]:80/", "https://api.example.com", "http://[::1]"),
            ("http://API.example.com:8000 = https://127.0.0.1", "http://api.example.com:8000", "https://127.0.0.1"),
        ];
        for (text, from, to) in table {
            let mapping = OriginMapping::parse(text, false).unwrap();
            assert_eq!((mapping.from().as_str(), mapping.to().as_str()), (from, to), "{text}");
        }
    }

    #[test]
    fn what_is_no_mapping_is_refused_in_words() {
        use MappingError::{NotAPair, NotAnOrigin, NotLoopback};
        let refused = |text: &str| OriginMapping::parse(text, false).unwrap_err();
        assert!(matches!(refused("https://a.example"), NotAPair(_)));
        for text in [
            "=http://127.0.0.1",
            "https://a.example/path=http://127.0.0.1",
            "ftp://a.example=http://127.0.0.1",
            "https://a.example=",
            "https://me:pw@a.example=127.0.0.1",
            "https://a.example=http://127.0.0.1/?x",
        ] {
            assert!(matches!(refused(text), NotAnOrigin(_)), "{text}");
        }
        for text in ["https://jane:hunter2@a.example=b", "jane:hunter2@a.example=b", "https://jane:hunter2@a.example"] {
            let message = refused(text).to_string();
            assert!(message.contains("…@a.example") && !message.contains("hunter2"), "{message}");
        }
        for to in ["http://10.0.0.1", "https://evil.example", "http://127.0.0.1.evil.example"] {
            assert!(matches!(refused(&format!("https://a.example={to}")), NotLoopback(_)), "{to}");
            assert!(OriginMapping::parse(&format!("https://a.example={to}"), true).is_ok(), "{to}");
        }
    }

    #[test]
    fn urls_there_and_back() {
        let mappings = vec![
            OriginMapping::parse("https://a.example=http://127.0.0.1:1", false).unwrap(),
            OriginMapping::parse("https://b.example:8443=https://localhost", false).unwrap(),
        ];
        let mapped = Mapped::new((), mappings);
        let table = [
            ("https://a.example/token?x=%2F#f", "http://127.0.0.1:1/token?x=%2F#f"),
            ("https://A.example:443/", "http://127.0.0.1:1/"),
            ("https://b.example:8443/x", "https://localhost/x"),
            ("http://a.example/", "http://a.example/"),
            ("https://b.example/", "https://b.example/"),
            ("not a url", "not a url"),
        ];
        for (url, expected) in table {
            assert_eq!(mapped.map_url(url), expected, "{url}");
        }
        assert_eq!(mapped.unmap_url("http://127.0.0.1:1/x"), "https://a.example/x");
        assert_eq!(mapped.unmap_url("https://localhost:443/x"), "https://b.example:8443/x");
    }

    #[tokio::test]
    async fn a_flow_sees_only_its_own_urls() {
        let address = serve_text(|request| {
            let host = request.lines().find_map(|line| line.strip_prefix("Host: ")).unwrap().to_owned();
            if request.starts_with("GET /start") {
                answer("302 Found", &format!("Location: http://{host}/end?x=1\r\n"), "")
            } else {
                answer("200 OK", "", request)
            }
        })
        .await;
        let live = Live::with_options(LiveOptions { proxy: ProxySettings::none(), ..LiveOptions::default() });
        let mapping = OriginMapping::parse(&format!("https://api.example.com=http://{address}"), false).unwrap();
        let transport = Following::new(Mapped::new(live, vec![mapping]));
        let request =
            Request::get("https://api.example.com/start").with_header("Authorization", "Bearer kept-on-the-way");
        let response = transport.send(&request).await.unwrap();
        assert_eq!(response.url, "https://api.example.com/end?x=1");
        assert_eq!(response.hops[0].url, "https://api.example.com/start");
        assert_eq!(response.hops[0].location, "https://api.example.com/end?x=1");
        let text = response.text().unwrap();
        assert!(text.starts_with("GET /end?x=1 HTTP/1.1\r\n") && text.contains("kept-on-the-way"), "{text}");
    }
}
