//! `CS05`: tokens, their renewal and their end.

mod access_token_not_renewed;
mod answer_name_misspelt;
mod authorization_malformed;
mod base64_two_expressions;
mod basic_auth_not_encoded;
mod bearer_missing;
mod client_credentials_with_code;
mod credential_mixed_up;
mod expires_not_updated_in_refresh;
mod expires_of_refresh_token;
mod expires_only_at_response_level;
mod expires_raw_number;
mod expires_unit;
mod expiry_compared_with_number;
mod grant_parameter_missing;
mod grant_type_unknown;
mod header;
mod lives;
mod missing_client_auth;
mod missing_grant_type;
mod refresh_condition_inverted;
mod refresh_condition_never_true;
mod refresh_lead_exceeds_lifetime;
mod refresh_rotation_ignored;
mod refresh_scope_ignored;
mod refresh_token_lost;
mod refresh_token_not_stored;
mod refresh_without_condition;
mod refresh_wrong_grant;
mod response_expires_missing;
mod signed_with;
mod token_condition_always_true;
mod token_condition_always_true_with_authorize;
mod token_condition_required;
mod token_response_scope_missing;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &token_condition_required::RULE,
    &token_condition_always_true_with_authorize::RULE,
    &token_condition_always_true::RULE,
    &refresh_without_condition::RULE,
    &refresh_condition_never_true::RULE,
    &expires_only_at_response_level::RULE,
    &expires_not_updated_in_refresh::RULE,
    &expires_raw_number::RULE,
    &expires_unit::RULE,
    &refresh_lead_exceeds_lifetime::RULE,
    &refresh_condition_inverted::RULE,
    &refresh_token_lost::RULE,
    &refresh_token_not_stored::RULE,
    &refresh_rotation_ignored::RULE,
    &refresh_wrong_grant::RULE,
    &refresh_scope_ignored::RULE,
    &response_expires_missing::RULE,
    &missing_grant_type::RULE,
    &client_credentials_with_code::RULE,
    &missing_client_auth::RULE,
    &basic_auth_not_encoded::RULE,
    &base64_two_expressions::RULE,
    &bearer_missing::RULE,
    &token_response_scope_missing::RULE,
    &grant_type_unknown::RULE,
    &authorization_malformed::RULE,
    &credential_mixed_up::RULE,
    &expiry_compared_with_number::RULE,
    &grant_parameter_missing::RULE,
    &access_token_not_renewed::RULE,
    &expires_of_refresh_token::RULE,
    &answer_name_misspelt::RULE,
];
