//! `CS10`: what shows across phases only.

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[];
