//! `CS09`: OAuth 1 (RFC 5849).

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[];
