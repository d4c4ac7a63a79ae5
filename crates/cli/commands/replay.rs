//! `connspec replay`: runs recorded flows offline and compares them with what they expect.

mod live;
mod results;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use connspec_rehearsal::suite::{self, Case, Definitions, Discovered, NotRenewed, Renewal, Verdict};
use connspec_spec::Compat;

use crate::commands::record::write_text;
use crate::failure::{AT_FAULT, Failure, Outcome, UNEXAMINED};
use crate::output;
use live::Live;
use results::{Format, Results};

/// How many fixtures are under way at once.
const AT_ONCE: usize = 8;

/// Run recorded flows offline and compare them with what they expect
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  connspec replay fixtures --filter academy\n  connspec replay fixtures --update\n  connspec replay fixtures/acme.json --live -p clientSecret=env:ACME_SECRET"
)]
pub struct Replay {
    /// Fixtures, or folders of them
    #[arg(default_value = "fixtures")]
    paths: Vec<PathBuf>,

    /// How the results are written
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Only fixtures whose path contains this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// Replay against this definition instead of the one each fixture names
    #[arg(long, value_name = "SPEC")]
    spec: Option<String>,

    /// Show how each fixture that differs would change, then rewrite what it expects at the end
    #[arg(long)]
    update: bool,

    /// With --update: rewrite the recorded requests and the browser's address, too; the answers stay
    #[arg(long, requires = "update")]
    exchanges: bool,

    /// A switch where the evidence about Make is silent or disagrees (docs/compatibility.md)
    #[arg(long, value_name = "KEY=VALUE")]
    compat: Vec<String>,

    #[command(flatten)]
    live: Live,
}

impl Replay {
    pub async fn run(&self) -> Outcome {
        Compat::default().with_all(&self.compat)?;
        let found = self.discover()?;
        if let Some(others) = found.passed_over() {
            output::say(others);
        }
        let paths = found.fixtures;
        let definitions = Arc::new(self.spec.as_ref().map_or_else(Definitions::new, Definitions::always));
        let mut results = Results::new(self.format)?;
        if self.live.is_wanted() {
            let values = self.live.values()?;
            for path in paths {
                results.write(&self.live.run(&path, &definitions, &self.compat, &values).await?)?;
            }
        } else {
            self.replay_all(paths, &definitions, &mut results).await?;
        }
        let counts = results.finish()?;
        Ok(ExitCode::from(match () {
            () if counts.failed > 0 => AT_FAULT,
            () if counts.unexamined > 0 => UNEXAMINED,
            () => 0,
        }))
    }

    /// The fixtures that are asked for.
    fn discover(&self) -> Result<Discovered, Failure> {
        let mut found = Discovered::default();
        for path in &self.paths {
            let Discovered { fixtures, others } = suite::discover(path).map_err(Failure::unexamined)?;
            found.fixtures.extend(fixtures);
            found.others.extend(others);
        }
        if let Some(filter) = &self.filter {
            let is_wanted = |path: &PathBuf| path.to_string_lossy().contains(filter.as_str());
            found.fixtures.retain(is_wanted);
            found.others.retain(is_wanted);
            if found.fixtures.is_empty() {
                return Err(Failure::unexamined(format!("no fixture's path contains `{filter}`")));
            }
        }
        Ok(found)
    }

    /// Replays all, several at once, and writes each result in the order of the paths. No more of them are kept than are
    /// under way.
    async fn replay_all(
        &self,
        paths: Vec<PathBuf>,
        definitions: &Arc<Definitions>,
        results: &mut Results,
    ) -> Result<(), Failure> {
        let mut waiting = paths.into_iter();
        let mut running = VecDeque::new();
        loop {
            while running.len() < AT_ONCE
                && let Some(path) = waiting.next()
            {
                let (definitions, choices) = (Arc::clone(definitions), self.compat.clone());
                running.push_back(tokio::spawn(async move { replay_one(&path, &definitions, &choices).await }));
            }
            let Some(next) = running.pop_front() else { return Ok(()) };
            let mut case = next.await.map_err(|error| Failure::unexamined(format!("a replay did not end: {error}")))?;
            if self.update {
                self.update(&mut case, definitions).await?;
            }
            results.write(&case)?;
        }
    }

    /// Brings the fixture of `case` up to date: shows the difference, then writes.
    async fn update(&self, case: &mut Case, definitions: &Definitions) -> Result<(), Failure> {
        if matches!(case.verdict, Verdict::Unexamined(_)) {
            return Ok(());
        }
        let renewal = if self.exchanges { Renewal::Exchanges } else { Renewal::Expectations };
        let renewed = match suite::renew(&case.path, definitions, &|compat| chosen(compat, &self.compat), renewal).await
        {
            Ok(renewed) => renewed,
            Err(NotRenewed { reason, advice }) => {
                if let Verdict::Differs(lines) = &mut case.verdict {
                    lines.push(reason);
                    case.advice.extend(advice);
                }
                return Ok(());
            }
        };
        if renewed.changes.is_empty() {
            return Ok(());
        }
        let heading = format!("{}:", case.path.display());
        for line in std::iter::once(&heading).chain(&renewed.changes) {
            match self.format {
                Format::Human => output::print(format_args!("{line}"))?,
                Format::Json | Format::Junit => output::say(format_args!("{line}")),
            }
        }
        write_text(&renewed.text, &case.path)?;
        case.verdict = Verdict::Updated(renewed.changes);
        case.notes.clear();
        case.advice.clear();
        Ok(())
    }
}

async fn replay_one(path: &Path, definitions: &Definitions, choices: &[String]) -> Case {
    suite::run(path, definitions, &|compat| chosen(compat, choices)).await
}

/// `compat` with `choices`, which were checked before anything ran.
fn chosen(compat: Compat, choices: &[String]) -> Compat {
    compat.clone().with_all(choices).unwrap_or(compat)
}

/// Switches given on the command line, over those of a definition.
trait WithAll: Sized {
    fn with_all(self, choices: &[String]) -> Result<Self, Failure>;
}

impl WithAll for Compat {
    fn with_all(mut self, choices: &[String]) -> Result<Self, Failure> {
        for choice in choices {
            self.set(choice).map_err(Failure::unexamined)?;
        }
        Ok(self)
    }
}
