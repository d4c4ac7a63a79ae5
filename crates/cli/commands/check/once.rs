//! What several paths name is examined and reported once.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Examined;

/// A finding by what it says and where.
type Said = (PathBuf, u32, u32, &'static str, String);

/// Without the connections all of whose files were looked at as part of another, and without what was found before.
/// `several`: whether more than one path was named; one alone names nothing twice.
pub fn once(examined: Vec<Examined>, several: bool) -> Vec<Examined> {
    if !several {
        return examined;
    }
    let mut places = Places::default();
    let (mut looked_at, mut said): (HashSet<PathBuf>, HashSet<Said>) = Default::default();
    let mut kept = Vec::new();
    for (sources, mut findings) in examined {
        let files: Vec<PathBuf> = sources.iter().map(|(_, file)| places.of(file.name())).collect();
        if !files.is_empty() && files.iter().all(|file| looked_at.contains(file)) {
            continue;
        }
        findings.retain(|finding| {
            let Some(place) = finding.place else { return true };
            let file = places.of(sources.get(place.source).name());
            said.insert((file, place.span.start, place.span.end, finding.code, finding.message.to_string()))
        });
        looked_at.extend(files);
        kept.push((Arc::clone(&sources), findings));
    }
    kept
}

/// How many files these are, each counted once.
pub fn files(examined: &[Examined], several: bool) -> usize {
    let names = examined.iter().flat_map(|(sources, _)| sources.iter().map(|(_, file)| file.name()));
    if !several {
        return names.count();
    }
    let mut places = Places::default();
    names.map(|name| places.of(name)).collect::<HashSet<_>>().len()
}

/// Where files really are: one may have several names.
#[derive(Default)]
struct Places(HashMap<String, PathBuf>);

impl Places {
    fn of(&mut self, name: &str) -> PathBuf {
        if let Some(known) = self.0.get(name) {
            return known.clone();
        }
        // What is no file of the disk (stdin, bundled) has one name.
        let place = Path::new(name).canonicalize().unwrap_or_else(|_| PathBuf::from(name));
        self.0.insert(name.to_owned(), place.clone());
        place
    }
}
