//! Signing requests: Basic credentials and OAuth 1. JWT and hashes are functions of IML.

mod basic;
pub mod oauth1;
mod rsa;

pub use basic::{basic, basic_form_encoded, read_basic};
pub use rsa::PrivateKeyError;
