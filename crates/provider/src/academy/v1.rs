//! Version 1 of the Academy API: an API key in the header `x-api-key`, below `/api/v1`.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use sha1::{Digest as _, Sha1};

use super::errors;
use super::records::{self, Account, Door};
use super::settings::Settings;
use super::v2::{no_such_endpoint, wrong_method};

/// Version 1's endpoints. `GET /api/v1/about` is the one that validates a key.
pub fn router(settings: &Settings) -> Router {
    let door = Arc::new(ApiKey(settings.api_key.clone()));
    Router::new()
        .nest("/api/v1", records::router(door))
        .fallback(no_such_endpoint)
        .method_not_allowed_fallback(wrong_method)
}

struct ApiKey(String);

impl Door for ApiKey {
    fn open(&self, _method: &Method, headers: &HeaderMap) -> Result<Account, Box<Response>> {
        let refuse = |text: &str| Err(Box::new(errors::message(401, text)));
        match headers.get("x-api-key") {
            Some(key) if *key == *self.0 => {
                let id = hex::encode(Sha1::digest("the student of version 1"));
                Ok(Account { id, name: "Academy Student".to_owned() })
            }
            Some(_) => refuse("the key in the header x-api-key is wrong"),
            None => refuse("the header x-api-key is missing"),
        }
    }
}
