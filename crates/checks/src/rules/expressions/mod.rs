//! `CS08`: what stands between `{{` and `}}`.

mod argument_count;
mod argument_kind;
mod braces;
mod date_format;
mod date_stored_as_text;
mod date_string_comparison;
mod digest_arguments;
mod empty_expression;
mod expression_without_braces;
mod header_name_case;
mod hyphen_without_backticks;
mod impossible_comparison;
mod inline_literal;
mod item;
mod juxtaposition;
mod jwt_arguments;
mod jwt_claims;
mod jwt_time_units;
pub(super) mod kinds;
mod member_of_result;
mod mixed_comparison;
mod mixed_separators;
mod now_arithmetic;
mod oddities;
mod parse_date_arguments;
mod quoted_boolean_or_number;
mod quoted_variable;
mod statuscode_in_request;
mod syntax;
mod template_in_key;
mod unbalanced_braces;
mod unknown_function;
mod unknown_time_zone;
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
    &expression_without_braces::RULE,
    &quoted_boolean_or_number::RULE,
    &statuscode_in_request::RULE,
    &jwt_time_units::RULE,
    &parse_date_arguments::RULE,
    &now_arithmetic::RULE,
    &date_string_comparison::RULE,
    &member_of_result::RULE,
    &juxtaposition::RULE,
    &unquoted_text::RULE,
    &empty_expression::RULE,
    &unknown_variable::RULE,
    &argument_count::RULE,
    &argument_kind::RULE,
    &mixed_separators::RULE,
    &impossible_comparison::RULE,
    &mixed_comparison::RULE,
    &template_in_key::RULE,
    &header_name_case::RULE,
    &date_format::RULE,
    &quoted_variable::RULE,
    &jwt_arguments::RULE,
    &unknown_time_zone::RULE,
    &date_stored_as_text::RULE,
    &digest_arguments::RULE,
    &jwt_claims::RULE,
];
