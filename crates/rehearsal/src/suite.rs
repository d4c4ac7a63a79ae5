//! A folder of fixtures as a test suite.

mod renewal;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use connspec_exchange::Fixture;
use connspec_runner::Report;
use connspec_runner::record::{Replayed, replay};
use connspec_spec::compat::Origin;
use connspec_spec::{Compat, Definition, LoadOptions, Loaded, bundled, load};

pub use renewal::{Renewal, Renewed, renew};

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
    /// What is worth knowing and is no fault, such as a definition that has changed since the recording.
    pub notes: Vec<String>,
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

/// Replays the fixture at `path` with the switches it was recorded with, over those of the definition's `connspec.toml`.
/// `compat` adjusts them.
pub async fn run(path: &Path, definitions: &Definitions, compat: &(dyn Fn(Compat) -> Compat + Sync)) -> Case {
    let case =
        |spec: String, verdict: Verdict| Case { path: path.to_owned(), spec, verdict, report: None, notes: Vec::new() };
    let opened = match Opened::read(path, definitions) {
        Ok(opened) => opened,
        Err((spec, message)) => return case(spec, Verdict::Unexamined(message)),
    };
    let Opened { fixture, spec, loaded, .. } = &opened;
    let given = compat(opened.compat.clone());
    let replayed = replay(fixture, &loaded.definition, &given).await;
    let verdict = verdict(&replayed);
    let notes = changed_since(fixture, &loaded.definition).into_iter().chain(opened.switched_since(&given)).collect();
    Case { report: Some(replayed.report), notes, ..case(spec.clone(), verdict) }
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
        let text =
            std::fs::read_to_string(path).map_err(|error| (String::new(), format!("it cannot be read: {error}")))?;
        let fixture = Fixture::from_text(&text).map_err(|error| (String::new(), error.to_string()))?;
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
fn recorded_compat(fixture: &Fixture, mut compat: Compat) -> Result<Compat, String> {
    for (key, value) in &fixture.compat {
        let value = value.as_str().ok_or_else(|| format!("`compat.{key}` of the fixture must be a text"))?;
        let chosen = compat.choose(key, value, Origin::Given);
        chosen.map_err(|error| format!("`compat` of the fixture cannot be used: {error}"))?;
    }
    Ok(compat)
}

/// Says so when the definition is not the one the fixture was recorded with.
fn changed_since(fixture: &Fixture, definition: &Definition) -> Option<String> {
    let recorded = fixture.spec_hash.as_ref()?;
    (*recorded != definition.hash).then(|| {
        "the definition has changed since the recording; once you have looked at it, `connspec replay --update` takes \
         note of the new one"
            .to_owned()
    })
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
                lines.push(format!("the flow failed at {}", at.join(", ")));
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
