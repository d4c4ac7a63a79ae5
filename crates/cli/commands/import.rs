//! `connspec import`: other recorders' files as fixtures.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use connspec_exchange::{Fixture, Secrets, import};
use connspec_runner::record::FlowStep;

use crate::commands::record::{spec_for, step, write};
use crate::failure::{Failure, Outcome};
use crate::output;

/// Turn another recorder's file into a fixture
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec import har login.har --spec academy-v2 -o fixtures/login.json")]
pub struct Import {
    /// What kind of file it is
    kind: Kind,

    /// The file
    file: PathBuf,

    /// The fixture to write
    #[arg(short, long, value_name = "FIXTURE")]
    output: PathBuf,

    /// The definition the recorded flow belongs to
    #[arg(long, value_name = "SPEC")]
    spec: Option<String>,

    /// What was recorded, in order
    #[arg(long, value_name = "STEPS", value_delimiter = ',', default_value = "connect", value_parser = step)]
    steps: Vec<FlowStep>,
}

/// Recorders whose files can be read.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// HAR 1.2, as browsers and proxies export it
    Har,
    /// nock recordings
    Nock,
    /// The pair list of Make component mocks
    Mock,
}

impl Import {
    pub fn run(&self) -> Outcome {
        let text = std::fs::read_to_string(&self.file)
            .map_err(|error| Failure::unexamined(format!("{} cannot be read: {error}", self.file.display())))?;
        let secrets = Secrets::new();
        let read = match self.kind {
            Kind::Har => import::har(&text, &secrets),
            Kind::Nock => import::nock(&text, &secrets),
            Kind::Mock => import::mock(&text, &secrets),
        };
        let imported = read.map_err(|error| Failure::unexamined(format!("{}: {error}", self.file.display())))?;
        let fixture = Fixture {
            spec: self.spec.as_deref().map(|spec| spec_for(spec, &self.output)).or(imported.spec),
            steps: self.steps.iter().map(|step| step.name().to_owned()).collect(),
            ..imported
        };
        write(&fixture, &self.output)?;
        output::say(format_args!("written: {} with {} exchanges", self.output.display(), fixture.exchanges.len()));
        if fixture.spec.is_none() {
            output::say("it names no definition yet: replay it with --spec SPEC, or import it again with --spec");
        }
        Ok(ExitCode::SUCCESS)
    }
}
