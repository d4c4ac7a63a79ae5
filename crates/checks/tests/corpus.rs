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

/// The page with what was looked at; its tables are read here.
fn page() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks/precision.md")).unwrap()
}

/// The rows of the table below a heading, cell by cell.
fn rows<'p>(page: &'p str, heading: &str) -> Vec<Vec<&'p str>> {
    let (_, section) = page.split_once(&format!("## {heading}\n")).unwrap_or_else(|| panic!("no heading {heading}"));
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.skip(1).map(|row| row.split(" | ").collect()).collect()
}

/// Path below `root`, line and code of everything found in an app.
fn found(app: &App, root: &Path) -> Vec<(String, usize, &'static str)> {
    let findings = check(app);
    let places = findings.iter().filter_map(|finding| Some((finding.place?, finding.code)));
    places
        .map(|(place, code)| {
            let path = Path::new(app.sources.get(place.source).name());
            let path = path.strip_prefix(root).unwrap_or(path).display().to_string();
            (path, app.sources.position(place).line, code)
        })
        .collect()
}

#[test]
fn every_mistake_of_the_notes_is_found() {
    let page = page();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let of_our_own = rows(&page, "Mistakes of which no file is at hand");
    for row in &of_our_own {
        let [_, fixture, code] = row[..] else { panic!("{row:?}") };
        let app = layout::load_app(fixtures.join(fixture)).unwrap();
        assert!(check(&app).iter().any(|finding| finding.code == code), "{fixture}: no {code}");
    }
    println!("{} mistakes found in fixtures", of_our_own.len());
    let Some(corpus) = corpus() else { return };
    let mut all = Vec::new();
    for path in layout::discover(&Disk, &corpus).unwrap() {
        all.extend(found(&layout::load_app(&path).unwrap(), &corpus));
    }
    let listed = rows(&page, "Mistakes of the notes");
    let missing: Vec<_> = listed
        .iter()
        .filter(|row| {
            let [path, line, code, _] = row[..] else { panic!("{row:?}") };
            let line: usize = line.parse().unwrap();
            !all.iter().any(|(at, number, rule)| at == path && *number == line && *rule == code)
        })
        .collect();
    println!("{} mistakes of the notes, {} not found", listed.len(), missing.len());
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn the_counts_of_the_page_are_those_of_the_corpus() {
    let Some(corpus) = corpus() else { return };
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for path in layout::discover(&Disk, &corpus).unwrap() {
        for finding in check(&layout::load_app(&path).unwrap()) {
            *counts.entry((finding.code.to_owned(), finding.severity.to_string())).or_default() += 1;
        }
    }
    let page = page();
    let (mut looked_at, mut wrong, mut listed) = (0, 0, BTreeMap::new());
    for row in rows(&page, "Counts") {
        let [code, _, severity, findings, judged, of_them_wrong, _] = row[..] else { panic!("{row:?}") };
        let number = |text: &str| text.parse::<usize>().unwrap();
        listed.insert((code.to_owned(), severity.to_owned()), number(findings));
        assert!(severity != "error" || findings == judged, "{code}: every error is looked at");
        looked_at += number(judged);
        wrong += number(of_them_wrong);
        assert!(severity != "error" || number(of_them_wrong) == 0, "{code}: a wrong error");
    }
    println!("{} findings, {looked_at} looked at, {wrong} of them wrong", counts.values().sum::<usize>());
    assert_eq!(counts, listed, "docs/checks/precision.md lists other counts: look at what is new, and judge it");
    assert!(wrong * 50 <= looked_at, "more than one in fifty is wrong");
}
