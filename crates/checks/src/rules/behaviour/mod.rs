//! `CS10`: what shows across phases only.
//!
//! Decided from the files. What shows in a run only (142 to 144, 149, 150 of pitfalls.md) is listed in
//! `docs/checks/README.md`.

mod array_in_data_or_temp_shrinks;
mod invalidate_method_default;
mod invalidate_without_token;
mod null_resets_user_input;
mod token_type_hint;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &invalidate_method_default::RULE,
    &invalidate_without_token::RULE,
    &null_resets_user_input::RULE,
    &array_in_data_or_temp_shrinks::RULE,
    &token_type_hint::RULE,
];
