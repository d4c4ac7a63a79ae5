//! One text by itself: what rules say that need nothing but the expression.

use std::cell::Cell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use connspec_diagnostics::{Diagnostic, EscapeMap, Place, SourceMap, Span};
use connspec_spec::node::Text;
use connspec_spec::{App, Layout, Node, NodeValue, Part};

use crate::rule::{Check, Findings};
use crate::rules::rules;
use crate::site::{self, At, Phase};

/// The rules whose findings hold wherever an expression stands.
const RULES: &[&str] = &[
    "parse-date-arguments",
    "now-arithmetic",
    "date-string-comparison",
    "argument-kind",
    "mixed-separators",
    "impossible-comparison",
    "date-format",
    "jwt-arguments",
    "unknown-time-zone",
];

/// What is probably a mistake in a template, whatever it is for and whatever its variables hold. Places count in the
/// template, in the order of the text; what [`connspec_iml::Template::findings`] tells is not told again.
pub fn judge(template: &str) -> Vec<Diagnostic> {
    if !template.contains("{{") {
        return Vec::new();
    }
    let mut sources = SourceMap::new();
    let source = sources.add("<template>", template);
    let text = Text::new(template, EscapeMap::verbatim(0));
    let place = Place::new(source, Span::new(0, template.len()));
    let node = Node { place, value: NodeValue::Text(text) };
    let name = "communication".to_owned();
    let part = Part { name: name.clone(), path: String::new(), source, node: None };
    let app = App {
        root: PathBuf::new(),
        layout: Layout::SingleFile,
        name,
        sources: Arc::new(sources),
        connections: Vec::new(),
        base: None,
        common: None,
        components: Vec::new(),
        findings: Vec::new(),
        compat: Default::default(),
        aliases: Vec::new(),
        asked_for: None,
    };
    let block: Rc<str> = "".into();
    let mut sites = Vec::new();
    let is_strange = &Cell::new(false);
    let at =
        At { app: &app, part: &part, owner: &node, phase: Phase::Component, block: &block, request: 0, is_strange };
    site::of_request(at, &mut sites);
    let mut findings = Findings::default();
    for rule in rules().filter(|rule| RULES.contains(&rule.name)) {
        if let Check::Each(sort, look) = rule.check {
            sites.iter().filter(|site| site.holds(sort)).for_each(|site| look(site, &mut findings));
        }
    }
    let mut found = findings.into_vec();
    found.iter_mut().for_each(|finding| finding.block = None);
    found.sort_by_key(|finding| finding.place.map(|place| place.span));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_list_looks_at_one_text() {
        for name in RULES {
            let rule = rules().find(|rule| rule.name == *name);
            assert!(rule.is_some_and(|rule| matches!(rule.check, Check::Each(..))), "{name}");
        }
    }

    #[test]
    fn what_is_wrong_with_an_expression_is_told_where_it_stands() {
        for (template, rule, span) in [
            ("é{{now + 3600}}", "now-arithmetic", (4, 14)),
            ("{{formatDate(now, \"yyyy-mm-dd\")}}", "date-format", (18, 30)),
            ("{{formatDate(now, 'HH:MM:SS')}}", "date-format", (18, 28)),
            ("{{addHours(now, \"abc\")}}", "argument-kind", (16, 21)),
            ("{{if(a, b; c)}}", "mixed-separators", (2, 4)),
            ("{{formatDate(now, 'X', 'CEST')}}", "unknown-time-zone", (23, 29)),
        ] {
            let found = judge(template);
            let told: Vec<_> = found.iter().map(|found| (found.rule, found.place.map(|place| place.span))).collect();
            assert_eq!(told, [(rule, Some(Span::new(span.0, span.1)))], "{template}");
        }
        for right in ["now", "{{addHours(now, 1)}}", "{{formatDate(now, 'YYYY-MM-DD')}}", "{{a", "{{if(a; b; c)}}"] {
            assert_eq!(judge(right), [], "{right}");
        }
    }
}
