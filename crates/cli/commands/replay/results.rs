//! How the results of a suite are written: one after the other, so that none needs to be kept.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, Write};

use clap::ValueEnum;
use connspec_rehearsal::suite::{Advice, Case, Verdict};
use connspec_runner::Reveal;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output;

/// How the results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object
    Json,
    /// JUnit XML, which CI services read
    Junit,
}

/// How many fixtures went how.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub updated: usize,
    pub unexamined: usize,
}

/// The results so far.
pub struct Results {
    format: Format,
    counts: Counts,
    /// What is said once, at the end.
    advice: BTreeSet<Advice>,
    /// JUnit wants the numbers before the cases.
    spool: Option<File>,
}

impl Results {
    /// # Errors
    /// When JUnit's cases have nowhere to wait.
    pub fn new(format: Format) -> Result<Self, Failure> {
        let spool = (format == Format::Junit).then(tempfile::tempfile).transpose().map_err(unspooled)?;
        Ok(Self { format, counts: Counts::default(), advice: BTreeSet::new(), spool })
    }

    /// Writes the next result.
    pub fn write(&mut self, case: &Case) -> Result<(), Failure> {
        let first = self.counts.all() == 0;
        self.counts.add(&case.verdict);
        self.advice.extend(&case.advice);
        match &mut self.spool {
            Some(spool) => spool.write_all(junit(case).as_bytes()).map_err(unspooled),
            None if self.format == Format::Json => {
                let indented = format!("{:#}", as_json(case)).replace('\n', "\n    ");
                let before = if first { "{\n  \"cases\": [\n    " } else { ",\n    " };
                output::print_bytes(format!("{before}{indented}").as_bytes())
            }
            None => human(case),
        }
    }

    /// Writes what comes after the last.
    pub fn finish(self) -> Result<Counts, Failure> {
        let counts = self.counts;
        // Rewriting the requests takes note of the definition, too.
        let rewrites = self.advice.contains(&Advice::Exchanges);
        let advice = self.advice.iter().filter(|advice| !(rewrites && **advice == Advice::TakeNote));
        let advice: Vec<String> = advice.map(ToString::to_string).collect();
        match (self.spool, self.format) {
            (Some(mut spool), _) => {
                output::print_bytes(counts.junit_head().as_bytes())?;
                spool.rewind().map_err(unspooled)?;
                let mut part = vec![0; 1 << 16];
                loop {
                    let read = spool.read(&mut part).map_err(unspooled)?;
                    if read == 0 {
                        break;
                    }
                    output::print_bytes(&part[..read])?;
                }
                if !advice.is_empty() {
                    output::print(format_args!("<system-out>{}</system-out>", escaped(&advice.join("\n"))))?;
                }
                output::print("</testsuite>\n</testsuites>")?;
            }
            (None, Format::Json) => output::print(format_args!("\n  ],\n  \"advice\": {}\n}}", json!(advice)))?,
            (None, _) => {
                output::print(format_args!("\n{}", counts.in_words()))?;
                advice.iter().try_for_each(output::print)?;
            }
        }
        Ok(counts)
    }
}

impl Counts {
    fn add(&mut self, verdict: &Verdict) {
        *match verdict {
            Verdict::Passed => &mut self.passed,
            Verdict::Differs(_) => &mut self.failed,
            Verdict::Updated(_) => &mut self.updated,
            Verdict::Unexamined(_) => &mut self.unexamined,
        } += 1;
    }

    fn all(self) -> usize {
        self.passed + self.failed + self.updated + self.unexamined
    }

    fn in_words(self) -> String {
        let Self { passed, failed, updated, unexamined } = self;
        let updated = if updated > 0 { format!(", {updated} updated") } else { String::new() };
        let rest = if unexamined > 0 { format!(", {unexamined} could not be run") } else { String::new() };
        format!("{passed} passed, {failed} failed{updated}{rest}")
    }

    fn junit_head(self) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"connspec replay\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n",
            self.all(),
            self.failed,
            self.unexamined
        )
    }
}

fn unspooled(error: std::io::Error) -> Failure {
    Failure::unexamined(format!("the results cannot be kept in a temporary file: {error}"))
}

fn human(case: &Case) -> Result<(), Failure> {
    let paint = output::painter_for_stdout();
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
    case.notes.iter().try_for_each(|note| output::print(format_args!("    {}", paint.dim(note))))
}

fn as_json(case: &Case) -> Value {
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
}

fn junit(case: &Case) -> String {
    let (name, class) = (escaped(&case.path.to_string_lossy()), escaped(&case.spec));
    let inner = match &case.verdict {
        Verdict::Passed | Verdict::Updated(_) if case.notes.is_empty() => String::new(),
        Verdict::Passed | Verdict::Updated(_) => {
            format!("<system-out>{}</system-out>", escaped(&case.notes.join("\n")))
        }
        Verdict::Differs(lines) => format!("<failure>{}</failure>", escaped(&lines.join("\n"))),
        Verdict::Unexamined(message) => format!("<error>{}</error>", escaped(message)),
    };
    format!("<testcase name=\"{name}\" classname=\"{class}\">{inner}</testcase>\n")
}

/// XML text without what XML forbids (XML 1.0 §2.2, §2.4).
fn escaped(text: &str) -> String {
    let allowed = text.chars().filter(|character| !character.is_control() || matches!(character, '\n' | '\t'));
    let text: String = allowed.collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
