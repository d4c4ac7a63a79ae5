//! `CS11`: integration manifests, the second dialect: what its validator demands, and what its runs do unasked.

mod integration_address;
mod integration_basic_credentials;
mod integration_body_label;
mod integration_code_in_query;
mod integration_comment;
mod integration_condition_not_text;
mod integration_description_missing;
mod integration_duplicate_id;
mod integration_file_unsaved;
mod integration_grant_type_unknown;
mod integration_header_leak;
mod integration_http_scheme;
mod integration_id_characters;
mod integration_ignored_key;
mod integration_message_after_email;
mod integration_method_missing;
mod integration_needs_safe;
mod integration_nested_data;
mod integration_null;
mod integration_number_range;
mod integration_oauth_empty;
mod integration_oauth_field;
mod integration_offline_access_missing;
mod integration_paging_incomplete;
mod integration_parameter_joined;
mod integration_parameter_misspelt;
mod integration_polling_without_condition;
mod integration_redirect_missing;
mod integration_refresh_missing;
mod integration_refresh_unused;
mod integration_refresh_without_token;
mod integration_required_missing;
mod integration_reserved_id;
mod integration_response_type_missing;
mod integration_schedule;
mod integration_secret_flag_missing;
mod integration_secret_in_source;
mod integration_status_code_numbers;
mod integration_unclosed_tag;
mod integration_unknown_key;
mod integration_unknown_variable;
mod integration_value_unknown;
mod integration_without_code_conflict;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &integration_unknown_key::RULE,
    &integration_ignored_key::RULE,
    &integration_required_missing::RULE,
    &integration_method_missing::RULE,
    &integration_description_missing::RULE,
    &integration_refresh_missing::RULE,
    &integration_oauth_empty::RULE,
    &integration_value_unknown::RULE,
    &integration_number_range::RULE,
    &integration_polling_without_condition::RULE,
    &integration_schedule::RULE,
    &integration_paging_incomplete::RULE,
    &integration_id_characters::RULE,
    &integration_reserved_id::RULE,
    &integration_duplicate_id::RULE,
    &integration_secret_flag_missing::RULE,
    &integration_unknown_variable::RULE,
    &integration_oauth_field::RULE,
    &integration_needs_safe::RULE,
    &integration_secret_in_source::RULE,
    &integration_http_scheme::RULE,
    &integration_status_code_numbers::RULE,
    &integration_nested_data::RULE,
    &integration_body_label::RULE,
    &integration_code_in_query::RULE,
    &integration_header_leak::RULE,
    &integration_redirect_missing::RULE,
    &integration_response_type_missing::RULE,
    &integration_offline_access_missing::RULE,
    &integration_refresh_unused::RULE,
    &integration_refresh_without_token::RULE,
    &integration_without_code_conflict::RULE,
    &integration_file_unsaved::RULE,
    &integration_condition_not_text::RULE,
    &integration_basic_credentials::RULE,
    &integration_message_after_email::RULE,
    &integration_comment::RULE,
    &integration_address::RULE,
    &integration_null::RULE,
    &integration_unclosed_tag::RULE,
    &integration_parameter_misspelt::RULE,
    &integration_grant_type_unknown::RULE,
    &integration_parameter_joined::RULE,
];
