//! [`Following`]: redirects, followed by us so that nothing secret is carried to another host.

use std::time::Instant;

use url::Url;

use crate::live::{AddressPolicy, is_loopback_url};
use crate::redact::is_secret_field;
use crate::{BoxFuture, Hop, Request, Response, Transport, TransportError, TransportErrorKind};

/// Follows redirects on top of a transport that does not.
///
/// Which ones: of GET, HEAD and OPTIONS if `follow_redirects`, of every other method if
/// `follow_all_redirects` (communication.md §5 followRedirects); at most `max_redirects`. 301, 302
/// and 303 turn into GET without a body (HEAD stays), 307 and 308 repeat the request.
///
/// Credentials (`Authorization`, `Cookie`, headers named like a key or token, those that
/// [`crate::RequestOptions::confidential`] names) stay with the origin they were meant for. A body is never repeated to another origin, and no public host may send us
/// to this machine. A redirect to anything but HTTP is the answer itself.
#[derive(Debug, Clone)]
pub struct Following<T> {
    inner: T,
    policy: AddressPolicy,
}

impl<T: Transport> Following<T> {
    /// Follows redirects of what `inner` answers.
    pub fn new(inner: T) -> Self {
        Self::with_policy(inner, AddressPolicy::default())
    }

    /// The same, with the policy that `inner` judges addresses by.
    pub fn with_policy(inner: T, policy: AddressPolicy) -> Self {
        Self { inner, policy }
    }

    async fn follow(&self, original: &Request) -> Result<Response, TransportError> {
        let started = Instant::now();
        let mut request = original.clone();
        let mut hops: Vec<Hop> = Vec::new();
        let mut repeated = false;
        loop {
            // The first hop has the whole time, and says so; later ones what is left.
            if !hops.is_empty() {
                request.options.timeout = original.options.timeout.saturating_sub(started.elapsed());
            }
            let answer = self.inner.send(&request).await;
            let mut response = answer.map_err(|error| in_the_end(error, original, hops.len()))?;
            repeated |= response.repeated;
            let Some(next) = redirect(&request, &response) else {
                response.hops = hops;
                response.repeated = repeated;
                return Ok(response);
            };
            if hops.len() >= original.options.max_redirects as usize {
                return Err(too_many(original.options.max_redirects));
            }
            let next_request = self.next_request(&request, &response, &next)?;
            hops.push(Hop {
                status: response.status,
                method: request.method,
                url: request.url,
                location: next_request.url.clone(),
            });
            request = next_request;
        }
    }

    /// The request that a redirect asks for, without what must not travel.
    fn next_request(&self, request: &Request, response: &Response, next: &Redirect) -> Result<Request, TransportError> {
        let Redirect { from, to } = next;
        let mut request = request.clone();
        request.url = to.to_string();
        if is_loopback_url(to) && !is_loopback_url(from) && !self.policy.allow_private {
            return Err(TransportError::new(
                TransportErrorKind::BlockedAddress,
                format!(
                    "{} redirected to this machine ({}). A public server that can make requests here could reach what is not meant for it, so this is refused",
                    host(from),
                    host(to)
                ),
            ));
        }
        if !matches!(response.status, 307 | 308) {
            if request.method != "HEAD" {
                request.method = "GET".to_owned();
            }
            request.body = None;
            for name in ["content-type", "content-length", "content-encoding", "transfer-encoding"] {
                request.headers.remove(name);
            }
        }
        if !same_origin(from, to) {
            if request.body.is_some() {
                return Err(TransportError::new(
                    TransportErrorKind::UnsafeRedirect,
                    format!(
                        "{} redirected a {} with its body to {}. The body may hold credentials meant for the first host only, so it was not sent on. If the API has moved, put its new address into the definition",
                        host(from),
                        request.method,
                        host(to)
                    ),
                ));
            }
            drop_credentials(&mut request);
        }
        Ok(request)
    }
}

impl<T: Transport> Transport for Following<T> {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>> {
        Box::pin(self.follow(request))
    }
}

/// From where to where.
struct Redirect {
    from: Url,
    to: Url,
}

/// The redirect that this response is, if it is one that is to be followed.
fn redirect(request: &Request, response: &Response) -> Option<Redirect> {
    if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let wanted = match request.method.as_str() {
        "GET" | "HEAD" | "OPTIONS" => request.options.follow_redirects,
        _ => request.options.follow_all_redirects,
    };
    let from = Url::parse(&request.url).ok()?;
    let to = from.join(response.headers.get("location")?.trim()).ok()?;
    (wanted && matches!(to.scheme(), "http" | "https")).then_some(Redirect { from, to })
}

/// The same scheme, host and port; going from http to https on one host's standard ports counts as
/// staying.
fn same_origin(from: &Url, to: &Url) -> bool {
    let upgraded = from.scheme() == "http" && to.scheme() == "https" && from.port().is_none() && to.port().is_none();
    from.host_str() == to.host_str() && (from.origin() == to.origin() || upgraded)
}

fn drop_credentials(request: &mut Request) {
    let dropped: Vec<String> = request
        .headers
        .iter()
        .map(|(name, _)| name.to_ascii_lowercase())
        .filter(|name| {
            matches!(name.as_str(), "authorization" | "cookie" | "proxy-authorization" | "host" | "referer")
                || is_secret_field(name)
                || request.options.confidential.iter().any(|held| held.eq_ignore_ascii_case(name))
        })
        .collect();
    for name in dropped {
        request.headers.remove(&name);
    }
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

/// A timeout on the way is the timeout of the whole: the last hop had only what was left of it.
fn in_the_end(error: TransportError, original: &Request, hops: usize) -> TransportError {
    if hops == 0 || error.kind != TransportErrorKind::Timeout {
        return error;
    }
    let limit = original.options.timeout.as_millis();
    TransportError::new(error.kind, format!("No complete answer within {limit} ms, {hops} redirects included"))
}

fn too_many(limit: u32) -> TransportError {
    TransportError::new(
        TransportErrorKind::TooManyRedirects,
        format!("More than {limit} redirects in a row: the server seems to redirect in a circle"),
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Answers `/redirect?status=S&to=URL` with that redirect and anything else with 200; keeps what
    /// it was sent.
    #[derive(Default)]
    struct Redirector {
        seen: Mutex<Vec<Request>>,
    }

    impl Transport for &Redirector {
        fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>> {
            self.seen.lock().unwrap().push(request.clone());
            let url = Url::parse(&request.url).unwrap();
            let parameter =
                |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
            let mut response = Response::new(200).with_url(&request.url);
            if let Some(status) = parameter("status") {
                response.status = status.parse().unwrap();
                response.headers.set("Location", parameter("to").unwrap());
            }
            Box::pin(std::future::ready(Ok(response)))
        }
    }

    fn redirecting(method: &str, status: u16, to: &str) -> Request {
        let url =
            Url::parse_with_params("https://a.example/start/x", [("status", status.to_string().as_str()), ("to", to)])
                .unwrap();
        let request = Request::new(method, url)
            .with_header("Authorization", "Bearer secret-1")
            .with_header("X-Api-Key", "secret-2")
            .with_header("X-Plain", "plain");
        if matches!(method, "GET" | "HEAD") { request } else { request.with_form([("client_secret", "secret-3")]) }
    }

    async fn last(method: &str, status: u16, to: &str) -> Request {
        let server = Redirector::default();
        Following::new(&server).send(&redirecting(method, status, to)).await.unwrap();
        server.seen.into_inner().unwrap().pop().unwrap()
    }

    #[tokio::test]
    async fn methods_and_bodies_after_a_redirect() {
        // method, status, method afterwards, body kept
        let table = [
            ("GET", 301, "GET", false),
            ("GET", 307, "GET", false),
            ("HEAD", 302, "HEAD", false),
            ("POST", 301, "GET", false),
            ("POST", 302, "GET", false),
            ("PUT", 303, "GET", false),
            ("POST", 307, "POST", true),
            ("POST", 308, "POST", true),
        ];
        for (method, status, afterwards, body) in table {
            let last = last(method, status, "/end").await;
            assert_eq!(
                (last.method.as_str(), last.url.as_str()),
                (afterwards, "https://a.example/end"),
                "{method} {status}"
            );
            assert_eq!((last.body.is_some(), last.headers.contains("content-type")), (body, body), "{method} {status}");
            assert_eq!(last.headers.get("authorization"), Some("Bearer secret-1"), "{method} {status}");
        }
    }

    #[tokio::test]
    async fn rfc9700_4_credentials_stay_with_their_origin() {
        let elsewhere = [
            "https://b.example/",
            "http://a.example/",
            "https://a.example:8443/",
            "https://sub.a.example/",
            "//b.example/",
        ];
        for to in elsewhere {
            let last = last("GET", 302, to).await;
            let names: Vec<String> = last.headers.iter().map(|(name, _)| name.to_owned()).collect();
            assert_eq!(names, ["X-Plain"], "{to}");
        }
        let error = Following::new(&Redirector::default())
            .send(&redirecting("POST", 307, "https://b.example/token"))
            .await
            .unwrap_err();
        assert_eq!(error.kind, TransportErrorKind::UnsafeRedirect);
        assert!(error.message.contains("a.example") && !error.message.contains("secret"), "{error}");
        assert_eq!(last("POST", 302, "https://b.example/").await.body, None);
    }

    #[tokio::test]
    async fn a_header_that_holds_a_secret_stays_whatever_it_is_called() {
        for (to, kept) in [("https://b.example/", false), ("/end", true)] {
            let server = Redirector::default();
            let mut request = redirecting("GET", 302, to);
            request.options.confidential = vec!["x-plain".to_owned()];
            Following::new(&server).send(&request).await.unwrap();
            assert_eq!(server.seen.lock().unwrap()[1].headers.contains("x-plain"), kept, "{to}");
        }
    }

    #[tokio::test]
    async fn an_upgrade_to_https_keeps_them() {
        let server = Redirector::default();
        let mut request = redirecting("GET", 301, "https://a.example/end");
        request.url = request.url.replacen("https", "http", 1);
        Following::new(&server).send(&request).await.unwrap();
        assert!(server.seen.lock().unwrap()[1].headers.contains("authorization"));
    }

    #[tokio::test]
    async fn switches_and_unfollowable_targets_leave_the_redirect_as_the_answer() {
        let server = Redirector::default();
        let status = async |method: &str, to: &str, change: fn(&mut Request)| {
            let mut request = redirecting(method, 302, to);
            change(&mut request);
            Following::new(&server).send(&request).await.unwrap().status
        };
        assert_eq!(status("GET", "/end", |request| request.options.follow_redirects = false).await, 302);
        assert_eq!(status("GET", "/end", |request| request.options.follow_all_redirects = false).await, 200);
        assert_eq!(status("POST", "/end", |request| request.options.follow_all_redirects = false).await, 302);
        assert_eq!(status("POST", "/end", |request| request.options.follow_redirects = false).await, 200);
        assert_eq!(status("GET", "myapp://callback?code=1", |_| {}).await, 302);
        assert_eq!(status("GET", "https://[", |_| {}).await, 302);
        let no_location = |_: &Request| Ok(Response::new(302));
        assert_eq!(Following::new(no_location).send(&Request::get("https://a.example/")).await.unwrap().status, 302);
    }

    #[tokio::test]
    async fn hops_are_recorded() {
        let inner = redirecting("GET", 303, "/end").url;
        let response = Following::new(&Redirector::default()).send(&redirecting("POST", 307, &inner)).await.unwrap();
        assert_eq!(response.url, "https://a.example/end");
        let hops: Vec<_> =
            response.hops.iter().map(|hop| (hop.status, hop.method.as_str(), hop.location.as_str())).collect();
        assert_eq!(hops, [(307, "POST", inner.as_str()), (303, "POST", "https://a.example/end")]);
    }

    #[tokio::test]
    async fn circles_end() {
        let circle = |request: &Request| Ok(Response::new(302).with_header("location", &request.url));
        for limit in [0, 3, 21] {
            let mut request = Request::get("https://a.example/");
            request.options.max_redirects = limit;
            let error = Following::new(circle).send(&request).await.unwrap_err();
            assert_eq!(error.kind, TransportErrorKind::TooManyRedirects);
            assert!(error.message.contains(&limit.to_string()));
        }
    }

    #[tokio::test]
    async fn the_timeout_is_one_for_all_hops() {
        let left = Mutex::new(Vec::new());
        let slow = |request: &Request| {
            left.lock().unwrap().push(request.options.timeout);
            if request.url.ends_with("/end") {
                return Err(TransportError::new(TransportErrorKind::Timeout, "no answer within 3 ms"));
            }
            Ok(Response::new(302).with_header("location", "/end"))
        };
        let error = Following::new(slow).send(&Request::get("https://a.example/")).await.unwrap_err();
        assert_eq!(error.message, "No complete answer within 40000 ms, 1 redirects included");
        let left = left.into_inner().unwrap();
        assert!(left[1] <= left[0], "{left:?}");
    }

    #[tokio::test]
    async fn a_public_server_cannot_send_us_to_this_machine() {
        for to in ["http://127.0.0.1:9200/", "http://localhost/", "http://[::1]/"] {
            let request = redirecting("GET", 302, to);
            let error = Following::new(&Redirector::default()).send(&request).await.unwrap_err();
            assert_eq!(error.kind, TransportErrorKind::BlockedAddress, "{to}");
        }
        let mut local = redirecting("GET", 302, "http://127.0.0.1:2/end");
        local.url = local.url.replacen("https://a.example", "http://127.0.0.1:1", 1);
        assert_eq!(Following::new(&Redirector::default()).send(&local).await.unwrap().status, 200);
    }
}
