//! `CS04`: proof key for code exchange (RFC 7636).

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[];
