//! A folder of fixtures as a test suite.

mod advice;
mod definitions;
mod renewal;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use connspec_exchange::{Fixture, FixtureError, lenient};
use connspec_runner::Report;
use connspec_runner::record::{Replayed, replay};
use connspec_spec::compat::Origin;
use connspec_spec::{Compat, Definition, Loaded};
use serde_json::Value;

pub use advice::Advice;
pub use definitions::Definitions;
pub use renewal::{NotRenewed, Renewal, Renewed, renew};

/// How deep folders are searched for fixtures.
const DEEPEST: usize = 16;

/// The size in bytes up to which a file is read as a fixture: answers are bounded long before.
const LARGEST: u64 = 64 << 20;

/// One fixture, replayed.
#[derive(Debug)]
pub struct Case {
    /// The fixture's path, as it was found.
    pub path: PathBuf,
    /// The definition it was replayed against: a bundled name, or its path as seen from here.
    pub spec: String,
    /// How it went.
    pub verdict: Verdict,
    /// What happened; none where nothing could be run.
    pub report: Option<Report>,
    /// What is worth knowing and is no fault, such as a definition that has changed since the recording.
    pub notes: Vec<String>,
    /// What to know or do about it, which is as true of other results: to be said once.
    pub advice: Vec<Advice>,
}

impl Case {
    /// The fixture at `path` with the definition `spec`, and how it went; nothing more is known.
    pub fn new(path: &Path, spec: String, verdict: Verdict) -> Self {
        let case = Self { path: path.to_owned(), spec, verdict, report: None, notes: Vec::new(), advice: Vec::new() };
        Self { advice: Advice::on(&case), ..case }
    }
}

/// How a fixture went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Everything came out as expected.
    Passed,
    /// Something came out otherwise: one line each.
    Differs(Vec<String>),
    /// Something came out otherwise, and the fixture was brought up to date: what changed in it, one line each.
    Updated(Vec<String>),
    /// It could not be run: the fixture or its definition cannot be read.
    Unexamined(String),
}

/// Why no suite could be found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SuiteError {
    message: String,
}

/// What stands at a path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discovered {
    /// The fixtures, in the order of their names; what may be meant as one is among them.
    pub fixtures: Vec<PathBuf>,
    /// Other JSON in the same folders, such as definitions and `package.json`.
    pub others: Vec<PathBuf>,
}

/// How many names are shown of files that are no fixtures.
const SHOWN: usize = 5;

impl Discovered {
    /// What is to be said of the files that are no fixtures; nothing where there are none.
    pub fn passed_over(&self) -> Option<String> {
        let mut names: Vec<String> = self.others.iter().take(SHOWN).map(|path| path.display().to_string()).collect();
        let count = self.others.len();
        if count > SHOWN {
            names.push(format!("{} more", count - SHOWN));
        }
        let names = names.join(", ");
        match count {
            0 => None,
            1 => Some(format!("1 JSON file is no fixture: {names}")),
            _ => Some(format!("{count} JSON files are no fixtures: {names}")),
        }
    }
}

/// The fixtures at `path`: the file itself, or every `.json` file below a folder. JSON that is not empty and has none of
/// a fixture's keys is told apart.
///
/// # Errors
/// When there is nothing at the path, it cannot be read, or a folder holds no fixture at all.
pub fn discover(path: &Path) -> Result<Discovered, SuiteError> {
    let mut found = Discovered::default();
    if path.is_file() {
        found.fixtures.push(path.to_owned());
        return Ok(found);
    }
    collect(path, DEEPEST, &mut found)
        .map_err(|error| SuiteError { message: format!("{} cannot be read: {error}", path.display()) })?;
    found.fixtures.sort();
    found.others.sort();
    if found.fixtures.is_empty() {
        let others = found.passed_over().map_or_else(String::new, |others| format!(" ({others})"));
        let message =
            format!("there is no fixture below {}{others}; `connspec record SPEC -o FILE` makes one", path.display());
        return Err(SuiteError { message });
    }
    Ok(found)
}

fn collect(folder: &Path, depth: usize, found: &mut Discovered) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            if depth > 0 {
                collect(&path, depth - 1, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let kind = if looks_like_a_fixture(&path) { &mut found.fixtures } else { &mut found.others };
            kind.push(path);
        }
    }
    Ok(())
}

/// Whether the file may be meant as a fixture: everything but JSON that holds something, and none of a fixture's keys. A
/// broken, emptied or cut off fixture is to be reported, not passed over.
fn looks_like_a_fixture(path: &Path) -> bool {
    let Ok(text) = read(path) else { return true };
    match lenient::parse(&text) {
        Ok(Value::Object(members)) => {
            members.is_empty() || members.iter().any(|(key, value)| is_of_a_fixture(key, value))
        }
        Ok(Value::Array(items)) => items.is_empty(),
        Ok(value) => value.is_null(),
        Err(_) => true,
    }
}

/// Whether a member is one of a fixture and of nothing else: a package has a `version` in text, a definition a block
/// `authorize`.
fn is_of_a_fixture(key: &str, value: &Value) -> bool {
    match key {
        "exchanges" | "steps" | "expect" | "specHash" => true,
        "version" => !value.is_string(),
        "spec" | "clock" | "authorize" => value.is_string(),
        "seed" => value.is_u64(),
        _ => false,
    }
}

/// Replays the fixture at `path` with the switches it was recorded with, over those of the definition's `connspec.toml`.
/// `compat` adjusts them.
pub async fn run(path: &Path, definitions: &Definitions, compat: &(dyn Fn(Compat) -> Compat + Sync)) -> Case {
    let opened = match Opened::read(path, definitions) {
        Ok(opened) => opened,
        Err((spec, message)) => return Case::new(path, spec, Verdict::Unexamined(message)),
    };
    let Opened { fixture, spec, loaded, .. } = &opened;
    let given = compat(opened.compat.clone());
    let replayed = replay(fixture, &loaded.definition, &given).await;
    let mut case = Case::new(path, spec.clone(), verdict(&replayed));
    if changed_since(fixture, &loaded.definition) {
        case.notes.push("the definition has changed since the recording".to_owned());
        // An update of the expectations alone would be refused.
        case.advice.push(if replayed.sends_otherwise() { Advice::Exchanges } else { Advice::TakeNote });
    }
    case.notes.extend(opened.switched_since(&given));
    Case { report: Some(replayed.report), ..case }
}

/// A fixture with the definition it belongs to.
struct Opened {
    text: String,
    fixture: Fixture,
    spec: String,
    loaded: Arc<Loaded>,
    /// The switches it was recorded with.
    compat: Compat,
}

impl Opened {
    /// Reads the fixture at `path`; where it cannot be run, the name of its definition as far as it is known, and why.
    fn read(path: &Path, definitions: &Definitions) -> Result<Self, (String, String)> {
        let text = read(path).map_err(|message| (String::new(), message))?;
        let fixture = Fixture::from_text(&text).map_err(|error| (String::new(), placed(path, &error)))?;
        let (spec, loaded) =
            definitions.of(&fixture, path).map_err(|message| (fixture.spec.clone().unwrap_or_default(), message))?;
        if loaded.definition.is_broken() {
            let message = format!("the definition `{spec}` has mistakes in its files; `connspec check` shows them");
            return Err((spec, message));
        }
        let compat = recorded_compat(&fixture, loaded.compat.clone()).map_err(|message| (spec.clone(), message))?;
        Ok(Self { text, fixture, spec, loaded, compat })
    }

    /// The switches of the fixture that `given` turns otherwise, one line each.
    fn switched_since(&self, given: &Compat) -> Vec<String> {
        let differing = self.turned_otherwise(given);
        let lines = differing.into_iter().map(|(key, value)| {
            let recorded = self.compat.setting(key).map_or("", |setting| setting.value);
            format!("recorded with {key}={recorded}, replayed with {key}={value}, as the command line says")
        });
        lines.collect()
    }

    /// The switches that `given` turns otherwise than the recording, with the values they have now.
    fn turned_otherwise(&self, given: &Compat) -> Vec<(&'static str, &'static str)> {
        let settings = self.compat.settings().into_iter().zip(given.settings());
        let differing = settings.filter(|(recorded, given)| recorded.value != given.value);
        differing.map(|(_, given)| (given.switch.key, given.value)).collect()
    }
}

/// `compat` with what the fixture was recorded with.
///
/// # Errors
/// Which switch or value is not known, in words.
pub fn recorded_compat(fixture: &Fixture, mut compat: Compat) -> Result<Compat, String> {
    for (key, value) in &fixture.compat {
        let value = value.as_str().ok_or_else(|| format!("`compat.{key}` of the fixture must be a text"))?;
        let chosen = compat.choose(key, value, Origin::Given);
        chosen.map_err(|error| format!("`compat` of the fixture cannot be used: {error}"))?;
    }
    Ok(compat)
}

/// The text of the fixture at `path`.
///
/// # Errors
/// In words: it cannot be read, or is larger than any fixture.
pub fn read(path: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("it cannot be read: {error}");
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > LARGEST {
        let (size, largest) = (size >> 20, LARGEST >> 20);
        return Err(format!(
            "it has {size} MiB, and fixtures of up to {largest} MiB are read; record the flow without the large answer"
        ));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        format!("{}:{line}: it is not UTF-8, as JSON must be (RFC 8259 §8.1)", path.display())
    })
}

/// What is wrong with the fixture at `path`, behind its place.
pub fn placed(path: &Path, error: &FixtureError) -> String {
    match error.place() {
        Some((line, column)) => format!("{}:{line}:{column}: {error}", path.display()),
        None => format!("{}: {error}", path.display()),
    }
}

/// Whether the definition is not the one the fixture was recorded with, as far as the fixture says.
fn changed_since(fixture: &Fixture, definition: &Definition) -> bool {
    fixture.spec_hash.as_ref().is_some_and(|recorded| *recorded != definition.hash())
}

fn verdict(replayed: &Replayed) -> Verdict {
    if !replayed.report.examined {
        return Verdict::Unexamined(replayed.report.message().unwrap_or_default());
    }
    if replayed.passed() {
        return Verdict::Passed;
    }
    let mut lines: Vec<String> = Vec::new();
    let fields = replayed.mismatch.as_ref().is_some_and(|mismatch| !mismatch.differences.is_empty());
    for difference in &replayed.differences {
        match (&replayed.report.error, difference.pointer.as_str()) {
            (Some(error), "/error") => {
                let place =
                    error.location.as_ref().map(|place| format!("{}:{}:{}", place.path, place.line, place.column));
                let block = error.block.as_deref().map(|block| format!("block {block}"));
                let at: Vec<String> = [place, block].into_iter().flatten().collect();
                lines.push(match at.is_empty() {
                    true => "the flow failed".to_owned(),
                    false => format!("the flow failed at {}", at.join(", ")),
                });
                let message = replayed.report.message().unwrap_or_default();
                // The fields of a request that differs follow with their places.
                let shown = if fields { message.lines().next().unwrap_or_default() } else { &message };
                lines.push(shown.to_owned());
            }
            _ => lines.push(difference.to_string()),
        }
    }
    Verdict::Differs(lines)
}
