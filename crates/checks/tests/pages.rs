//! The pages of `docs/checks` say what the rules say. `CONNSPEC_UPDATE=1` writes them anew.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test that reads and, when asked to, writes the pages"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use connspec_checks::{Rule, rule, rules};

const START: &str = "<!-- rules -->\n";
const END: &str = "<!-- /rules -->\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks")
}

fn page(rule: &Rule) -> String {
    format!("# {}\n\n`{}` · {}\n\n{}\n", rule.name, rule.code, rule.severity, rule.documentation.trim())
}

fn table() -> String {
    let mut table = String::from("\n| code | rule | severity | what it looks for |\n|---|---|---|---|\n");
    for rule in rules() {
        let Rule { code, name, severity, .. } = rule;
        table.push_str(&format!(
            "| {code} | [{name}]({name}.md) | {severity} | {} |\n",
            rule.summary().replace('|', "\\|")
        ));
    }
    table.push('\n');
    table
}

/// The list of all pages with the table in its place.
fn overview(written: &str) -> String {
    let (before, rest) = written.split_once(START).expect("README.md has the mark where the table begins");
    let (_, after) = rest.split_once(END).expect("README.md has the mark where the table ends");
    format!("{before}{START}{}{END}{after}", table())
}

#[test]
fn pages_say_what_the_rules_say() {
    let folder = folder();
    let readme = folder.join("README.md");
    let written = std::fs::read_to_string(&readme).unwrap();
    let mut wanted: Vec<_> = rules().map(|rule| (folder.join(format!("{}.md", rule.name)), page(rule))).collect();
    wanted.push((readme, overview(&written)));
    if std::env::var_os("CONNSPEC_UPDATE").is_some() {
        wanted.iter().for_each(|(path, content)| std::fs::write(path, content).unwrap());
        strangers(&folder).iter().for_each(|path| std::fs::remove_file(path).unwrap());
    }
    let stale: Vec<_> = wanted
        .iter()
        .filter(|(path, content)| std::fs::read_to_string(path).ok().as_ref() != Some(content))
        .map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    let again = "CONNSPEC_UPDATE=1 cargo nextest run -p connspec-checks --test pages";
    assert!(stale.is_empty(), "stale: {}. Write them anew: {again}", stale.join(", "));
    assert_eq!(strangers(&folder), [] as [PathBuf; 0], "pages of rules that are no more: {again}");
}

/// Pages without a rule.
fn strangers(folder: &Path) -> Vec<PathBuf> {
    let names: BTreeSet<String> = rules().map(|rule| format!("{}.md", rule.name)).collect();
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let written_by_hand = ["README.md", "precision.md"];
    entries.filter(|path| !written_by_hand.contains(&&*name(path)) && !names.contains(&name(path))).collect()
}

#[test]
fn what_only_a_run_shows_is_no_rule() {
    let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let (_, section) = readme.split_once("## Not decided from the files").expect("README.md has the section");
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ")).skip(1);
    let names: Vec<_> = rows.filter_map(|row| row.split(" |").next()).collect();
    assert!(!names.is_empty());
    for name in names {
        assert!(rule(name).is_none(), "`{name}` is a rule, although README.md says that none reports it");
    }
}
