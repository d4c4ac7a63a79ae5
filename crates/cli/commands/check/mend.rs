//! `check --fix`: applies safe fixes; `--diff` only shows them. Everything else in a file stays to the byte.

use std::path::Path;

use connspec_diagnostics::{Diagnostic, Edit, SourceId, SourceMap, apply_edits};
use connspec_spec::App;

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

/// The safe fixes of an app, file by file. Of two fixes that touch the same text the first is taken; the other comes
/// up again in the next round.
pub fn changes(app: &App, findings: &[Diagnostic]) -> Vec<Change> {
    let safe = findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.safe);
    let mut taken: Vec<Edit> = Vec::new();
    let mut counts: Vec<(SourceId, usize)> = Vec::new();
    for fix in safe {
        let overlaps = |edit: &Edit| taken.iter().any(|other| touch(edit, other));
        let Some(first) = fix.edits.first().filter(|_| !fix.edits.iter().any(overlaps)) else { continue };
        taken.extend(fix.edits.iter().cloned());
        match counts.iter_mut().find(|(source, _)| *source == first.place.source) {
            Some((_, count)) => *count += 1,
            None => counts.push((first.place.source, 1)),
        }
    }
    let changed = app.sources.iter().filter_map(|(source, file)| {
        let mut edits = taken.iter().filter(|edit| edit.place.source == source).peekable();
        edits.peek()?;
        // Edits that do not fit leave the file as it is; the findings stay and say so.
        let text = apply_edits(file.text(), source, edits).ok()?;
        let fixes = counts.iter().find(|(counted, _)| *counted == source).map_or(0, |(_, count)| *count);
        (text != file.text()).then_some(Change { source, text, fixes })
    });
    changed.collect()
}

/// Whether two edits want the same text. Two insertions at one place do: their order would be chance.
fn touch(a: &Edit, b: &Edit) -> bool {
    let (left, right) = (a.place.span, b.place.span);
    a.place.source == b.place.source && left.start <= right.end && right.start <= left.end
}

/// Writes the changes, each file whole or not at all.
pub fn write(app: &App, changes: &[Change]) -> Result<Mended, Failure> {
    let mut mended = Mended::default();
    for change in changes {
        let path = Path::new(app.sources.get(change.source).name());
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
pub fn show(app: &App, changes: &[Change]) -> Result<(), Failure> {
    for change in changes {
        let file = app.sources.get(change.source);
        output::print(format_args!("--- {}\n+++ {}", file.name(), file.name()))?;
        for line in diff(&app.sources, change) {
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
