//! The definitions of a suite, each loaded once.

use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use connspec_exchange::Fixture;
use connspec_spec::{LoadOptions, Loaded, bundled, load};

/// How many definitions are kept: as many fixtures as there may be, memory stays what it is.
const KEPT: usize = 64;

/// A definition, or why there is none.
type Found = Result<Arc<Loaded>, String>;

/// The definitions of a suite, each loaded once.
#[derive(Default)]
pub struct Definitions {
    /// Used instead of what a fixture names.
    instead: Option<String>,
    /// The most recently used last. A definition is loaded outside the lock, so that others need not wait for it.
    kept: Mutex<Vec<(PathBuf, Arc<OnceLock<Found>>)>>,
}

impl Definitions {
    /// Definitions as the fixtures name them: bundled names, or paths relative to the fixture.
    pub fn new() -> Self {
        Self::default()
    }

    /// One definition for every fixture.
    pub fn always(spec: impl Into<String>) -> Self {
        Self { instead: Some(spec.into()), kept: Mutex::default() }
    }

    /// The definition of a fixture at `path`, and its name: a bundled one's, or its path as seen from here.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub fn of(&self, fixture: &Fixture, path: &Path) -> Result<(String, Arc<Loaded>), String> {
        let (spec, place) = match (&self.instead, &fixture.spec) {
            (Some(spec), _) => (spec.clone(), PathBuf::from(spec)),
            (None, Some(spec)) => (spec.clone(), joined(path.parent().unwrap_or(Path::new("")), spec)),
            (None, None) => {
                return Err("the fixture names no definition: add `spec`, or give one with --spec".to_owned());
            }
        };
        let is_bundled = !place.exists() && bundled::find(&spec).is_some();
        let key = if is_bundled { PathBuf::from(&spec) } else { place };
        let name = key.display().to_string();
        let found = self.cell(&key);
        let found = found.get_or_init(|| {
            let result = if is_bundled { bundled::bundled(&spec) } else { load(&key, &LoadOptions::default()) };
            result.map(Arc::new).map_err(|error| format!("the definition `{spec}` cannot be loaded: {error}"))
        });
        found.clone().map(|definition| (name, definition))
    }

    /// Where the definition of this key is, or comes to be.
    fn cell(&self, key: &Path) -> Arc<OnceLock<Found>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = match kept.iter().position(|(known, _)| known == key) {
            Some(at) => kept.remove(at).1,
            None => Arc::default(),
        };
        kept.push((key.to_owned(), Arc::clone(&cell)));
        if kept.len() > KEPT {
            kept.remove(0);
        }
        cell
    }
}

/// `spec` as seen from `folder`, without steps that lead back: `my-app` for `fixtures/../my-app`. Where a link makes
/// such a step lead elsewhere, all of it stays.
fn joined(folder: &Path, spec: &str) -> PathBuf {
    let whole = folder.join(spec);
    let mut short = PathBuf::new();
    for component in whole.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(short.components().next_back(), Some(Component::Normal(_))) => {
                if short.is_symlink() {
                    return whole.clone();
                }
                short.pop();
            }
            other => short.push(other),
        }
    }
    if short.as_os_str().is_empty() {
        short.push(Component::CurDir);
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_as_short_as_it_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for made in ["fixtures/deep", "app", "elsewhere/fixtures"] {
            std::fs::create_dir_all(root.join(made)).unwrap();
        }
        let shown = |folder: &str, spec: &str| {
            let path = joined(&root.join(folder), spec);
            path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/")
        };
        assert_eq!(shown("fixtures", "../app"), "app");
        assert_eq!(shown("fixtures/deep", "../../app/./"), "app");
        assert_eq!(shown("fixtures", "../nowhere/../app"), "app");
        assert_eq!(joined(Path::new("fixtures"), "../app.json"), Path::new("app.json"));
        assert_eq!(joined(Path::new("fixtures"), ".."), Path::new("."));
        assert_eq!(joined(Path::new(""), "../../app"), Path::new("../../app"));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.join("elsewhere/fixtures"), root.join("linked")).unwrap();
            // `linked/..` is `elsewhere`, which has no `app`.
            assert_eq!(shown("linked", "../app"), "linked/../app");
        }
    }

    #[test]
    fn a_definition_is_loaded_once_and_a_few_are_kept() {
        let definitions = Definitions::new();
        let fixture = |spec: &str| Fixture { spec: Some(spec.to_owned()), ..Fixture::new() };
        let of = |spec: &str| definitions.of(&fixture(spec), Path::new("fixtures/a.json"));
        let (name, first) = of("api-key").unwrap();
        assert_eq!(name, "api-key");
        assert!(Arc::ptr_eq(&first, &of("api-key").unwrap().1));
        for number in 0..2 * KEPT {
            assert!(of(&format!("no-such-{number}")).unwrap_err().contains("cannot be loaded"));
        }
        assert_eq!(definitions.kept.lock().unwrap().len(), KEPT);
        assert!(of("api-key").is_ok());
        assert!(definitions.of(&Fixture::new(), Path::new("a.json")).unwrap_err().contains("--spec"));
    }

    #[test]
    fn loading_one_does_not_hold_up_another() {
        let definitions = Definitions::new();
        let slow = definitions.cell(Path::new("slow"));
        slow.get_or_init(|| {
            // While this one is being loaded, another can be had.
            let fixture = Fixture { spec: Some("api-key".to_owned()), ..Fixture::new() };
            definitions.of(&fixture, Path::new("a.json")).map(|(_, loaded)| loaded)
        });
        assert!(slow.get().unwrap().is_ok());
    }
}
