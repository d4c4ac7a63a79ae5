//! [`Live`]: one request over the network, one answer back, within limits.

mod addresses;
mod answer;
mod client;
mod failure;
mod proxy;

use std::fmt;
use std::sync::Arc;

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::{BoxFuture, Headers, Request, Response, Transport, TransportError, TransportErrorKind};

pub use addresses::{AddressPolicy, HostLookup, SystemLookup, is_loopback_url};
pub use proxy::ProxySettings;

use client::{ClientKey, Clients};
use failure::{Failure, classify};

/// The largest body read by default: 16 MiB, before and after decompression.
pub const DEFAULT_MAX_BODY: usize = 16 * 1024 * 1024;

/// The most bytes of header fields read by default: 256 KiB.
pub const DEFAULT_MAX_HEADERS: usize = 256 * 1024;

/// How [`Live`] reaches the network.
#[derive(Clone)]
pub struct LiveOptions {
    /// Which addresses may be reached.
    pub addresses: AddressPolicy,
    /// Which proxies to go through.
    pub proxy: ProxySettings,
    /// Certificate authorities to trust besides the system's, PEM (`--cacert`).
    pub ca: Option<String>,
    /// The largest body accepted, in bytes, before and after decompression.
    pub max_body: usize,
    /// The most bytes of header fields accepted.
    pub max_headers: usize,
    /// How names become addresses.
    pub lookup: Arc<dyn HostLookup>,
}

impl Default for LiveOptions {
    /// Loopback and public addresses, the proxies of the environment, the system's authorities.
    fn default() -> Self {
        Self {
            addresses: AddressPolicy::default(),
            proxy: ProxySettings::from_environment(),
            ca: None,
            max_body: DEFAULT_MAX_BODY,
            max_headers: DEFAULT_MAX_HEADERS,
            lookup: Arc::new(SystemLookup),
        }
    }
}

impl fmt::Debug for LiveOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LiveOptions")
            .field("addresses", &self.addresses)
            .field("proxy", &self.proxy)
            .field("max_body", &self.max_body)
            .field("max_headers", &self.max_headers)
            .finish_non_exhaustive()
    }
}

/// Sends requests over the network. One request is one hop: redirects are [`crate::Following`]'s.
///
/// HTTP/1.1, TLS by rustls with the system's certificate authorities. The client behind it is built
/// at the first request and shared by all later ones. The timeout covers everything from resolving
/// the name to the last byte of the body. A handshake refused with alert 40 is tried once more
/// (communication.md §8).
#[derive(Clone)]
pub struct Live {
    options: Arc<LiveOptions>,
    clients: Arc<Clients>,
}

impl Live {
    /// A transport with the default options.
    pub fn new() -> Self {
        Self::with_options(LiveOptions::default())
    }

    /// A transport with `options`.
    pub fn with_options(options: LiveOptions) -> Self {
        Self { options: Arc::new(options), clients: Arc::default() }
    }

    async fn send_within_timeout(&self, request: &Request) -> Result<Response, TransportError> {
        let url = target(request)?;
        self.options.addresses.check_url(&url)?;
        let host = shown_host(&url);
        match tokio::time::timeout(request.options.timeout, self.attempts(request, &url, &host)).await {
            Ok(answer) => answer,
            Err(_) => Err(TransportError::new(
                TransportErrorKind::Timeout,
                format!("{host} did not answer completely within {} ms", request.options.timeout.as_millis()),
            )),
        }
    }

    async fn attempts(&self, request: &Request, url: &Url, host: &str) -> Result<Response, TransportError> {
        let client = self.clients.get(&self.client_key(request, url), &self.options)?;
        match self.attempt(&client, request, url, host).await {
            Err(failure) if failure.handshake_refused => {
                let second = self.attempt(&client, request, url, host).await.map_err(|failure| failure.error)?;
                Ok(Response { repeated: true, ..second })
            }
            other => other.map_err(|failure| failure.error),
        }
    }

    async fn attempt(
        &self,
        client: &reqwest::Client,
        request: &Request,
        url: &Url,
        host: &str,
    ) -> Result<Response, Failure> {
        let outgoing = outgoing(client, request, url)?;
        let mut answer = client.execute(outgoing).await.map_err(|error| classify(&error, host))?;
        let headers = answer::headers(answer.headers(), self.options.max_headers, host)?;
        let mut body = answer::body(&mut answer, &self.options, host).await?;
        if request.options.gzip {
            body = answer::decompress(&headers, body, self.options.max_body, host)?;
        }
        let status = answer.status().as_u16();
        Ok(Response { status, headers, body, url: request.url.clone(), hops: Vec::new(), repeated: false })
    }

    fn client_key(&self, request: &Request, url: &Url) -> ClientKey {
        let tls = url.scheme() == "https";
        let own: Vec<&str> =
            [&self.options.ca, &request.options.ca].into_iter().flatten().map(String::as_str).collect();
        let to_proxy = url.host_str().is_some_and(|host| self.options.proxy.hosts().contains(host));
        ClientKey {
            tls,
            verify: request.options.reject_unauthorized || !tls,
            ca: (tls && !own.is_empty()).then(|| own.join("\n")),
            direct: is_loopback_url(url) || to_proxy,
        }
    }
}

/// A recorded body without its content coding, within the default limit; an error message names no host.
pub(crate) fn decompress(headers: &Headers, body: Vec<u8>) -> Result<Vec<u8>, TransportError> {
    answer::decompress(headers, body, DEFAULT_MAX_BODY, "the recording")
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Live").field(&self.options).finish()
    }
}

impl Transport for Live {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>> {
        Box::pin(self.send_within_timeout(request))
    }
}

/// The URL to request.
fn target(request: &Request) -> Result<Url, TransportError> {
    let invalid = |reason: &str| {
        let message =
            format!("The URL cannot be requested: {reason}. It must be absolute and start with http:// or https://");
        TransportError::new(TransportErrorKind::InvalidUrl, message)
    };
    let url = Url::parse(&request.url).map_err(|error| invalid(&error.to_string()))?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        scheme => Err(invalid(&format!("its scheme is `{scheme}`"))),
    }
}

/// The host and, if unusual, the port: what messages call the other side.
fn shown_host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// The request in reqwest's terms.
fn outgoing(client: &reqwest::Client, request: &Request, url: &Url) -> Result<reqwest::Request, TransportError> {
    let method = Method::from_bytes(request.method.as_bytes())
        .map_err(|_| unsendable(format!("`{}` is not an HTTP method", request.method)))?;
    let mut builder = client.request(method, url.clone());
    match &request.body {
        Some(body) if !body.is_empty() => builder = builder.body(body.clone()),
        // Some servers insist on a length even where there is nothing (411 Length Required).
        _ if matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") => {
            builder = builder.header("content-length", "0");
        }
        _ => {}
    }
    if request.options.gzip && !request.headers.contains("accept-encoding") {
        builder = builder.header("accept-encoding", "gzip, deflate");
    }
    let mut outgoing = builder.build().map_err(|_| unsendable("The request cannot be built".to_owned()))?;
    set_headers(outgoing.headers_mut(), &request.headers)?;
    Ok(outgoing)
}

/// Puts the definition's headers in place of what the builder added itself.
fn set_headers(outgoing: &mut HeaderMap, headers: &Headers) -> Result<(), TransportError> {
    let mut own = HeaderMap::new();
    for (name, value) in headers.iter() {
        // The transport knows the framing; a contradicting header would let two servers on the way
        // disagree about where the request ends (RFC 9112 §11.2).
        if ["content-length", "transfer-encoding", "connection"]
            .iter()
            .any(|framing| name.eq_ignore_ascii_case(framing))
        {
            continue;
        }
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            unsendable(format!("`{name}` cannot be the name of a header: it may hold letters, digits and hyphens only"))
        })?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
            unsendable(format!("The value of the header `{name}` holds a line break or another control character"))
        })?;
        own.append(key, value);
    }
    for name in own.keys() {
        outgoing.remove(name);
    }
    outgoing.extend(own);
    Ok(())
}

fn unsendable(what: String) -> TransportError {
    TransportError::new(TransportErrorKind::Other, what)
}

#[cfg(test)]
mod tests;
