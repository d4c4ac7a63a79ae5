//! A router as a transport: requests are answered in the same process, without a socket.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http;
use connspec_exchange::{BoxFuture, Headers, Request, Response, Transport, TransportError, TransportErrorKind};
use tower::ServiceExt as _;
use url::Url;

/// The largest answer that is read: 64 MiB, far above any honest one.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// Answers every request from a router, whatever host it names. One hop: redirects come back as
/// they are.
#[derive(Clone)]
pub struct InProcess(pub Router);

impl Transport for InProcess {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>> {
        Box::pin(async move {
            let inner = to_http(request)?;
            let Ok(answer) = self.0.clone().oneshot(inner).await;
            from_http(answer, &request.url).await
        })
    }
}

fn to_http(request: &Request) -> Result<http::Request<Body>, TransportError> {
    let invalid = |what: &str| TransportError::new(TransportErrorKind::InvalidUrl, what.to_owned());
    let url = Url::parse(&request.url).map_err(|_| invalid("the request's URL is not absolute"))?;
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let mut builder = http::Request::builder().method(request.method.as_str()).uri(target);
    if !request.headers.contains("host") {
        let host = url.host_str().ok_or_else(|| invalid("the request's URL names no host"))?;
        let host = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        builder = builder.header(http::header::HOST, host);
    }
    for (name, value) in request.headers.iter() {
        builder = builder.header(name, value);
    }
    let body = request.body.clone().map_or_else(Body::empty, Body::from);
    builder.body(body).map_err(|_| {
        TransportError::new(
            TransportErrorKind::Protocol,
            "the method or a header contains characters that HTTP does not allow",
        )
    })
}

async fn from_http(answer: http::Response<Body>, url: &str) -> Result<Response, TransportError> {
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, BODY_LIMIT)
        .await
        .map_err(|_| TransportError::new(TransportErrorKind::CutShort, "the answer ended early or is too large"))?;
    let mut headers = Headers::new();
    for (name, value) in &head.headers {
        headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    let mut response = Response::new(head.status.as_u16()).with_url(url);
    response.headers = headers;
    response.body = body.to_vec();
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::{get, post};

    fn transport() -> InProcess {
        InProcess(Router::new().route("/echo", post(|body: String| async move { format!("got {body}") })).route(
            "/host",
            get(|headers: http::HeaderMap| async move { headers["host"].to_str().unwrap().to_owned() }),
        ))
    }

    #[tokio::test]
    async fn any_host_is_answered_and_named_in_the_host_header() {
        let request = Request::get("https://api.example:8443/host?x=1");
        let response = transport().send(&request).await.unwrap();
        assert_eq!((response.status, response.url.as_str()), (200, request.url.as_str()));
        assert_eq!(response.text(), Some("api.example:8443"));
        let echoed = Request::new("POST", "http://a.example/echo").with_body("text/plain", "it");
        assert_eq!(transport().send(&echoed).await.unwrap().text(), Some("got it"));
    }

    #[tokio::test]
    async fn what_http_cannot_carry_is_an_error() {
        let bad_url = transport().send(&Request::get("/relative")).await.unwrap_err();
        assert_eq!(bad_url.kind, TransportErrorKind::InvalidUrl);
        let bad_header = Request::get("http://a.example/host").with_header("x", "a\r\nb");
        assert_eq!(transport().send(&bad_header).await.unwrap_err().kind, TransportErrorKind::Protocol);
    }
}
