//! `connspec import`: other recorders' files as fixtures.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use connspec_exchange::import::{Expected, Imported};
use connspec_exchange::{Fixture, FixtureStep, OriginMapping, Secrets, import};
use connspec_runner::needs_browser;
use connspec_runner::record::{FlowStep, addresses, addresses_before};
use connspec_runner::report::parse_iso;
use connspec_spec::Communication;

use crate::commands::record::{Destination, known_step, spec_for};
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

    /// Replace a file that is no fixture, too
    #[arg(long)]
    replace: bool,

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
        let text = std::fs::read_to_string(&self.file).map_err(|error| {
            let failure = Failure::unexamined(format!("{} cannot be read: {error}", self.file.display()));
            match error.kind() {
                std::io::ErrorKind::InvalidData => failure.help("save it as UTF-8 first"),
                _ => failure,
            }
        })?;
        let destination = Destination::examine(&self.output, self.replace)?;
        let secrets = Secrets::new();
        let expected = self.expected()?;
        let read = match self.kind {
            Kind::Har => import::har(&text, &expected, &secrets),
            Kind::Nock => import::nock(&text, &expected, &secrets),
            Kind::Mock => import::mock(&text, &expected, &secrets),
        };
        let Imported { fixture: mut imported, notes } =
            read.map_err(|error| Failure::unexamined(format!("{}: {error}", self.file.display())))?;
        // Some programs write times nobody can read; without one, a fixture has a time of its own.
        imported.clock = imported.clock.filter(|clock| parse_iso(clock).is_some());
        let fixture = Fixture {
            spec: self.spec.as_deref().map(|spec| spec_for(spec, &self.output)).or(imported.spec),
            steps: self.steps.iter().map(done).collect(),
            ..imported
        };
        let word = destination.write(&fixture)?;
        output::say(format_args!("{word} with {} exchanges", fixture.exchanges.len()));
        for note in notes {
            output::say(note);
        }
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
        let mappings = self.map_origin.iter().map(mapping).collect::<Result<_, _>>()?;
        let Some(spec) = &self.spec else { return Ok(Expected { mappings, ..Expected::default() }) };
        let definition = &open(spec, None)?.definition;
        Ok(Expected {
            mappings,
            addresses: addresses(definition),
            before: addresses_before(definition),
            browser: needs_browser(definition),
            brings_code: !matches!(definition.communication(), Communication::OAuth1(_)),
        })
    }
}

/// A refresh that stands in a recording was made, whatever the condition of a definition says.
fn done(step: &FlowStep) -> FixtureStep {
    match step {
        FlowStep::Refresh => FixtureStep::from(&FlowStep::ForcedRefresh),
        other => FixtureStep::from(other),
    }
}
