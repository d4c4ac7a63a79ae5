//! What several paths name is examined and reported once.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use connspec_diagnostics::Source;

use super::Examined;

/// A finding by what it says and where.
type Said<'n> = (Place<'n>, u32, u32, &'static str, String);

/// Without the connections all of whose files were looked at as part of another, and without what was found before.
/// `several`: whether more than one path was named; one alone names nothing twice.
pub fn once(examined: Vec<Examined>, several: bool) -> Vec<Examined> {
    if !several {
        return examined;
    }
    let mut places = Places::default();
    let (mut looked_at, mut said): (HashSet<Place<'_>>, HashSet<Said<'_>>) = Default::default();
    // For each whether it is new at all, and then each of its findings.
    let news: Vec<Option<Vec<bool>>> = examined
        .iter()
        .map(|one| {
            let Examined { sources, findings, .. } = one;
            let files: Vec<_> = looked_at_in(one).map(|file| places.of(file.name())).collect();
            if !files.is_empty() && files.iter().all(|file| looked_at.contains(file)) {
                return None;
            }
            looked_at.extend(files);
            let mut is_new = |finding: &connspec_diagnostics::Diagnostic| {
                let Some(place) = finding.place else { return true };
                let file = places.of(sources.get(place.source).name());
                said.insert((file, place.span.start, place.span.end, finding.code, finding.message.to_string()))
            };
            Some(findings.iter().map(&mut is_new).collect())
        })
        .collect();
    let kept = examined.into_iter().zip(news).filter_map(|(mut one, news)| {
        let mut news = news?.into_iter();
        one.findings.retain(|_| news.next() == Some(true));
        Some(one)
    });
    kept.collect()
}

/// The files that were looked at: not those that were only read to judge others by.
fn looked_at_in(one: &Examined) -> impl Iterator<Item = &Source> {
    let is_asked_for = |id| one.asked_for.as_ref().is_none_or(|asked_for| asked_for.contains(&id));
    one.sources.iter().filter(move |(id, _)| is_asked_for(*id)).map(|(_, file)| file)
}

/// How many files were looked at, each counted once, as far as they are there.
pub fn files(examined: &[Examined], several: bool) -> usize {
    let names = examined.iter().flat_map(looked_at_in).filter(|file| !file.is_absent()).map(Source::name);
    if !several {
        return names.count();
    }
    let mut places = Places::default();
    names.map(|name| places.of(name)).collect::<HashSet<_>>().len()
}

/// A file: which folder, and its name there.
type Place<'n> = (usize, &'n OsStr);

/// Where files really are: a folder may have several names. Each is looked for once, which a hundred files of one folder
/// have in common.
#[derive(Default)]
struct Places<'n> {
    by_name: HashMap<&'n Path, usize>,
    by_place: HashMap<PathBuf, usize>,
}

impl<'n> Places<'n> {
    fn of(&mut self, name: &'n str) -> Place<'n> {
        let path = Path::new(name);
        let (Some(folder), Some(file)) = (path.parent(), path.file_name()) else {
            return (usize::MAX, path.as_os_str());
        };
        let place = *self.by_name.entry(folder).or_insert_with(|| {
            let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            // What is no folder of the disk (stdin's, bundled) has one name.
            let place = shown.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
            let next = self.by_place.len();
            *self.by_place.entry(place).or_insert(next)
        });
        (place, file)
    }
}
