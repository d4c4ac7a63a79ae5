//! Faults in an otherwise proper HTTP answer.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::{Fault, bomb};
use crate::reply;

/// The last words of the paths that are taken for token endpoints.
const TOKEN_PATHS: [&str; 4] = ["token", "refresh", "access_token", "request_token"];

/// What the gzip bomb unpacks to, in mebibytes.
const BOMB_MEBIBYTES: usize = 1024;

/// How large the huge header is.
const HUGE_HEADER: usize = 1024 * 1024;

/// No answer of ours is longer.
const BODY_LIMIT: usize = 1024 * 1024;

/// `router` with `fault` in the answers of its token endpoints: POST to a path that ends in
/// `token`, `refresh`, `access_token` or `request_token`. Faults that strike elsewhere leave the
/// router as it is.
pub fn misbehave(router: Router, fault: Fault) -> Router {
    if !fault.is_in_an_answer() {
        return router;
    }
    router.layer(from_fn(move |request: Request, next: Next| async move {
        if is_token_request(request.method(), request.uri().path()) {
            strike(fault, request, next).await
        } else {
            next.run(request).await
        }
    }))
}

/// Whether a request is one that faults strike.
pub(super) fn is_token_request(method: &Method, path: &str) -> bool {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    method == Method::POST && TOKEN_PATHS.contains(&last)
}

async fn strike(fault: Fault, request: Request, next: Next) -> Response {
    match fault {
        Fault::JsonAsTextPlain => {
            with_header(next.run(request).await, CONTENT_TYPE, HeaderValue::from_static("text/plain"))
        }
        Fault::DuplicateHeaders => {
            let mut response = next.run(request).await;
            response.headers_mut().append(CONTENT_TYPE, HeaderValue::from_static("text/html"));
            response
        }
        Fault::HugeHeader => {
            let padding = HeaderValue::from_bytes(&[b'a'; HUGE_HEADER]).expect("letters make a header value");
            with_header(next.run(request).await, "x-padding".parse().expect("it is a header name"), padding)
        }
        Fault::ExpiresInAsText => changed(next.run(request).await, lifetimes_as_text).await,
        Fault::MissingTokenType => changed(next.run(request).await, |body| drop(body.remove("token_type"))).await,
        other => instead(other, request.uri().path()),
    }
}

/// The answer that a request gets without being carried out.
fn instead(fault: Fault, path: &str) -> Response {
    let message = json!({ "error": { "code": "invalid_grant", "message": "the request was refused" } });
    match fault {
        Fault::HtmlErrorPage => {
            let html = "<!doctype html><html><head><title>502 Bad Gateway</title></head>\
                <body><h1>502 Bad Gateway</h1></body></html>";
            (StatusCode::BAD_GATEWAY, Html(html)).into_response()
        }
        Fault::EmptyBadRequest => StatusCode::BAD_REQUEST.into_response(),
        Fault::ErrorWith200 => reply::json(200, message),
        Fault::RateLimited => with_header(reply::json(429, message), RETRY_AFTER, HeaderValue::from_static("30")),
        Fault::RedirectToAnotherHost => moved(&format!("https://elsewhere.invalid{path}")),
        Fault::EndlessRedirect => moved(path),
        Fault::GzipBomb => {
            let headers = [(CONTENT_TYPE, "application/json"), (CONTENT_ENCODING, "gzip")];
            (headers, bomb::gzip_of_zeros(BOMB_MEBIBYTES)).into_response()
        }
        Fault::InvalidUtf8 => {
            let body = b"{\"access_token\":\"\xff\xfe\",\"expires_in\":5}".to_vec();
            ([(CONTENT_TYPE, "application/json")], body).into_response()
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// 307 keeps method and body: the redirect that gives secrets away when followed blindly.
fn moved(location: &str) -> Response {
    let location = HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static("/"));
    with_header(StatusCode::TEMPORARY_REDIRECT.into_response(), LOCATION, location)
}

fn with_header(mut response: Response, name: axum::http::HeaderName, value: HeaderValue) -> Response {
    response.headers_mut().insert(name, value);
    response
}

/// The answer with its JSON members changed; anything but a JSON object stays as it is.
async fn changed(response: Response, change: impl FnOnce(&mut Map<String, Value>)) -> Response {
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let Ok(Value::Object(mut members)) = serde_json::from_slice(&bytes) else {
        return Response::from_parts(head, Body::from(bytes));
    };
    change(&mut members);
    head.headers.remove(CONTENT_LENGTH);
    Response::from_parts(head, Body::from(Value::Object(members).to_string()))
}

fn lifetimes_as_text(members: &mut Map<String, Value>) {
    for name in ["expires_in", "refresh_expires_in"] {
        if let Some(value) = members.get_mut(name).filter(|value| value.is_number()) {
            *value = Value::String(value.to_string());
        }
    }
}
