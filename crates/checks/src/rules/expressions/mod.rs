//! `CS08`: what stands between `{{` and `}}`.

mod argument_count;
mod braces;
mod empty_expression;
mod hyphen_without_backticks;
mod inline_literal;
mod juxtaposition;
pub(super) mod kinds;
mod member_of_result;
mod now_arithmetic;
mod oddities;
mod parse_date_arguments;
mod syntax;
mod unbalanced_braces;
mod unknown_function;
mod unknown_variable;
mod unquoted_text;
mod zero_index;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &syntax::RULE,
    &zero_index::RULE,
    &inline_literal::RULE,
    &hyphen_without_backticks::RULE,
    &unknown_function::RULE,
    &unbalanced_braces::RULE,
    &parse_date_arguments::RULE,
    &now_arithmetic::RULE,
    &member_of_result::RULE,
    &juxtaposition::RULE,
    &unquoted_text::RULE,
    &empty_expression::RULE,
    &unknown_variable::RULE,
    &argument_count::RULE,
];
