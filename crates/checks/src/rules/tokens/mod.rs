//! `CS05`: tokens, their renewal and their end.

mod base64_two_expressions;
mod basic_auth_not_encoded;
mod client_credentials_with_code;
mod expires_not_updated_in_refresh;
mod expires_only_at_response_level;
mod expires_raw_number;
mod header;
mod lives;
mod missing_grant_type;
mod refresh_condition_inverted;
mod refresh_condition_never_true;
mod refresh_token_lost;
mod refresh_token_not_stored;
mod refresh_wrong_grant;
mod token_condition_always_true_with_authorize;
mod token_condition_required;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &token_condition_required::RULE,
    &token_condition_always_true_with_authorize::RULE,
    &refresh_condition_never_true::RULE,
    &expires_only_at_response_level::RULE,
    &expires_not_updated_in_refresh::RULE,
    &expires_raw_number::RULE,
    &refresh_condition_inverted::RULE,
    &refresh_token_lost::RULE,
    &refresh_token_not_stored::RULE,
    &refresh_wrong_grant::RULE,
    &missing_grant_type::RULE,
    &client_credentials_with_code::RULE,
    &basic_auth_not_encoded::RULE,
    &base64_two_expressions::RULE,
];
