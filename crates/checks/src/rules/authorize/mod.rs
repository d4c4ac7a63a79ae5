//! `CS03`: the redirect to the provider and the callback.

mod authorize_missing_redirect_uri;
mod body_in_authorize_response;
mod code_not_captured;
mod missing_response_type;
mod nonexistent_oauth_variable;
mod redirect_uri_mismatch;
mod same_temp_block_reference;
mod scope_not_joined;
mod temp_outside_flow;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &authorize_missing_redirect_uri::RULE,
    &redirect_uri_mismatch::RULE,
    &missing_response_type::RULE,
    &scope_not_joined::RULE,
    &code_not_captured::RULE,
    &nonexistent_oauth_variable::RULE,
    &body_in_authorize_response::RULE,
    &temp_outside_flow::RULE,
    &same_temp_block_reference::RULE,
];
