//! `check --fix`: applies safe fixes; `--diff` only shows them. Everything else in a file stays to the byte.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use connspec_diagnostics::{Diagnostic, Edit, SourceId, SourceMap, Span, apply_edits};

use crate::failure::Failure;
use crate::output;

/// What was mended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// How many fixes.
    pub fixes: usize,
    /// How many files.
    pub files: usize,
}

/// A file as it would be with its safe fixes.
pub struct Change {
    source: SourceId,
    text: String,
    fixes: usize,
}

/// The safe fixes of an app's findings, file by file. Of two fixes that touch the same text the first is taken; the other comes
/// up again in the next round.
pub fn changes(sources: &SourceMap, findings: &[Diagnostic]) -> Vec<Change> {
    let safe = findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.safe);
    let mut taken: HashMap<SourceId, Taken<'_>> = HashMap::new();
    for fix in safe {
        let is_free = |edit: &Edit| taken.get(&edit.place.source).is_none_or(|taken| !taken.touches(edit.place.span));
        let Some(first) = fix.edits.first().filter(|_| fix.edits.iter().all(is_free)) else { continue };
        taken.entry(first.place.source).or_default().fixes += 1;
        for edit in &fix.edits {
            taken.entry(edit.place.source).or_default().add(edit);
        }
    }
    let changed = sources.iter().filter_map(|(source, file)| {
        let Taken { edits, fixes, .. } = taken.remove(&source)?;
        // Edits that do not fit leave the file as it is; the findings stay and say so.
        let text = apply_edits(file.text(), source, edits).ok()?;
        (text != file.text()).then_some(Change { source, text, fixes })
    });
    changed.collect()
}

/// The edits that one file gets.
#[derive(Default)]
struct Taken<'f> {
    edits: Vec<&'f Edit>,
    /// The end of each, by its start.
    ends: BTreeMap<u32, u32>,
    fixes: usize,
}

impl<'f> Taken<'f> {
    /// Whether an edit already wants some of the same text. Two insertions at one place do: their order would be
    /// chance.
    fn touches(&self, span: Span) -> bool {
        self.ends.range(..=span.end).next_back().is_some_and(|(_, end)| *end >= span.start)
    }

    fn add(&mut self, edit: &'f Edit) {
        let end = self.ends.entry(edit.place.span.start).or_default();
        *end = (*end).max(edit.place.span.end);
        self.edits.push(edit);
    }
}

/// Writes the changes, each file whole or not at all.
pub fn write(sources: &SourceMap, changes: &[Change]) -> Result<Mended, Failure> {
    let mut mended = Mended::default();
    for change in changes {
        let path = Path::new(sources.get(change.source).name());
        replace(path, &change.text)
            .map_err(|error| Failure::unexamined(format!("{} cannot be written: {error}", path.display())))?;
        mended.fixes += change.fixes;
        mended.files += 1;
    }
    Ok(mended)
}

/// Replaces a file by a draft beside it, keeping its permissions.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let draft = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = std::fs::write(&draft, text)
        .and_then(|()| std::fs::set_permissions(&draft, std::fs::metadata(path)?.permissions()))
        .and_then(|()| std::fs::rename(&draft, path));
    written.inspect_err(|_| {
        // What could not take its place must not stay behind; that it may not exist is no matter.
        let _ = std::fs::remove_file(&draft);
    })
}

/// Prints the changes as a unified diff without context lines beyond three.
pub fn show(sources: &SourceMap, changes: &[Change]) -> Result<(), Failure> {
    for change in changes {
        let file = sources.get(change.source);
        output::print(format_args!("--- {}\n+++ {}", file.name(), file.name()))?;
        for line in diff(sources, change) {
            output::print(line)?;
        }
    }
    Ok(())
}

/// The changed stretch: what both texts share at the start and at the end is left out, but for three lines.
fn diff(sources: &SourceMap, change: &Change) -> Vec<String> {
    const CONTEXT: usize = 3;
    let paint = output::painter_for_stdout();
    let (old, new): (Vec<&str>, Vec<&str>) =
        (sources.get(change.source).text().lines().collect(), change.text.lines().collect());
    let shared = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = old.len().min(new.len()) - shared;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(old, new)| old == new).count();
    let from = shared.saturating_sub(CONTEXT);
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let to = (old_end + CONTEXT).min(old.len());
    let mut lines = vec![paint.cyan(format!(
        "@@ -{},{} +{},{} @@",
        from + 1,
        to - from,
        from + 1,
        new_end + (to - old_end) - from
    ))];
    lines.extend(old[from..shared].iter().map(|line| format!(" {line}")));
    lines.extend(old[shared..old_end].iter().map(|line| paint.red(format!("-{line}"))));
    lines.extend(new[shared..new_end].iter().map(|line| paint.green(format!("+{line}"))));
    lines.extend(old[old_end..to].iter().map(|line| format!(" {line}")));
    lines
}
