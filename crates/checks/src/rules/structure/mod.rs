//! `CS01`: blocks, directives, sections and files.

mod aliased_connection_edited;
mod basic_multi_request;
mod choice_incomplete;
mod connection_without_verification;
mod duplicate_key;
mod empty_scope_string;
mod export_hides_common;
mod mixed_oauth1_oauth2_phases;
mod other_directives;
mod phase_array_editor_schema;
mod phase_array_in_authorize;
mod rpc_unknown;
mod scope_not_array;
mod scope_not_described;
mod scopes_in_one_text;
mod scopes_not_object;
mod suppression_without_reason;
mod trigger_incomplete;
mod type_shape_mismatch;
mod unknown_directive;
mod unknown_phase;
mod unused_suppression;
mod wrong_communication_filename;

use crate::rule::Rule;

pub(crate) use duplicate_key::examine as duplicate_keys;
pub(crate) use suppression_without_reason::RULE as SUPPRESSION_WITHOUT_REASON;
pub(crate) use unknown_directive::{
    OF_REQUEST, OF_RESPONSE, RULE as UNKNOWN_DIRECTIVE, meant_directive, works_in_connection,
};
pub(crate) use unknown_phase::{Blocks, RULE as UNKNOWN_PHASE};
pub(crate) use unused_suppression::RULE as UNUSED_SUPPRESSION;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &type_shape_mismatch::RULE,
    &unknown_phase::RULE,
    &mixed_oauth1_oauth2_phases::RULE,
    &unknown_directive::RULE,
    &phase_array_in_authorize::RULE,
    &phase_array_editor_schema::RULE,
    &basic_multi_request::RULE,
    &duplicate_key::RULE,
    &scope_not_array::RULE,
    &scopes_not_object::RULE,
    &empty_scope_string::RULE,
    &scope_not_described::RULE,
    &connection_without_verification::RULE,
    &aliased_connection_edited::RULE,
    &wrong_communication_filename::RULE,
    &export_hides_common::RULE,
    &suppression_without_reason::RULE,
    &unused_suppression::RULE,
    &scopes_in_one_text::RULE,
    &choice_incomplete::RULE,
    &trigger_incomplete::RULE,
    &rpc_unknown::RULE,
];
