//! Every rule against its documentation and its fixtures.
//!
//! `tests/rules/<rule>/` holds the fixtures of one rule: files (a communication section, or a bundle with
//! `{type, communication, parameters, common, scope, scopes}`) and folders (a whole app). A comment with carets says
//! what must be found on the line above it, from column to column:
//!
//! ```text
//!   "header": { }
//! //^^^^^^^^ CS0104
//! ```
//!
//! Exactly the marked findings of the rule must come; a fixture without carets must yield none. Findings of other
//! rules do not matter.

#![allow(clippy::print_stdout, reason = "the counts are the result")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "fixtures are files")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use connspec_checks::mend::{Fixes, changes};
use connspec_checks::{Example, check, rule, rules};
use connspec_diagnostics::{Diagnostic, Edit, SourceMap, apply_edits};
use connspec_spec::layout::{Disk, Memory, load_app_from};
use connspec_spec::{App, Files};

/// One finding: file, line, column and end column (UTF-16, from 1), code.
type Found = (String, usize, usize, usize, String);

fn load(files: &dyn Files, path: &Path) -> App {
    load_app_from(files, path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn found(app: &App, code: &str) -> Vec<Found> {
    let of_rule = check(app).into_iter().filter(|finding| finding.code == code);
    let mut found: Vec<Found> = of_rule
        .map(|finding| {
            let place = finding.place.unwrap_or_else(|| panic!("{code} has no place"));
            let (start, end) = (app.sources.position(place), app.sources.end_position(place));
            let last = if end.line == start.line { end.column } else { 0 };
            (app.sources.get(place.source).name().to_owned(), start.line, start.column, last, code.to_owned())
        })
        .collect();
    found.sort();
    found
}

/// What the caret comments of all sources ask for, of one code.
fn wanted(sources: &SourceMap, code: &str) -> Vec<Found> {
    let mut wanted = Vec::new();
    for (_, source) in sources.iter() {
        let mut line_above = 0;
        for number in 1..=source.line_count() {
            let line = source.line(number);
            let Some((marks, asked)) = marks(line) else {
                line_above = number;
                continue;
            };
            if asked == code {
                wanted.push((source.name().to_owned(), line_above, marks.start, marks.end, code.to_owned()));
            }
        }
    }
    wanted.sort();
    wanted
}

/// The columns of the carets of a comment line and the code behind them. `|` marks an empty place in front of its
/// column, `^~` a place that goes on over the end of its line.
fn marks(line: &str) -> Option<(std::ops::Range<usize>, &str)> {
    let comment = line.trim_start().strip_prefix("//")?.trim_start();
    let behind = comment.trim_start_matches(['^', '|']);
    let count = comment.len() - behind.len();
    if count == 0 {
        return None;
    }
    let start = line.len() - comment.len() + 1;
    let end = match (comment.starts_with('|'), behind.starts_with('~')) {
        (true, _) => start,
        (_, true) => 0,
        _ => start + count,
    };
    Some((start..end, behind.trim_start_matches('~').split_whitespace().next()?))
}

fn example_app(example: &Example) -> App {
    let files: Memory =
        example.files.iter().map(|(path, text)| (Path::new("example").join(path), text.as_str())).collect();
    load(&files, &example_path(example))
}

fn example_path(example: &Example) -> PathBuf {
    match example.files.as_slice() {
        [(single, _)] if !single.contains('/') && !single.ends_with("makecomapp.json") => {
            Path::new("example").join(single)
        }
        _ => PathBuf::from("example"),
    }
}

#[test]
fn codes_and_names_are_unique_and_in_order() {
    let codes: Vec<_> = rules().map(|rule| rule.code).collect();
    assert!(codes.is_sorted(), "{codes:?}");
    let unique = |mut names: Vec<&str>| {
        names.sort_unstable();
        names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0].to_owned())
    };
    assert_eq!(unique(codes), None);
    assert_eq!(unique(rules().map(|rule| rule.name).collect()), None);
}

/// Rules about files that are no text, which no example can show; their fixtures can.
const NOT_SHOWN_AS_TEXT: &[&str] = &["file-encoding", "unreadable-file"];

#[test]
fn documentation_is_complete_and_its_examples_behave() {
    for rule in rules() {
        let documentation = rule.documentation();
        let name = rule.name;
        assert!(
            !documentation.summary.is_empty() && !documentation.why.is_empty(),
            "{name}: summary or why is missing"
        );
        assert!(!documentation.source.is_empty(), "{name}: the source is missing");
        assert!(
            NOT_SHOWN_AS_TEXT.contains(&name)
                || !documentation.examples.is_empty() && !documentation.instead.is_empty(),
            "{name}: an example is missing"
        );
        for example in &documentation.examples {
            assert!(
                !found(&example_app(example), rule.code).is_empty(),
                "{name}: nothing found in its own example {:?}",
                example.files
            );
        }
        for example in &documentation.instead {
            let found = found(&example_app(example), rule.code);
            assert!(found.is_empty(), "{name}: its own better example has the mistake too: {found:?}");
        }
    }
}

#[test]
fn fixtures_yield_exactly_what_is_marked() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut count = (0, 0);
    let mut wrong = Vec::new();
    for folder in entries(&root) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let rule = rule(name).unwrap_or_else(|| panic!("tests/rules/{name}: there is no such rule"));
        for fixture in entries(&folder) {
            let app = load(&Disk, &fixture);
            let wanted = wanted(&app.sources, rule.code);
            let found = found(&app, rule.code);
            if found != wanted {
                wrong.push(format!("{}:\n  found  {found:?}\n  wanted {wanted:?}", fixture.display()));
            }
            count = if wanted.is_empty() { (count.0, count.1 + 1) } else { (count.0 + 1, count.1) };
        }
    }
    println!("{} fixtures with the mistake, {} without", count.0, count.1);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fix_mends_its_finding_and_breaks_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut applied = 0;
    for folder in entries(&root) {
        let rule = rule(folder.file_name().unwrap().to_str().unwrap()).unwrap();
        for fixture in entries(&folder) {
            let mut files = BTreeMap::new();
            read_all(&fixture, &mut files);
            applied += mend(&fixture, files, rule.code);
        }
        for example in &rule.documentation().examples {
            let files = example.files.iter().map(|(path, text)| (Path::new("example").join(path), text.clone()));
            let files: BTreeMap<_, _> = files.collect();
            let path = example_path(example);
            applied += mend(&path, files, rule.code);
        }
    }
    println!("{applied} fixes applied");
}

/// Applies fixes to a fixture round by round until none is left, as `check --fix` does; gives how many were applied.
/// What no fix is about must stay, and no file may come out broken.
fn settle(fixture: &Path, which: Fixes) -> usize {
    const ROUNDS: usize = 10;
    let mut files = BTreeMap::new();
    read_all(fixture, &mut files);
    let mut had = BTreeSet::new();
    let mut count = 0;
    for round in 0..=ROUNDS {
        let app = load(&files.iter().collect::<Memory>(), fixture);
        let found = check(&app);
        let mut changes = changes(&app.sources, &found, which);
        had.extend(files.values().cloned());
        changes.retain(|change| !had.contains(&change.text));
        if changes.is_empty() {
            break;
        }
        assert!(round < ROUNDS, "{}: its fixes go on for ever: {files:#?}", fixture.display());
        let edits = edits_of(&found, which);
        for change in changes {
            let source = app.sources.get(change.source);
            count += change.fixes;
            if round == 0 && which == Fixes::Safe {
                let own: Vec<_> = edits.iter().filter(|edit| edit.place.source == change.source).collect();
                let kept = without_inserted(&change.text, source.text(), &own);
                assert_eq!(untouched(source.text(), &own), kept, "{}", fixture.display());
            }
            files.insert(PathBuf::from(source.name()), change.text);
        }
        let broken = |found: &[Diagnostic]| found.iter().filter(|finding| finding.code.starts_with("CS000")).count();
        let after = check(&load(&files.iter().collect::<Memory>(), fixture));
        assert!(broken(&after) <= broken(&found), "{}: broken: {files:#?}", fixture.display());
    }
    count
}

#[test]
fn fixes_settle_break_nothing_and_the_safe_ones_touch_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let fixtures: Vec<_> = entries(&root).iter().flat_map(|folder| entries(folder)).collect();
    for (name, which, least) in [("safe fixes", Fixes::Safe, 50), ("fixes and suggestions", Fixes::All, 200)] {
        let counts: Vec<_> = fixtures.iter().map(|fixture| settle(fixture, which)).collect();
        let mended = counts.iter().filter(|count| **count > 0).count();
        println!("{} {name} in {mended} fixtures, and none left", counts.iter().sum::<usize>());
        assert!(mended > least, "only {mended}");
    }
}

/// The edits of all fixes that do not touch each other, the first ones first.
fn edits_of(found: &[Diagnostic], which: Fixes) -> Vec<Edit> {
    let mut taken: Vec<Edit> = Vec::new();
    for fix in found.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| which.include(fix)) {
        let touches = |edit: &Edit| {
            taken.iter().any(|other| {
                let (left, right) = (edit.place.span, other.place.span);
                edit.place.source == other.place.source && left.start <= right.end && right.start <= left.end
            })
        };
        if !fix.edits.iter().any(touches) {
            taken.extend(fix.edits.iter().cloned());
        }
    }
    taken
}

/// What of a text no edit covers.
fn untouched(text: &str, edits: &[&Edit]) -> String {
    let mut spans: Vec<_> = edits.iter().map(|edit| edit.place.span.range()).collect();
    spans.sort_by_key(|range| range.start);
    let starts = spans.iter().map(|range| range.start).chain([text.len()]);
    let ends = std::iter::once(0).chain(spans.iter().map(|range| range.end));
    ends.zip(starts).map(|(end, start)| &text[end..start]).collect()
}

/// The mended text without what the edits wrote.
fn without_inserted(after: &str, before: &str, edits: &[&Edit]) -> String {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| edit.place.span);
    let (mut kept, mut at, mut old) = (String::new(), 0, 0);
    for edit in edits {
        let range = edit.place.span.range();
        kept.push_str(&after[at..at + range.start - old]);
        at += range.start - old + edit.text.len();
        old = range.end;
    }
    kept.push_str(&after[at..at + before.len() - old]);
    assert_eq!(at + before.len() - old, after.len());
    kept
}

/// Applies the fixes of a rule's findings one after another, until none has one; gives their number.
fn mend(path: &Path, mut files: BTreeMap<PathBuf, String>, code: &str) -> usize {
    let mut applied = 0;
    loop {
        let app = load(&files.iter().collect::<Memory>(), path);
        let before = check(&app);
        let of_rule = |found: &[Diagnostic]| found.iter().filter(|finding| finding.code == code).count();
        let Some(fix) = before
            .iter()
            .find(|finding| finding.code == code && finding.fix.is_some())
            .and_then(|found| found.fix.clone())
        else {
            return applied;
        };
        let shown = format!("{code} {}: {}", path.display(), fix.title);
        assert!(!fix.edits.is_empty(), "{shown}: nothing is edited");
        for (source, of_source) in app.sources.iter() {
            if fix.edits.iter().any(|edit| edit.place.source == source) {
                let mended = apply_edits(of_source.text(), source, &fix.edits);
                let mended = mended.unwrap_or_else(|error| panic!("{shown}: {error}"));
                files.insert(PathBuf::from(of_source.name()), mended);
            }
        }
        let after = check(&load(&files.iter().collect::<Memory>(), path));
        assert!(of_rule(&after) < of_rule(&before), "{shown}: the finding is still there:\n{files:#?}");
        let broken = |found: &[Diagnostic]| found.iter().filter(|finding| finding.code.starts_with("CS000")).count();
        assert!(broken(&after) <= broken(&before), "{shown}: breaks the file:\n{files:#?}");
        applied += 1;
    }
}

fn read_all(path: &Path, files: &mut BTreeMap<PathBuf, String>) {
    if path.is_dir() {
        entries(path).iter().for_each(|entry| read_all(entry, files));
    } else if let Ok(text) = std::fs::read_to_string(path) {
        files.insert(path.to_owned(), text);
    }
}

#[test]
fn every_rule_has_a_fixture_with_the_mistake_and_one_without() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    for rule in rules() {
        let fixtures: Vec<_> = if root.join(rule.name).is_dir() { entries(&root.join(rule.name)) } else { Vec::new() };
        let marked = |path: &PathBuf| !wanted(&load(&Disk, path).sources, rule.code).is_empty();
        let (bad, good): (Vec<_>, Vec<_>) = fixtures.iter().partition(|path| marked(path));
        assert!(
            !bad.is_empty() && !good.is_empty(),
            "{}: {} bad and {} good fixtures",
            rule.name,
            bad.len(),
            good.len()
        );
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}
