//! Fixtures as a test of one's own: one line.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use connspec_spec::Compat;

use crate::suite::{Definitions, Verdict, discover, run};

/// Replays every fixture at `path` (a file, or a folder and everything below it) and panics with what differs; how many
/// there are. No network, no clock, and no asynchronous runtime of the caller's is needed.
///
/// ```
/// # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");
/// // #[test] fn our_connections_do_what_they_did() { … }
/// connspec_rehearsal::assert_fixtures(folder);
/// ```
///
/// # Panics
/// When a fixture differs, one cannot be run, or there is none.
#[track_caller]
pub fn assert_fixtures(path: impl AsRef<Path>) -> usize {
    let path = path.as_ref();
    // A thread of its own, so that a test that is itself asynchronous may call it.
    let told = std::thread::scope(|scope| scope.spawn(|| replay_all(path)).join());
    match told {
        Ok(Ok(count)) => count,
        Ok(Err(differences)) => panic!("{differences}"),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn replay_all(path: &Path) -> Result<usize, String> {
    let paths = discover(path).map_err(|error| error.to_string())?.fixtures;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(|error| format!("no runtime can be had: {error}"))?;
    let definitions = Definitions::new();
    let mut told = String::new();
    let mut advice = BTreeSet::new();
    for path in &paths {
        let case = runtime.block_on(run(path, &definitions, &|compat: Compat| compat));
        let lines = match case.verdict {
            Verdict::Passed => continue,
            Verdict::Differs(lines) | Verdict::Updated(lines) => lines,
            Verdict::Unexamined(message) => vec![message],
        };
        advice.extend(case.advice);
        // Writing to a text cannot fail.
        let _ = write!(told, "{}\n  {}\n", path.display(), lines.join("\n").replace('\n', "\n  "));
    }
    for advice in advice {
        let _ = writeln!(told, "{advice}");
    }
    if told.is_empty() { Ok(paths.len()) } else { Err(told) }
}
