//! `CS01`: blocks, directives, sections and files.

mod unknown_directive;
mod unknown_phase;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[&unknown_phase::RULE, &unknown_directive::RULE];
