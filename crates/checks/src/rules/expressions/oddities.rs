//! What the parser of expressions remarks, and the rule that reports it: every code of
//! [`connspec_iml::Finding`] belongs to one.

use connspec_diagnostics::Diagnostic;
use connspec_iml::Finding;

use super::braces;
use crate::rule::{Findings, Rule};
use crate::site::Site;

/// The parser's codes, each with the name of the rule that reports it.
pub(super) const REPORTED_BY: &[(&str, &str)] = &[
    ("missing-operand", "expression-syntax"),
    ("unclosed-bracket", "expression-syntax"),
    ("unclosed-quote", "expression-syntax"),
    ("unexpected-character", "expression-syntax"),
    ("unexpected-separator", "expression-syntax"),
    ("malformed-number", "expression-syntax"),
    ("limit-nesting", "expression-syntax"),
    ("limit-operators", "expression-syntax"),
    ("member-of-result", "member-of-result"),
    ("zero-index", "zero-index"),
    ("inline-literal", "inline-literal"),
    ("juxtaposition", "juxtaposition"),
    ("joining-colon", "juxtaposition"),
    ("hyphen-without-backticks", "hyphen-without-backticks"),
    ("unquoted-text", "unquoted-text"),
    ("empty-expression", "empty-expression"),
    ("unbalanced-braces", "unbalanced-braces"),
    ("mixed-comparison", "mixed-comparison"),
    ("argument-count", "argument-count"),
];

/// The parser's remarks that `rule` reports. What only follows from braces that do not pair is left out:
/// `unbalanced-braces` tells the cause.
pub(super) fn of_rule<'s>(rule: &Rule, site: &'s Site<'_>) -> impl Iterator<Item = &'s Finding> {
    let name = rule.name;
    let belongs = move |code: &str| REPORTED_BY.iter().any(|(known, reporter)| *known == code && *reporter == name);
    let remarks = site.template.findings().iter().filter(move |remark| belongs(remark.code));
    remarks.filter(|remark| !braces::explains(site.template, remark.span) && !follows_from_a_literal(site, remark))
}

/// The same without what stands in a broken expression, whose cause is reported: what follows would only confuse.
pub(super) fn of_sound<'s>(rule: &Rule, site: &'s Site<'_>) -> impl Iterator<Item = &'s Finding> {
    let broken = |remark: &Finding| {
        let mut expressions = site.template.expressions();
        expressions.any(|expression| expression.broken.is_some() && expression.span.contains(remark.span))
    };
    of_rule(rule, site).filter(move |remark| !broken(remark))
}

/// Whether a remark is about the pieces of an object literal before it in the same expression: `{ a: b, c: d }` falls
/// apart at its comma, and each piece looks odd by itself.
fn follows_from_a_literal(site: &Site<'_>, remark: &Finding) -> bool {
    let is_object = |remark: &Finding| {
        remark.code == "inline-literal" && site.template.source()[remark.span.range()].contains(['{', '}'])
    };
    let around = site.template.expressions().find(|expression| expression.span.contains(remark.span));
    let mut before = site.template.findings().iter().filter(|other| other.span < remark.span);
    let odd = remark.code == "juxtaposition" || is_object(remark);
    odd && around.is_some_and(|around| before.any(|other| is_object(other) && around.span.contains(other.span)))
}

/// Reports a remark of the parser in its own words.
pub(super) fn report(rule: &Rule, site: &Site<'_>, remark: &Finding, why: &str) -> Diagnostic {
    rule.finding(&remark.message).at(site.place(remark.span)).why(why).help(&remark.help).in_block(&site.block)
}

/// Reports each remark that belongs to `rule`.
pub(super) fn report_all(rule: &Rule, site: &Site<'_>, why: &str, findings: &mut Findings) {
    of_rule(rule, site).for_each(|remark| findings.push(report(rule, site, remark, why)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_parser_belongs_to_a_rule_of_this_area() {
        let rules: Vec<_> = super::super::RULES.iter().map(|rule| rule.name).collect();
        let unreported: Vec<_> = Finding::CODES
            .iter()
            .filter(|code| !REPORTED_BY.iter().any(|(known, rule)| known == *code && rules.contains(rule)))
            .collect();
        assert!(unreported.is_empty(), "no rule reports {unreported:?}");
        let unknown: Vec<_> = REPORTED_BY.iter().filter(|(code, _)| !Finding::CODES.contains(code)).collect();
        assert!(unknown.is_empty(), "the parser has no {unknown:?}");
    }
}
