//! `connspec replay`: runs recorded flows offline and compares them with what they expect.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use connspec_rehearsal::suite::{self, Case, Definitions, Renewal, Verdict};
use connspec_runner::Reveal;
use connspec_spec::Compat;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::commands::record::write_text;
use crate::failure::{AT_FAULT, Failure, Outcome, UNEXAMINED};
use crate::output;

/// How many fixtures are under way at once.
const AT_ONCE: usize = 8;

/// Run recorded flows offline and compare them with what they expect
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec replay fixtures --filter academy\n  connspec replay fixtures --update")]
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
}

/// How the results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object
    Json,
    /// JUnit XML, which CI services read
    Junit,
}

impl Replay {
    pub async fn run(&self) -> Outcome {
        Compat::default().with_all(&self.compat)?;
        let mut paths = Vec::new();
        for path in &self.paths {
            paths.extend(suite::discover(path).map_err(Failure::unexamined)?);
        }
        if let Some(filter) = &self.filter {
            paths.retain(|path| path.to_string_lossy().contains(filter.as_str()));
            if paths.is_empty() {
                return Err(Failure::unexamined(format!("no fixture's path contains `{filter}`")));
            }
        }
        let definitions = Arc::new(self.spec.as_ref().map_or_else(Definitions::new, Definitions::always));
        let mut cases = self.replay_all(paths, &definitions).await?;
        if self.update {
            for case in &mut cases {
                self.update(case, &definitions).await?;
            }
        }
        match self.format {
            Format::Human => human(&cases)?,
            Format::Json => output::print(format_args!("{:#}", as_json(&cases)))?,
            Format::Junit => output::print_bytes(junit(&cases).as_bytes())?,
        }
        let any = |wanted: fn(&Verdict) -> bool| cases.iter().any(|case| wanted(&case.verdict));
        Ok(ExitCode::from(match () {
            () if any(|verdict| matches!(verdict, Verdict::Differs(_))) => AT_FAULT,
            () if any(|verdict| matches!(verdict, Verdict::Unexamined(_))) => UNEXAMINED,
            () => 0,
        }))
    }

    /// Replays all, several at once; the cases in the order of their paths.
    async fn replay_all(&self, paths: Vec<PathBuf>, definitions: &Arc<Definitions>) -> Result<Vec<Case>, Failure> {
        let mut waiting = paths.into_iter().enumerate();
        let mut running = JoinSet::new();
        let mut cases = Vec::new();
        loop {
            while running.len() < AT_ONCE
                && let Some((index, path)) = waiting.next()
            {
                let (definitions, choices) = (Arc::clone(definitions), self.compat.clone());
                running.spawn(async move { (index, replay_one(&path, &definitions, &choices).await) });
            }
            match running.join_next().await {
                None => break,
                Some(Ok(case)) => cases.push(case),
                Some(Err(error)) => return Err(Failure::unexamined(format!("a replay did not end: {error}"))),
            }
        }
        cases.sort_by_key(|(index, _)| *index);
        Ok(cases.into_iter().map(|(_, case)| case).collect())
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
            Err(reason) => {
                if let Verdict::Differs(lines) = &mut case.verdict {
                    lines.push(reason);
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

fn human(cases: &[Case]) -> Result<(), Failure> {
    let paint = output::painter_for_stdout();
    for case in cases {
        let path = case.path.display();
        match &case.verdict {
            Verdict::Passed => output::print(format_args!("{} {path}", paint.green("✓")))?,
            Verdict::Differs(lines) => {
                output::print(format_args!("{} {path}  {}", paint.red("✗"), paint.dim(&case.spec)))?;
                for line in lines.iter().flat_map(|line| line.lines()) {
                    output::print(format_args!("    {line}"))?;
                }
            }
            Verdict::Updated(_) => output::print(format_args!("{} {path}  updated", paint.yellow("↻")))?,
            Verdict::Unexamined(message) => output::print(format_args!("{} {path}\n    {message}", paint.yellow("?")))?,
        }
        for note in &case.notes {
            output::print(format_args!("    {}", paint.dim(note)))?;
        }
    }
    let count = |wanted: fn(&Verdict) -> bool| cases.iter().filter(|case| wanted(&case.verdict)).count();
    let (passed, failed) =
        (count(|verdict| *verdict == Verdict::Passed), count(|verdict| matches!(verdict, Verdict::Differs(_))));
    let updated = count(|verdict| matches!(verdict, Verdict::Updated(_)));
    let unexamined = cases.len() - passed - failed - updated;
    let updated = if updated > 0 { format!(", {updated} updated") } else { String::new() };
    let rest = if unexamined > 0 { format!(", {unexamined} could not be run") } else { String::new() };
    output::print(format_args!("\n{passed} passed, {failed} failed{updated}{rest}"))
}

fn as_json(cases: &[Case]) -> Value {
    let one = |case: &Case| {
        let (verdict, differences) = match &case.verdict {
            Verdict::Passed => ("passed", Vec::new()),
            Verdict::Differs(lines) => ("failed", lines.clone()),
            Verdict::Updated(lines) => ("updated", lines.clone()),
            Verdict::Unexamined(message) => ("unexamined", vec![message.clone()]),
        };
        json!({
            "path": case.path.to_string_lossy(),
            "spec": case.spec,
            "verdict": verdict,
            "differences": differences,
            "notes": case.notes,
            "report": case.report.as_ref().map(|report| report.to_json(Reveal::Nothing)),
        })
    };
    json!({ "cases": cases.iter().map(one).collect::<Vec<_>>() })
}

fn junit(cases: &[Case]) -> String {
    let failures = cases.iter().filter(|case| matches!(case.verdict, Verdict::Differs(_))).count();
    let errors = cases.iter().filter(|case| matches!(case.verdict, Verdict::Unexamined(_))).count();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"connspec replay\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\">\n",
        cases.len()
    );
    for case in cases {
        let head = format!(
            "<testcase name=\"{}\" classname=\"{}\"",
            escaped(&case.path.to_string_lossy()),
            escaped(&case.spec)
        );
        match &case.verdict {
            Verdict::Passed | Verdict::Updated(_) => {
                let notes = escaped(&case.notes.join("\n"));
                let notes = if notes.is_empty() { notes } else { format!("<system-out>{notes}</system-out>") };
                xml.push_str(&format!("{head}>{notes}</testcase>\n"));
            }
            Verdict::Differs(lines) => {
                xml.push_str(&format!("{head}><failure>{}</failure></testcase>\n", escaped(&lines.join("\n"))))
            }
            Verdict::Unexamined(message) => {
                xml.push_str(&format!("{head}><error>{}</error></testcase>\n", escaped(message)))
            }
        }
    }
    xml + "</testsuite>\n</testsuites>\n"
}

/// XML text without what XML forbids (XML 1.0 §2.2, §2.4).
fn escaped(text: &str) -> String {
    let allowed = text.chars().filter(|character| !character.is_control() || matches!(character, '\n' | '\t'));
    let text: String = allowed.collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
