//! `CS05`: `token`, `refresh` and expiry.

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[];
