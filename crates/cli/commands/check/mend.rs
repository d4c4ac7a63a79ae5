//! `check --fix`: writes what [`connspec_checks::mend`] makes of the files; `--diff` only shows it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use connspec_diagnostics::secrets;
use similar::{ChangeTag, TextDiff};

use super::texts::Draft;
use crate::failure::Failure;
use crate::output;

/// After so long a longer difference will do.
const LONGEST: Duration = Duration::from_secs(2);

/// Writes the drafts, each file whole or not at all.
pub fn write(drafts: &BTreeMap<PathBuf, Draft>) -> Result<(), Failure> {
    for (path, draft) in drafts.iter().filter(|(_, draft)| draft.text != draft.before) {
        replace(path, &draft.text)
            .map_err(|error| Failure::unexamined(format!("{} cannot be written: {error}", path.display())))?;
    }
    Ok(())
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

/// Prints the drafts as a unified diff; whether there was anything to print.
pub fn show(drafts: &BTreeMap<PathBuf, Draft>) -> Result<bool, Failure> {
    let mut any = false;
    for (path, draft) in drafts.iter().filter(|(_, draft)| draft.text != draft.before) {
        any = true;
        output::print(format_args!("--- {}\n+++ {}", path.display(), path.display()))?;
        for line in diff(&secrets::hidden(&draft.before), &secrets::hidden(&draft.text)) {
            output::print(line)?;
        }
    }
    Ok(any)
}

/// The lines that differ, with three around them.
fn diff(old: &str, new: &str) -> Vec<String> {
    const CONTEXT: usize = 3;
    let paint = output::painter_for_stdout();
    let diff = TextDiff::configure().timeout(LONGEST).diff_lines(old, new);
    let mut lines = Vec::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        lines.push(paint.cyan(hunk.header()));
        for change in hunk.iter_changes() {
            let text = change.value();
            let line = format!("{}{}", change.tag(), text.trim_end_matches(['\n', '\r']));
            lines.push(match change.tag() {
                ChangeTag::Equal => line,
                ChangeTag::Delete => paint.red(line),
                ChangeTag::Insert => paint.green(line),
            });
            if change.missing_newline() {
                lines.push("\\ No newline at end of file".to_owned());
            }
        }
    }
    lines
}
