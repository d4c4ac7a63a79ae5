//! The definitions that come with the program are examples to copy: no rule may find an error or a warning in them.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::Path;

use connspec_checks::check;
use connspec_diagnostics::Severity;
use connspec_spec::layout::{Disk, discover, load_app};

#[test]
fn bundled_definitions_are_clean() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let apps = discover(&Disk, &specs).unwrap();
    assert!(apps.len() > 5, "only {} definitions below {}", apps.len(), specs.display());
    let mut found = Vec::new();
    for path in &apps {
        let app = load_app(path).unwrap();
        let findings = check(&app).into_iter().filter(|finding| finding.severity >= Severity::Warning);
        found.extend(findings.map(|finding| {
            let place = finding.place.map(|place| app.sources.describe(place)).unwrap_or_default();
            format!("{place} {} {}", finding.code, finding.message)
        }));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
