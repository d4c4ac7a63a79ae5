//! `CS07`: logging and errors.

mod base_sanitize_missing;
mod empty_log;
mod error_2xx_without_valid;
mod error_message_missing;
mod error_missing;
mod error_status_range;
mod error_type_unknown;
mod invalid_token_on_403_or_500;
mod refresh_error_type;
mod sanitize_incomplete;
mod sanitize_missing;
mod sanitize_wrong_path;
mod secret_in_error_message;
mod secret_in_query;
mod valid_accepts_error_status;
mod valid_inverted;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &sanitize_missing::RULE,
    &sanitize_wrong_path::RULE,
    &sanitize_incomplete::RULE,
    &secret_in_query::RULE,
    &secret_in_error_message::RULE,
    &error_missing::RULE,
    &error_message_missing::RULE,
    &error_type_unknown::RULE,
    &error_status_range::RULE,
    &error_2xx_without_valid::RULE,
    &refresh_error_type::RULE,
    &invalid_token_on_403_or_500::RULE,
    &valid_accepts_error_status::RULE,
    &empty_log::RULE,
    &base_sanitize_missing::RULE,
    &valid_inverted::RULE,
];
