//! Mistakes seeded into the bundled definitions, and into an app with modules, a remote procedure and a webhook
//! (`tests/components/`): each must be found at the very place where it was made.
//!
//! The files of `tests/mutations/` list the kinds. A kind says which text to look for in which section, what to write instead,
//! and marks with « and » what the finding must point at. The marks travel with the text through every writing of it
//! (on one line, with other line ends, behind characters that take two UTF-16 units), so the place that is expected
//! comes from the mutation and never from what the checks say: line and column of start and end, of the start alone
//! where the marks enclose nothing. Every place a kind fits is a mutant of its own.
//!
//! `CONNSPEC_MUTATION=name` looks only at the kinds whose name contains the text and prints all findings of each mutant.

#![allow(clippy::print_stdout, reason = "the counts are the result")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "definitions and kinds are files, the filter is an environment variable")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use connspec_checks::{check, rule};
use connspec_spec::layout::{Memory, load_app_from};
use regress::Regex;
use serde::Deserialize;

const MARKS: [char; 2] = ['«', '»'];

#[derive(Deserialize)]
struct Kinds {
    kind: Vec<Kind>,
}

/// One kind of mistake.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    /// What somebody did wrong.
    name: String,
    /// The rule that must find it.
    rule: String,
    /// What the name of the file ends with, without `.iml.json` or `.json`; else every communication section.
    file: Option<String>,
    /// Only these definitions: all bundled ones when none is named; `components` is the app with modules.
    #[serde(default)]
    specs: Vec<String>,
    /// Only these blocks of the communication section.
    #[serde(default)]
    blocks: Vec<String>,
    /// Nothing else may be found: what follows from the mistake is none of its own.
    #[serde(default)]
    alone: bool,
    /// The mistake is about the end of a line: it is another one, or none, where all stands on one.
    #[serde(default)]
    by_line: bool,
    /// A regular expression for what is replaced.
    find: String,
    /// What is written instead: `$1` is a group of `find`.
    put: String,
    /// Further replacements in the same block, each of the first place that fits: often only the marks.
    #[serde(default)]
    also: Vec<[String; 2]>,
    /// As `also`, in another file of the definition: the end of its name, what is replaced, what is written.
    #[serde(default)]
    elsewhere: Vec<[String; 3]>,
}

type Tree = BTreeMap<PathBuf, String>;

/// The app with modules, which only kinds that name it are seeded into.
const COMPONENTS: &str = "components";

fn bundled() -> BTreeMap<String, Tree> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let mut specs = BTreeMap::new();
    for entry in std::fs::read_dir(&root).unwrap() {
        let folder = entry.unwrap().path();
        let mut tree = Tree::new();
        read(&folder, Path::new("app"), &mut tree);
        specs.insert(folder.file_name().unwrap().to_str().unwrap().to_owned(), tree);
    }
    let mut components = Tree::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(COMPONENTS), Path::new("app"), &mut components);
    assert!(specs.insert(COMPONENTS.to_owned(), components).is_none());
    specs
}

fn read(folder: &Path, to: &Path, tree: &mut Tree) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            read(&path, &to, tree)
        } else {
            drop(tree.insert(to, std::fs::read_to_string(path).unwrap()))
        }
    }
}

/// Where the blocks of a section lie: the members of its outermost object, by their indentation.
fn blocks(text: &str) -> Vec<(String, Range<usize>)> {
    let mut found: Vec<(String, Range<usize>)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(key) = line.strip_prefix("    \"").and_then(|rest| rest.split('"').next()) {
            found.push((key.to_owned(), at..at));
        }
        at += line.len();
        if let Some((_, range)) = found.last_mut() {
            range.end = at;
        }
    }
    found
}

fn is_file(path: &Path, wanted: &str) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    let stem = name.strip_suffix(".iml.json").or_else(|| name.strip_suffix(".json"));
    stem.is_some_and(|stem| stem.ends_with(wanted))
}

/// Replaces `range` by `put` with its groups filled in.
fn replaced(text: &str, found: &regress::Match, put: &str) -> String {
    let mut filled = put.to_owned();
    for number in (1..=found.captures.len()).rev() {
        let group = found.group(number).map_or("", |range| &text[range]);
        filled = filled.replace(&format!("${number}"), group);
    }
    format!("{}{filled}{}", &text[..found.start()], &text[found.end()..])
}

fn regex(pattern: &str) -> Regex {
    Regex::with_flags(pattern, "m").unwrap_or_else(|error| panic!("{pattern}: {error}"))
}

impl Kind {
    /// Every definition with this mistake once.
    fn mutants(&self, tree: &Tree) -> Vec<Tree> {
        let wanted = self.file.as_deref().unwrap_or("communication");
        let find = regex(&self.find);
        let mut mutants = Vec::new();
        for (path, text) in tree.iter().filter(|(path, _)| is_file(path, wanted)) {
            let blocks = blocks(text);
            for found in find.find_iter(text) {
                let block = blocks.iter().rfind(|(_, range)| range.start <= found.start());
                if !self.blocks.is_empty() && !block.is_some_and(|(key, _)| self.blocks.contains(key)) {
                    continue;
                }
                let whole = (String::new(), 0..text.len());
                let (_, range) = if self.blocks.is_empty() { &whole } else { block.unwrap() };
                if let Some(mutant) = self.mutant(tree, path, (text, range.clone(), &found)) {
                    mutants.push(mutant);
                }
            }
        }
        mutants
    }

    fn mutant(&self, tree: &Tree, path: &Path, at: (&str, Range<usize>, &regress::Match)) -> Option<Tree> {
        let (text, block, found) = at;
        let mut mutant = tree.clone();
        let mut edited = replaced(text, found, &self.put);
        let mut end = block.end + edited.len() - text.len();
        for [pattern, put] in &self.also {
            let found = regex(pattern).find_from(&edited, block.start).next().filter(|found| found.end() <= end)?;
            let next = replaced(&edited, &found, put);
            end = end + next.len() - edited.len();
            edited = next;
        }
        mutant.insert(path.to_owned(), edited);
        for [file, pattern, put] in &self.elsewhere {
            let (path, text) = mutant.iter().find(|(path, _)| is_file(path, file))?;
            let edited = replaced(text, &regex(pattern).find(text)?, put);
            mutant.insert(path.clone(), edited);
        }
        Some(mutant)
    }
}

/// The same text in other writings; the marks stay where they are.
fn writings(tree: &Tree) -> Vec<(&'static str, Tree)> {
    let all = |change: fn(&str) -> String| tree.iter().map(|(path, text)| (path.clone(), change(text))).collect();
    vec![
        ("as it is", tree.clone()),
        ("on one line", all(|text| uncommented(text).lines().map(str::trim).collect::<Vec<_>>().join(" "))),
        ("with CRLF and tabs", all(|text| text.replace("    ", "\t").replace('\n', "\r\n"))),
        ("behind wide characters", all(|text| text.lines().map(|line| format!("/* ü😀 */{line}\n")).collect())),
    ]
}

/// The text without the lines that are comments.
fn uncommented(text: &str) -> String {
    let kept = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    kept.map(|line| format!("{line}\n")).collect()
}

/// Takes the marks out; gives where they were: file, line and column of start and end, counted as editors do.
fn unmarked(tree: &Tree) -> (Tree, BTreeSet<Marked>) {
    let mut clean = Tree::new();
    let mut marked = BTreeSet::new();
    for (path, text) in tree {
        let mut written = String::with_capacity(text.len());
        let (mut line, mut column, mut open) = (1, 1, None);
        for character in text.chars() {
            match character {
                '«' => open = Some((line, column)),
                '»' => drop(marked.insert((path.clone(), open.take().unwrap(), (line, column)))),
                '\n' => (line, column) = (line + 1, 1),
                _ => column += character.len_utf16(),
            }
            if !MARKS.contains(&character) {
                written.push(character);
            }
        }
        clean.insert(path.clone(), written);
    }
    (clean, marked)
}

/// Whether something is found at the mark; an empty one asks for the start only.
fn is_met(mark: &Marked, places: &BTreeSet<Marked>) -> bool {
    let (file, start, end) = mark;
    let is_start = |place: &&Marked| (&place.0, &place.1) == (file, start);
    places.iter().filter(is_start).any(|place| start == end || place.2 == *end)
}

type Marked = (PathBuf, (usize, usize), (usize, usize));

/// What is found in a definition: the rule, where, and the words.
fn found(tree: &Tree) -> Vec<(&'static str, Marked, String)> {
    let app = load_app_from(&tree.iter().collect::<Memory>(), "app").unwrap();
    let place = |finding: &connspec_diagnostics::Diagnostic| {
        let place = finding.place.unwrap();
        let (start, end) = (app.sources.position(place), app.sources.end_position(place));
        (PathBuf::from(app.sources.get(place.source).name()), (start.line, start.column), (end.line, end.column))
    };
    let findings = check(&app);
    findings.iter().map(|finding| (finding.rule, place(finding), finding.message.clone())).collect()
}

/// What came of one kind of mistake.
struct Outcome {
    mutants: usize,
    /// In words: each mutant whose mistake was not found in its place.
    missed: Vec<String>,
    /// What is found in each mutant, when somebody wants to see it.
    shown: Vec<String>,
}

fn try_kind(kind: &Kind, specs: &BTreeMap<String, Tree>, is_shown: bool) -> Outcome {
    let mut outcome = Outcome { mutants: 0, missed: Vec::new(), shown: Vec::new() };
    let is_meant = |name: &String| if kind.specs.is_empty() { *name != COMPONENTS } else { kind.specs.contains(name) };
    for (spec, tree) in specs.iter().filter(|(name, _)| is_meant(name)) {
        for (writing, written) in kind.mutants(tree).iter().flat_map(writings) {
            if kind.by_line && writing == "on one line" {
                continue;
            }
            outcome.mutants += 1;
            let (clean, marked) = unmarked(&written);
            assert!(!marked.is_empty(), "{}: nothing is marked", kind.name);
            let all = found(&clean);
            if is_shown && writing == "as it is" {
                outcome.shown.push(format!("{spec}: {marked:?}\n  {}", listing(&all, "")));
            }
            let places: BTreeSet<_> =
                all.iter().filter(|(rule, ..)| *rule == kind.rule).map(|(_, place, _)| place.clone()).collect();
            if !marked.iter().all(|mark| is_met(mark, &places)) || (kind.alone && !is_alone(&all, kind, tree)) {
                outcome.missed.push(format!(
                    "{}: {spec}, {writing}: {} is not at {marked:?}, or not alone:\n  {}",
                    kind.name,
                    kind.rule,
                    listing(&all, if kind.alone { "" } else { &kind.rule })
                ));
            }
        }
    }
    outcome
}

/// Whether nothing but the mistake is found. Where a writing takes comments out, what one silenced comes back.
fn is_alone(all: &[(&'static str, Marked, String)], kind: &Kind, tree: &Tree) -> bool {
    let is_silenced = |rule: &str| {
        let code = connspec_checks::rule(rule).map_or("", |rule| rule.code);
        tree.values().any(|text| text.contains(&format!("connspec-ignore {code}")))
    };
    let mut others = all.iter().filter(|(rule, ..)| *rule != kind.rule);
    others.all(|(rule, ..)| is_silenced(rule)) && all.iter().filter(|(rule, ..)| *rule == kind.rule).count() == 1
}

/// Tries all kinds on all processors; the outcomes in the order of the kinds.
fn try_all(kinds: &[Kind], specs: &BTreeMap<String, Tree>, is_shown: bool) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((at, kind)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, kinds.get(at)?)))
        {
            done.push((at, try_kind(kind, specs, is_shown)));
        }
        done
    };
    let mut outcomes: Vec<_> = std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    outcomes.sort_by_key(|(at, _)| *at);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// The kinds of all files.
fn kinds() -> Vec<Kind> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mutations");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |file: &PathBuf| {
        let listed: Kinds = toml::from_str(&std::fs::read_to_string(file).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        listed.kind
    };
    files.iter().flat_map(read).collect()
}

#[test]
fn the_app_with_modules_has_no_mistake_of_its_own() {
    let all = found(&bundled()[COMPONENTS]);
    assert!(all.is_empty(), "{}", listing(&all, ""));
}

#[test]
fn every_seeded_mistake_is_found_where_it_was_made() {
    let only = std::env::var("CONNSPEC_MUTATION").ok();
    let mut kinds = kinds();
    kinds.retain(|kind| only.as_ref().is_none_or(|only| kind.name.contains(only.as_str())));
    let mut names = BTreeSet::new();
    for kind in &kinds {
        assert!(names.insert(&kind.name), "`{}` is listed twice", kind.name);
        assert!(rule(&kind.rule).is_some(), "{}: there is no rule `{}`", kind.name, kind.rule);
    }
    let specs = bundled();
    let outcomes = try_all(&kinds, &specs, only.is_some());
    outcomes.iter().flat_map(|outcome| &outcome.shown).for_each(|shown| println!("{shown}"));
    let unfit: Vec<_> = kinds.iter().zip(&outcomes).filter(|(_, outcome)| outcome.mutants == 0).collect();
    let unfit: Vec<_> = unfit.iter().map(|(kind, _)| &kind.name).collect();
    let mutants: usize = outcomes.iter().map(|outcome| outcome.mutants).sum();
    let missed: Vec<_> = outcomes.into_iter().flat_map(|outcome| outcome.missed).collect();
    println!(
        "{} kinds of mistakes of {} rules, {mutants} mutants of {} definitions, {} not found in their place",
        kinds.len(),
        kinds.iter().map(|kind| &kind.rule).collect::<BTreeSet<_>>().len(),
        specs.len(),
        missed.len()
    );
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(unfit.is_empty(), "these fit nowhere: {unfit:?}");
    assert!(only.is_some() || kinds.len() >= 400, "only {} kinds", kinds.len());
}

fn listing(all: &[(&'static str, Marked, String)], rule: &str) -> String {
    let of_rule = all.iter().filter(|(found, ..)| rule.is_empty() || *found == rule);
    let mut lines: Vec<_> = of_rule.map(|found| format!("{found:?}")).collect();
    if lines.is_empty() {
        lines = all.iter().map(|found| format!("(other) {found:?}")).collect();
    }
    lines.join("\n  ")
}
