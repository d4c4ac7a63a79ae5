//! `connspec import`: other recorders' files as fixtures.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use connspec_exchange::import::Expected;
use connspec_exchange::{Fixture, FixtureStep, OriginMapping, Secrets, import};
use connspec_runner::record::{FlowStep, addresses};

use crate::commands::record::{known_step, spec_for, write};
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::session::open;

/// Turn another recorder's file into a fixture
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  connspec import har login.har --spec academy-v2 -o fixtures/login.json
  connspec import har local.har --spec academy-v2 -o fixtures/local.json \\
    --map-origin https://app-academy.make.com=http://127.0.0.1:8080")]
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

    /// HAR: what origin TO answered when it was recorded is the definition's origin FROM
    #[arg(long, value_name = "FROM=TO")]
    map_origin: Vec<String>,

    /// What was recorded, in order
    #[arg(long, value_name = "STEPS", value_delimiter = ',', default_value = "connect", value_parser = known_step)]
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
            Kind::Har => import::har(&text, &self.expected()?, &secrets),
            Kind::Nock => import::nock(&text, &secrets),
            Kind::Mock => import::mock(&text, &secrets),
        };
        let imported = read.map_err(|error| Failure::unexamined(format!("{}: {error}", self.file.display())))?;
        let fixture = Fixture {
            spec: self.spec.as_deref().map(|spec| spec_for(spec, &self.output)).or(imported.spec),
            steps: self.steps.iter().map(done).collect(),
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

impl Import {
    /// What is known of the flow besides the file: where the definition sends its requests.
    fn expected(&self) -> Result<Expected, Failure> {
        let mapping = |text: &String| OriginMapping::parse(text, true).map_err(Failure::unexamined);
        let addresses = match &self.spec {
            Some(spec) => addresses(&open(spec, None)?.definition),
            None => Vec::new(),
        };
        Ok(Expected { mappings: self.map_origin.iter().map(mapping).collect::<Result<_, _>>()?, addresses })
    }
}

/// A refresh that stands in a recording was made, whatever the condition of a definition says.
fn done(step: &FlowStep) -> FixtureStep {
    match step {
        FlowStep::Refresh => FixtureStep::from(&FlowStep::ForcedRefresh),
        other => FixtureStep::from(other),
    }
}
