//! Small pieces of HTTP that every provider here needs: reading parameters, writing answers.

use axum::Json;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, PRAGMA};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;

use crate::authorization::{Error, ErrorCode, Parameters, Reason};
use crate::consent::NOT_TO_BE_FRAMED;

/// Which bodies a token endpoint reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Bodies {
    /// `application/x-www-form-urlencoded` alone (RFC 6749 §3.2, appendix B).
    Form,
    /// JSON as well.
    FormOrJson,
}

/// The parameters in a request's body.
pub fn body_parameters(headers: &HeaderMap, body: &[u8], bodies: Bodies) -> Result<Parameters, Error> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/x-www-form-urlencoded" => Parameters::from_urlencoded(body),
        "application/json" if bodies == Bodies::FormOrJson => Parameters::from_json(body),
        _ => Err(Error::new(
            ErrorCode::InvalidRequest,
            Reason::Malformed,
            match bodies {
                Bodies::Form => "the content type must be application/x-www-form-urlencoded",
                Bodies::FormOrJson => "the content type must be application/json or application/x-www-form-urlencoded",
            },
        )),
    }
}

/// The `Authorization` header as text.
pub fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok())
}

/// Whether whoever asks would rather read a page than JSON.
pub fn wants_a_page(headers: &HeaderMap) -> bool {
    headers.get("accept").and_then(|value| value.to_str().ok()).is_some_and(|kinds| kinds.contains("text/html"))
}

/// Whether a browser says that another site made it send this request (Fetch Metadata).
pub fn comes_from_another_site(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}

/// A JSON answer that nobody may keep (RFC 6749 §5.1).
pub fn json(status: u16, value: Value) -> Response {
    let mut response = (status_code(status), Json(value)).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// A page that may be neither framed nor kept.
pub fn page(status: u16, html: String) -> Response {
    let mut response = (status_code(status), Html(html)).into_response();
    for (name, value) in NOT_TO_BE_FRAMED {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// Sends a browser on: 303 after a form, so that the form is not sent along (RFC 9700 §4.12),
/// 302 otherwise.
pub fn redirect(after_a_form: bool, location: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(location) else {
        return json(400, serde_json::json!({ "error": "invalid_request" }));
    };
    let status = if after_a_form { StatusCode::SEE_OTHER } else { StatusCode::FOUND };
    let headers = [
        (LOCATION, location),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (HeaderName::from_static("referrer-policy"), HeaderValue::from_static("no-referrer")),
    ];
    (status, headers).into_response()
}

/// Every status here is one of ours; a wrong one would be our fault, hence 500.
fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
