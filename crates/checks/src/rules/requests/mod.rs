//! `CS02`: urls and requests.

mod absolute;
mod base_address_relative;
mod baseurl_reference;
mod condition_default_in_connection;
mod condition_string_literal;
mod content_type_header_without_type;
mod directive_value_unknown;
mod double_encoding;
mod encodeurl_not_boolean;
mod flag;
mod forbidden_directive_in_connection;
mod get_with_body;
mod header_case_duplicate;
mod header_misspelt;
mod host_pattern_loose;
mod http_scheme;
mod missing_accept_json;
mod missing_url;
mod nested_qs;
mod placeholder_host;
mod redirect_flag_not_static;
mod redirect_flag_spelling;
mod reject_unauthorized_false;
mod relative_url_in_connection;
mod timeout_range;
mod token_json_body;
mod trailing_slash_optional_segment;
mod undefined_in_string;
mod url_and_qs_both;
mod url_malformed;
mod url_misfits_base;
mod user_host_not_validated;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &relative_url_in_connection::RULE,
    &baseurl_reference::RULE,
    &missing_url::RULE,
    &http_scheme::RULE,
    &placeholder_host::RULE,
    &url_and_qs_both::RULE,
    &trailing_slash_optional_segment::RULE,
    &user_host_not_validated::RULE,
    &double_encoding::RULE,
    &encodeurl_not_boolean::RULE,
    &redirect_flag_not_static::RULE,
    &redirect_flag_spelling::RULE,
    &get_with_body::RULE,
    &content_type_header_without_type::RULE,
    &token_json_body::RULE,
    &missing_accept_json::RULE,
    &nested_qs::RULE,
    &undefined_in_string::RULE,
    &header_case_duplicate::RULE,
    &forbidden_directive_in_connection::RULE,
    &condition_string_literal::RULE,
    &condition_default_in_connection::RULE,
    &reject_unauthorized_false::RULE,
    &timeout_range::RULE,
    &directive_value_unknown::RULE,
    &header_misspelt::RULE,
    &url_malformed::RULE,
    &base_address_relative::RULE,
    &url_misfits_base::RULE,
    &host_pattern_loose::RULE,
];
