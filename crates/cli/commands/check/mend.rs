//! `check --fix`: writes what [`connspec_checks::mend`] makes of the files; `--diff` only shows it.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use connspec_diagnostics::secrets;
use similar::{ChangeTag, TextDiff};

use super::texts::Draft;
use crate::failure::Failure;
use crate::{files, output};

/// After so long a longer difference will do.
const LONGEST: Duration = Duration::from_secs(2);

/// Writes the drafts, each file whole or not at all. Who interrupts it has the file at hand written, and no other.
pub fn write(drafts: &BTreeMap<PathBuf, Draft>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::unexamined(format!("the runtime could not start: {error}")))?;
    runtime.block_on(async {
        let mut interrupt = pin!(tokio::signal::ctrl_c());
        for (path, draft) in drafts.iter().filter(|(_, draft)| draft.text != draft.before) {
            tokio::task::yield_now().await;
            let is_interrupted = poll_fn(|context| Poll::Ready(interrupt.as_mut().poll(context).is_ready())).await;
            if is_interrupted {
                return Err(Failure::interrupted());
            }
            files::write(path, &draft.text)
                .map_err(|error| Failure::unexamined(format!("{} cannot be written: {error}", path.display())))?;
        }
        Ok(())
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
