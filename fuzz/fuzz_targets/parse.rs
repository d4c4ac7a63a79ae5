//! Any text parses into a tree whose spans lie within it, and parses the same way again.

#![no_main]

use connspec_iml::Template;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let template = Template::parse(text);
    for finding in template.findings() {
        assert!(text.get(finding.span.range()).is_some(), "{finding:?} does not fit {text:?}");
    }
    for variable in template.variables() {
        assert!(text.get(variable.span.range()).is_some(), "{variable:?} does not fit {text:?}");
    }
    assert_eq!(template.ast(), Template::parse(text).ast());
});
