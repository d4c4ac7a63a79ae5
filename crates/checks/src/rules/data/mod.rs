//! `CS06`: data, uid, metadata and the form.

mod access_token_name_mismatch;
mod app_common_confusion;
mod base_reads_parameters;
mod base_reads_unstored_key;
mod clientid_param_names;
mod common_data;
mod common_undefined;
mod field_words;
mod form_field_shape;
mod install_mapping_gap;
mod metadata_leaks_secret;
mod metadata_missing;
mod metadata_type;
mod not_editable;
mod parameter_undefined;
mod parameter_unused;
mod required_missing;
mod reserved_parameter_name;
mod secret_as_default;
mod secret_as_text;
mod secret_in_repo_common;
mod secret_in_source;
mod stored_never_read;
mod superfluous_credentials;
mod uid_in_wrong_place;
mod uid_missing_for_shared_webhook;
mod uid_shape;
mod usage;
mod webhook_address_unsent;
mod webhook_data_unknown;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &access_token_name_mismatch::RULE,
    &uid_missing_for_shared_webhook::RULE,
    &uid_in_wrong_place::RULE,
    &metadata_type::RULE,
    &metadata_missing::RULE,
    &metadata_leaks_secret::RULE,
    &reserved_parameter_name::RULE,
    &secret_as_text::RULE,
    &parameter_unused::RULE,
    &parameter_undefined::RULE,
    &not_editable::RULE,
    &required_missing::RULE,
    &common_undefined::RULE,
    &install_mapping_gap::RULE,
    &app_common_confusion::RULE,
    &secret_in_source::RULE,
    &secret_in_repo_common::RULE,
    &clientid_param_names::RULE,
    &superfluous_credentials::RULE,
    &base_reads_unstored_key::RULE,
    &base_reads_parameters::RULE,
    &uid_shape::RULE,
    &form_field_shape::RULE,
    &stored_never_read::RULE,
    &webhook_data_unknown::RULE,
    &webhook_address_unsent::RULE,
    &secret_as_default::RULE,
];
