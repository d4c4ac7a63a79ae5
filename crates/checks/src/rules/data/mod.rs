//! `CS06`: data, uid, metadata and the form.

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[];
