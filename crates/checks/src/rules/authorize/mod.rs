//! `CS03`: the redirect and its callback.

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[];
