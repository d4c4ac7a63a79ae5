//! `CS04`: the proof that who redeems a code is who asked for it (RFC 7636).

mod pkce_challenge_missing;
mod pkce_challenge_wrong;
mod pkce_double_encoding;
mod pkce_method_missing;
mod pkce_method_unknown;
mod pkce_verifier_hashed;
mod pkce_verifier_missing_in_token;
mod pkce_verifier_regenerated;
mod pkce_verifier_too_short;
mod proof;

use crate::rule::Rule;
use proof::{challenge, is_hashed, token_that_redeems, verifier_key};

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &pkce_verifier_missing_in_token::RULE,
    &pkce_double_encoding::RULE,
    &pkce_verifier_too_short::RULE,
    &pkce_method_missing::RULE,
    &pkce_verifier_regenerated::RULE,
    &pkce_challenge_missing::RULE,
    &pkce_challenge_wrong::RULE,
    &pkce_method_unknown::RULE,
    &pkce_verifier_hashed::RULE,
];
