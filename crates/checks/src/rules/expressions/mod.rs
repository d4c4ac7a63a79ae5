//! `CS08`: what stands between `{{` and `}}`.

mod braces;
mod empty_expression;
mod hyphen_without_backticks;
mod inline_literal;
mod juxtaposition;
mod member_of_result;
mod oddities;
mod syntax;
mod unbalanced_braces;
mod unquoted_text;
mod zero_index;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &syntax::RULE,
    &zero_index::RULE,
    &inline_literal::RULE,
    &hyphen_without_backticks::RULE,
    &unbalanced_braces::RULE,
    &member_of_result::RULE,
    &juxtaposition::RULE,
    &unquoted_text::RULE,
    &empty_expression::RULE,
];
