//! A folder of fixtures as a test suite.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use connspec_exchange::Fixture;
use connspec_runner::Report;
use connspec_runner::record::{Replayed, replay};
use connspec_spec::{Compat, LoadOptions, Loaded, bundled, load};

/// How deep folders are searched for fixtures.
const DEEPEST: usize = 16;

/// One fixture, replayed.
#[derive(Debug)]
pub struct Case {
    /// The fixture's path, as it was found.
    pub path: PathBuf,
    /// The definition it was replayed against, as the fixture names it.
    pub spec: String,
    /// How it went.
    pub verdict: Verdict,
    /// What happened; none where nothing could be run.
    pub report: Option<Report>,
    /// The fixture with what really came out as its expectation, for an update.
    pub updated: Option<Fixture>,
}

/// How a fixture went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Everything came out as expected.
    Passed,
    /// Something came out otherwise: one line each.
    Differs(Vec<String>),
    /// It could not be run: the fixture or its definition cannot be read.
    Unexamined(String),
}

/// Why no suite could be found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SuiteError {
    message: String,
}

/// The fixtures at `path`: the file itself, or every `.json` file below a folder, in the order of their names,
/// but for JSON that has none of a fixture's keys.
///
/// # Errors
/// When there is nothing at the path, it cannot be read, or a folder holds no fixture at all.
pub fn discover(path: &Path) -> Result<Vec<PathBuf>, SuiteError> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    collect(path, DEEPEST, &mut found)
        .map_err(|error| SuiteError { message: format!("{} cannot be read: {error}", path.display()) })?;
    if found.is_empty() {
        let message = format!("there is no fixture below {}; `connspec record SPEC -o FILE` makes one", path.display());
        return Err(SuiteError { message });
    }
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            if depth > 0 {
                collect(&path, depth - 1, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "json") && looks_like_a_fixture(&path) {
            found.push(path);
        }
    }
    Ok(())
}

/// Whether the file may be meant as a fixture: everything but JSON that has none of a fixture's keys. A broken or cut
/// off fixture is to be reported, not passed over.
fn looks_like_a_fixture(path: &Path) -> bool {
    const KEYS: [&str; 5] = ["version", "exchanges", "steps", "expect", "clock"];
    let Ok(text) = std::fs::read_to_string(path) else { return true };
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(value) => KEYS.iter().any(|key| value.get(key).is_some()),
        Err(_) => true,
    }
}

/// A definition, or why there is none.
type Found = Result<Arc<Loaded>, String>;

/// The definitions of a suite, each loaded once.
#[derive(Default)]
pub struct Definitions {
    /// Used instead of what a fixture names.
    instead: Option<String>,
    loaded: Mutex<Vec<(PathBuf, Found)>>,
}

impl Definitions {
    /// Definitions as the fixtures name them: bundled names, or paths relative to the fixture.
    pub fn new() -> Self {
        Self::default()
    }

    /// One definition for every fixture.
    pub fn always(spec: impl Into<String>) -> Self {
        Self { instead: Some(spec.into()), loaded: Mutex::default() }
    }

    /// The definition of a fixture at `path`.
    fn of(&self, fixture: &Fixture, path: &Path) -> Result<(String, Arc<Loaded>), String> {
        let (spec, place) = match (&self.instead, &fixture.spec) {
            (Some(spec), _) => (spec.clone(), PathBuf::from(spec)),
            (None, Some(spec)) => (spec.clone(), path.parent().unwrap_or(Path::new("")).join(spec)),
            (None, None) => {
                return Err("the fixture names no definition: add `spec`, or give one with --spec".to_owned());
            }
        };
        let is_bundled = !place.exists() && bundled::find(&spec).is_some();
        let key = if is_bundled { PathBuf::from(&spec) } else { place };
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = loaded.iter().find(|(known, _)| *known == key) {
            return known.clone().map(|definition| (spec, definition));
        }
        let result = if is_bundled { bundled::bundled(&spec) } else { load(&key, &LoadOptions::default()) };
        let result = result.map(Arc::new).map_err(|error| format!("the definition `{spec}` cannot be loaded: {error}"));
        loaded.push((key, result.clone()));
        result.map(|definition| (spec, definition))
    }
}

/// Replays the fixture at `path`. `compat` adjusts the switches the definition's own `connspec.toml` sets.
pub async fn run(path: &Path, definitions: &Definitions, compat: &(dyn Fn(Compat) -> Compat + Sync)) -> Case {
    let unexamined = |spec: &str, message: String| Case {
        path: path.to_owned(),
        spec: spec.to_owned(),
        verdict: Verdict::Unexamined(message),
        report: None,
        updated: None,
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return unexamined("", format!("it cannot be read: {error}")),
    };
    let fixture = match Fixture::from_text(&text) {
        Ok(fixture) => fixture,
        Err(error) => return unexamined("", error.to_string()),
    };
    let (spec, loaded) = match definitions.of(&fixture, path) {
        Ok(found) => found,
        Err(message) => return unexamined(fixture.spec.as_deref().unwrap_or_default(), message),
    };
    if loaded.definition.is_broken() {
        return unexamined(
            &spec,
            format!("the definition `{spec}` has mistakes in its files; `connspec check` shows them"),
        );
    }
    let replayed = replay(&fixture, &loaded.definition, &compat(loaded.compat.clone())).await;
    let verdict = verdict(&replayed);
    Case { path: path.to_owned(), spec, verdict, report: Some(replayed.report), updated: Some(replayed.updated) }
}

fn verdict(replayed: &Replayed) -> Verdict {
    if !replayed.report.examined {
        return Verdict::Unexamined(replayed.report.message().unwrap_or_default());
    }
    if replayed.passed() {
        return Verdict::Passed;
    }
    let mut lines: Vec<String> = Vec::new();
    for difference in &replayed.differences {
        match (&replayed.report.error, difference.pointer.as_str()) {
            (Some(error), "/error") => {
                let place =
                    error.location.as_ref().map(|place| format!("{}:{}:{}", place.path, place.line, place.column));
                let block = error.block.as_deref().map(|block| format!("block {block}"));
                let at: Vec<String> = [place, block].into_iter().flatten().collect();
                lines.push(format!("the flow failed at {}", at.join(", ")));
                lines.push(replayed.report.message().unwrap_or_default());
            }
            _ => lines.push(difference.to_string()),
        }
    }
    Verdict::Differs(lines)
}
