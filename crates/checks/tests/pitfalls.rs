//! Every pitfall of the reference is a rule, or is listed in `docs/checks/README.md` as one that only a run shows.

#![allow(clippy::print_stdout, reason = "the counts are the result")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "the page is a file")]

use std::collections::BTreeMap;
use std::path::Path;

use connspec_checks::rule;

/// The names of pitfalls.md by number. Where a rule has another name, it stands behind the arrow.
const PITFALLS: &str = include_str!("pitfalls.txt");

fn listed() -> BTreeMap<usize, Vec<&'static str>> {
    let mut listed: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for line in PITFALLS.lines().filter(|line| !line.starts_with('#')) {
        let (number, names) = line.split_once(' ').unwrap();
        listed.insert(number.parse().unwrap(), names.split(' ').collect());
    }
    listed
}

#[test]
fn every_pitfall_is_a_rule_or_listed_as_one_that_a_run_shows() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks/README.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, section) = page.split_once("## Not decided from the files").unwrap();
    let rows: Vec<&str> = section.lines().filter_map(|line| line.strip_prefix("| ")).collect();
    let pitfalls = listed();
    let numbers: Vec<usize> = pitfalls.keys().copied().collect();
    assert_eq!(numbers, (1..=155).collect::<Vec<_>>(), "a number is missing or twice");
    let (mut ruled, mut run_only) = (0, 0);
    for (number, names) in pitfalls {
        for name in names {
            let is_listed = rows.iter().any(|row| row.starts_with(&format!("{name} | {number} |")));
            assert!(rule(name).is_some() != is_listed, "{number} {name}: a rule and in the list, or neither");
            ruled += usize::from(!is_listed);
            run_only += usize::from(is_listed);
        }
    }
    println!("155 pitfalls: {ruled} rules, {run_only} shown by a run only");
}
