//! `connspec record`: performs a flow and writes it down as a fixture.

mod destination;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use connspec_exchange::RecordingError;
use connspec_runner::ApiRequest;
use connspec_runner::record::{FlowStep, Recorded, ReplayDifference};

use crate::commands::connect::{Browser, complete};
use crate::commands::request::refuse_foreign_host;
use crate::failure::{Failure, Outcome};
use crate::options::{self, Network, Shown, Spec};
use crate::output;
use crate::session::{Session, inputs};

pub use destination::{Destination, write_text};

/// Record a flow as a fixture
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  connspec record academy-v2 -o fixtures/academy.json --steps connect,info,refresh,invalidate \\
    --map-origin https://app-academy.make.com=http://127.0.0.1:8080")]
pub struct Record {
    #[command(flatten)]
    spec: Spec,

    /// The fixture to write
    #[arg(short, long, value_name = "FIXTURE")]
    output: PathBuf,

    /// What to do, in order: connect, info, refresh, request, invalidate. A refresh that its condition does not ask for
    /// is forced
    #[arg(long, value_name = "STEPS", value_delimiter = ',', default_value = "connect", value_parser = step)]
    steps: Vec<FlowStep>,

    /// What a step `request` sends, such as 'GET /movies'; one for each of them
    #[arg(long = "request", value_name = "METHOD URL", value_parser = call)]
    requests: Vec<ApiRequest>,

    /// Replace an existing fixture even if the flow fails, and a file that is no fixture
    #[arg(long)]
    replace: bool,

    /// Send nothing: write the requests it would send, with placeholders for the answers, to be filled in by hand
    #[arg(long)]
    skeleton: bool,

    #[command(flatten)]
    inputs: options::Inputs,

    #[command(flatten)]
    browser: Browser,

    #[command(flatten)]
    network: Network,

    #[command(flatten)]
    pub(super) shown: Shown,
}

/// A step by its name; what a `request` sends is told apart.
fn step(name: &str) -> Result<FlowStep, String> {
    match name {
        "request" => Ok(FlowStep::Request(ApiRequest::default())),
        name => known_step(name).map_err(|known| format!("{known}, request")),
    }
}

/// A step by its name, of those that need no more.
pub fn known_step(name: &str) -> Result<FlowStep, String> {
    FlowStep::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = FlowStep::ALL.iter().map(FlowStep::name).collect();
        format!("there are the steps {}", known.join(", "))
    })
}

fn call(text: &str) -> Result<ApiRequest, String> {
    let (method, url) = text.trim().split_once(' ').ok_or("write METHOD and URL, as in 'GET /movies'")?;
    Ok(ApiRequest { method: method.to_ascii_uppercase(), url: url.trim().to_owned(), ..ApiRequest::default() })
}

impl Record {
    pub async fn run(&self) -> Outcome {
        if self.steps.first() != Some(&FlowStep::Connect) {
            return Err(Failure::unexamined("a recording starts with connect: there is no connection before")
                .help("write --steps connect,info,refresh,invalidate, as far as you need"));
        }
        let steps = self.steps()?;
        refuse_stdin(&self.spec.spec)?;
        let destination = Destination::examine(&self.output, self.replace)?;
        let opened = self.spec.open()?;
        for request in &self.requests {
            refuse_foreign_host(&opened.definition, &request.url)?;
        }
        let mut inputs = inputs(&self.inputs.read()?);
        if !self.skeleton {
            complete(&opened.definition, &mut inputs)?;
        }
        let store = Arc::new(connspec_store::MemoryStore::new());
        let session = Session::new(&self.network, &self.shown, store, &opened, self.browser.opener())?;
        if self.skeleton {
            let spec = spec_for(&self.spec.spec, &self.output);
            let skeleton =
                session.runner.skeleton(&opened.definition, &spec, &inputs, &steps).map_err(refused_by_recording)?;
            let word = destination.write(&skeleton.fixture)?;
            for request in &skeleton.untold {
                output::say(format_args!("not in it, to be written by hand: {request}"));
            }
            output::say(format_args!("{word}; fill in the answers, then `connspec replay`"));
            return Ok(ExitCode::SUCCESS);
        }
        let source = self.browser.source(&opened).await?;
        let runner = self.browser.prepare(session.runner.clone());
        let spec = spec_for(&self.spec.spec, &self.output);
        let recorded = runner.record(&opened.definition, &spec, &inputs, &steps, source.as_ref()).await;
        if !recorded.report.examined {
            return session.finish(&recorded.report);
        }
        let Recorded { report, fixture, unsettled } = recorded;
        let fixture = fixture.map_err(refused_by_recording)?;
        if !report.succeeded() && destination.keeps_what_is_there() {
            session.finish(&report)?;
            return Err(kept(&self.output).help(
                "a failure is worth a fixture of its own: write it to another file, or replace this one with --replace",
            ).told());
        }
        let written = destination.write(&fixture);
        let code = session.finish(&report)?;
        output::say(written.map_err(Failure::told)?);
        tell_unsettled(&unsettled);
        // A flow that failed was still recorded; the report says that it failed.
        Ok(if report.succeeded() { ExitCode::SUCCESS } else { code })
    }
}

/// Writes what `connect --record` recorded.
pub fn keep(recorded: Recorded, destination: &Destination<'_>) -> Result<(), Failure> {
    let Recorded { report, fixture, unsettled } = recorded;
    let fixture = fixture.map_err(refused_by_recording)?;
    // A good fixture is not replaced by one of a flow that failed.
    if !report.succeeded() && destination.keeps_what_is_there() {
        return Err(kept(destination.path()).help("a failure is worth a fixture of its own: write it to another file"));
    }
    output::say(destination.write(&fixture)?);
    tell_unsettled(&unsettled);
    Ok(())
}

fn kept(output: &Path) -> Failure {
    Failure::at_fault(format!("{} is kept as it is: the flow failed", output.display()))
}

fn tell_unsettled(unsettled: &[ReplayDifference]) {
    if unsettled.is_empty() {
        return;
    }
    output::say(
        "its replay differs from it; where the definition makes something of a secret, the file holds no secret: mend \
         these places by hand",
    );
    for difference in unsettled {
        output::say(format_args!("  {difference}"));
    }
}

/// A fixture names its definition, so that has to be a file or a bundled one.
pub fn refuse_stdin(spec: &str) -> Result<(), Failure> {
    if spec != "-" {
        return Ok(());
    }
    Err(Failure::unexamined("a definition read from stdin cannot be found again when the fixture is replayed")
        .help("save it to a file first"))
}

impl Record {
    /// The steps, each `request` with what it sends.
    fn steps(&self) -> Result<Vec<FlowStep>, Failure> {
        let mut requests = self.requests.iter();
        let filled = self.steps.iter().map(|step| match step {
            FlowStep::Request(_) => requests.next().cloned().map(FlowStep::Request),
            other => Some(other.clone()),
        });
        let steps: Option<Vec<FlowStep>> = filled.collect();
        match (steps, requests.next()) {
            (Some(steps), None) => Ok(steps),
            (None, _) => Err(Failure::unexamined("a step `request` has nothing to send")
                .help("give each of them a --request, such as --request 'GET /movies'")),
            (Some(_), Some(_)) => Err(Failure::unexamined("there are more --request than steps `request`")
                .help("name each in --steps, as in --steps connect,request")),
        }
    }
}

/// A fixture in which a secret would remain is not written.
fn refused_by_recording(error: RecordingError) -> Failure {
    Failure::at_fault(error).help("nothing was written: add the value to log.sanitize, so that it is known as a secret")
}

/// How the fixture names its definition: a bundled name as it is, a path relative to the fixture.
pub fn spec_for(spec: &str, output: &Path) -> String {
    if !Path::new(spec).exists() {
        return spec.to_owned();
    }
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (spec, output) = (absolute(Path::new(spec)), absolute(output));
    let from = output.parent().unwrap_or(Path::new("/"));
    let shared = spec.components().zip(from.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| std::path::Component::ParentDir);
    let down = spec.components().skip(shared);
    let relative: PathBuf = up.chain(down).collect();
    relative.to_string_lossy().replace('\\', "/")
}
