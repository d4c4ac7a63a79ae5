//! How the Academy words its refusals: `{"error":{"message"}}` (academy-api.md, "Error shape",
//! gap 7).

use axum::http::header::WWW_AUTHENTICATE;
use axum::response::Response;
use serde_json::json;

use crate::authorization::http::bearer_challenge;
use crate::authorization::{Error, Reason};
use crate::reply;

/// 404 for an unknown client, 501 for a response or grant type that is not supported, 401 and 403
/// for access tokens, 400 for the rest.
pub fn status(error: &Error) -> u16 {
    match error.reason {
        Reason::UnknownClient => 404,
        Reason::UnsupportedResponseType | Reason::UnsupportedGrantType => 501,
        Reason::MissingAccessToken | Reason::UnknownAccessToken | Reason::ExpiredAccessToken => 401,
        Reason::MissingScope => 403,
        _ => 400,
    }
}

/// The answer for a refusal.
pub fn refused(error: &Error) -> Response {
    let status = status(error);
    let mut response = message(status, &error.description);
    if status == 401 {
        response.headers_mut().insert(WWW_AUTHENTICATE, bearer_challenge(error));
    }
    response
}

/// An error with a sentence.
pub fn message(status: u16, text: &str) -> Response {
    reply::json(status, json!({ "error": { "message": text } }))
}
