//! `CS09`: OAuth 1 (RFC 5849).

mod oauth1_answer_name;
mod oauth1_authorize_token_missing;
mod oauth1_callback_missing;
mod oauth1_consumer_missing;
mod oauth1_missing_urlencoded_response;
mod oauth1_signature_enum;
mod oauth1_signing_key_missing;
mod oauth1_token_secret_missing;
mod oauth1_verifier_missing;
mod oauth1_verifier_variable;
mod signing;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &oauth1_missing_urlencoded_response::RULE,
    &oauth1_verifier_variable::RULE,
    &oauth1_token_secret_missing::RULE,
    &oauth1_signature_enum::RULE,
    &oauth1_consumer_missing::RULE,
    &oauth1_signing_key_missing::RULE,
    &oauth1_verifier_missing::RULE,
    &oauth1_callback_missing::RULE,
    &oauth1_authorize_token_missing::RULE,
    &oauth1_answer_name::RULE,
];
