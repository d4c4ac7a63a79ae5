//! All checks over other people's definitions, if they are at hand: nothing may panic, and the counts can be looked at.
//!
//! The corpus is no part of the project. `CONNSPEC_CORPUS` names its folder; without it `../shared/corpus` beside
//! the checkout is tried, and without that the test says that it was skipped. With `CONNSPEC_SHOW=CS02` every finding
//! whose code starts so is printed with its line.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that looks for files, and says what it found"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use connspec_checks::check;
use connspec_diagnostics::Diagnostic;
use connspec_spec::App;
use connspec_spec::layout::{self, Disk};

fn corpus() -> Option<PathBuf> {
    let given = std::env::var_os("CONNSPEC_CORPUS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let found = given.or(Some(beside)).map(|folder| folder.join("make")).filter(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: there is no corpus; CONNSPEC_CORPUS may name its folder");
    }
    found
}

#[test]
fn all_checks_run_over_the_corpus() {
    let Some(corpus) = corpus() else { return };
    let show = std::env::var("CONNSPEC_SHOW").ok();
    let mut counts: BTreeMap<(&str, &str, String), (usize, usize)> = BTreeMap::new();
    let apps = layout::discover(&Disk, &corpus).unwrap();
    for path in &apps {
        let app = layout::load_app(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut seen: Vec<&str> = Vec::new();
        for finding in check(&app) {
            let count = counts.entry((finding.code, finding.rule, finding.severity.to_string())).or_default();
            count.0 += 1;
            count.1 += usize::from(!seen.contains(&finding.code));
            seen.push(finding.code);
            if show.as_ref().is_some_and(|show| finding.code.starts_with(show)) {
                print(&app, &finding);
            }
        }
    }
    println!("{} apps: code, rule, severity, findings, apps with it", apps.len());
    for ((code, rule, severity), (findings, apps)) in counts {
        println!("{code} {rule:<36} {severity:<8} {findings:>5} {apps:>4}");
    }
}

fn print(app: &App, finding: &Diagnostic) {
    let place = finding.place.map(|place| app.sources.describe(place)).unwrap_or_default();
    println!("{} {place}\n    {} | {}", finding.code, finding.message, finding.help);
    if let Some(place) = finding.place {
        let line = app.sources.get(place.source).line(app.sources.position(place).line);
        println!("    > {}", line.trim().chars().take(160).collect::<String>());
    }
}
