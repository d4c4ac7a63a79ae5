//! `CS03`: the redirect to the provider and the callback.

mod authorize_error_unhandled;
mod authorize_missing_client_id;
mod authorize_missing_redirect_uri;
mod authorize_request_side_dead;
mod body_in_authorize_response;
mod callback;
mod callback_parameter_misspelt;
mod code_not_captured;
mod endpoints_exchanged;
mod extra_scopes_field_unused;
mod legacy_redirect_variable;
mod make_only_redirect_variable;
mod manual_state;
mod missing_response_type;
mod no_offline_scope;
mod nonexistent_oauth_variable;
mod oauth_parameter_misspelt;
mod preauthorize_response_directives;
mod query_outside_callback;
mod redirect_uri_hardcoded;
mod redirect_uri_in_refresh;
mod redirect_uri_mismatch;
mod same_temp_block_reference;
mod scope_hardcoded;
mod scope_not_joined;
mod scope_not_sent;
mod scope_separator;
mod temp_never_read;
mod temp_never_written;
mod temp_outside_flow;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &authorize_missing_redirect_uri::RULE,
    &redirect_uri_mismatch::RULE,
    &redirect_uri_hardcoded::RULE,
    &legacy_redirect_variable::RULE,
    &make_only_redirect_variable::RULE,
    &redirect_uri_in_refresh::RULE,
    &missing_response_type::RULE,
    &scope_not_sent::RULE,
    &scope_not_joined::RULE,
    &scope_hardcoded::RULE,
    &scope_separator::RULE,
    &extra_scopes_field_unused::RULE,
    &code_not_captured::RULE,
    &nonexistent_oauth_variable::RULE,
    &manual_state::RULE,
    &authorize_request_side_dead::RULE,
    &authorize_error_unhandled::RULE,
    &body_in_authorize_response::RULE,
    &query_outside_callback::RULE,
    &temp_outside_flow::RULE,
    &same_temp_block_reference::RULE,
    &preauthorize_response_directives::RULE,
    &no_offline_scope::RULE,
    &oauth_parameter_misspelt::RULE,
    &callback_parameter_misspelt::RULE,
    &temp_never_written::RULE,
    &authorize_missing_client_id::RULE,
    &endpoints_exchanged::RULE,
    &temp_never_read::RULE,
];
