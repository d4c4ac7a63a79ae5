//! `CS00`: what reading the files already finds. Detection and wording live in `connspec_spec::rules`; here is the
//! documentation.

mod component_type_unknown;
mod directive_shape;
mod file_encoding;
mod foreign_dialect;
mod inexact_number;
mod json_nesting;
mod json_syntax;
mod manifest_incomplete;
mod manifest_key_unknown;
mod manifest_shape;
mod manifest_template;
mod missing_part_file;
mod part_shape;
mod path_outside_app;
mod reference_unknown;
mod trailing_comma;
mod unreadable_file;

use crate::rule::Rule;

/// The rules of this area, by code.
pub const RULES: &[&Rule] = &[
    &json_syntax::RULE,
    &json_nesting::RULE,
    &file_encoding::RULE,
    &trailing_comma::RULE,
    &inexact_number::RULE,
    &directive_shape::RULE,
    &part_shape::RULE,
    &missing_part_file::RULE,
    &manifest_shape::RULE,
    &unreadable_file::RULE,
    &path_outside_app::RULE,
    &manifest_template::RULE,
    &manifest_incomplete::RULE,
    &foreign_dialect::RULE,
    &manifest_key_unknown::RULE,
    &component_type_unknown::RULE,
    &reference_unknown::RULE,
];

#[cfg(test)]
mod tests {
    use connspec_spec::rules::ALL;

    #[test]
    fn every_rule_of_reading_is_documented() {
        let documented: Vec<_> = super::RULES.iter().map(|rule| (rule.code, rule.name)).collect();
        let all: Vec<_> = ALL.iter().map(|rule| (rule.code, rule.name)).collect();
        assert_eq!(documented, all);
    }
}
