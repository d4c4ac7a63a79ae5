//! One folder per area of pitfalls.md, one file per rule; here is the list of areas.
//!
//! Codes: `CS00` reading files, `CS01` structure, `CS02` urls and requests, `CS03` authorize, `CS04` PKCE,
//! `CS05` tokens and expiry, `CS06` data and forms, `CS07` logging and errors, `CS08` expressions, `CS09` OAuth 1,
//! `CS10` behaviour across phases, `CS11` integration manifests.

mod authorize;
mod behaviour;
mod data;
mod expressions;
mod integration;
mod logging;
mod oauth1;
mod pkce;
mod reading;
mod requests;
pub(crate) mod structure;
mod tokens;

use crate::rule::Rule;

/// Every rule, by code.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    AREAS.iter().flat_map(|area| area.iter().copied())
}

const AREAS: &[&[&Rule]] = &[
    reading::RULES,
    structure::RULES,
    requests::RULES,
    authorize::RULES,
    pkce::RULES,
    tokens::RULES,
    data::RULES,
    logging::RULES,
    expressions::RULES,
    oauth1::RULES,
    behaviour::RULES,
    integration::RULES,
];
