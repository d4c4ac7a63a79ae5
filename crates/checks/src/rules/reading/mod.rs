//! `CS00`: what reading the files already finds. Detection and wording live in `connspec_spec::rules`; here is the
//! documentation.

mod json_syntax;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[&json_syntax::RULE];
