//! `CS08`: what stands between `{{` and `}}`.

mod syntax;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[&syntax::RULE];
