//! `check --fix`: writes what [`connspec_checks::mend`] makes of the files; `--diff` only shows it.

use std::path::Path;

use connspec_checks::mend::Change;
use connspec_diagnostics::{SourceMap, secrets};

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
    let (old, new) = (sources.get(change.source).text(), change.text.as_str());
    let (shown_old, shown_new) = (secrets::hidden(old), secrets::hidden(new));
    let (old, new): (Vec<&str>, Vec<&str>) = (shown_old.lines().collect(), shown_new.lines().collect());
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
