//! `replay --live`: the same flow at the live provider, and what it answers otherwise than it did.

use std::path::Path;

use clap::Args;
use connspec_exchange::Fixture;
use connspec_rehearsal::drift::{self, Drift};
use connspec_rehearsal::suite::{self, Case, Definitions, Verdict};

use crate::commands::connect::Browser;
use crate::failure::Failure;
use crate::options::{self, Network, Shown, Values};
use crate::session::{Opened, Session, inputs};

/// What a run at the live provider needs besides the fixture.
#[derive(Debug, Args)]
pub struct Live {
    /// Send the same flow to the live provider and say what it answers otherwise: members that are gone, other types,
    /// parameters it asks for now; never a value. The fixture's placeholders are given with -p and --common
    #[arg(long, conflicts_with = "update")]
    live: bool,

    #[command(flatten)]
    inputs: options::Inputs,

    #[command(flatten)]
    browser: Browser,

    #[command(flatten)]
    network: Network,
}

impl Live {
    /// Whether the live provider was asked for.
    pub fn is_wanted(&self) -> bool {
        self.live
    }

    /// The inputs given on the command line.
    pub fn values(&self) -> Result<Values, Failure> {
        self.inputs.read()
    }

    /// Runs the flow of the fixture at `path`. `choices` are switches over the definition's own.
    pub async fn run(
        &self,
        path: &Path,
        definitions: &Definitions,
        choices: &[String],
        values: &Values,
    ) -> Result<Case, Failure> {
        let case = |spec: String, verdict: Verdict| Case::new(path, spec, verdict);
        let read =
            suite::read(path).and_then(|text| Fixture::from_text(&text).map_err(|error| suite::placed(path, &error)));
        let fixture = match read {
            Ok(fixture) => fixture,
            Err(message) => return Ok(case(String::new(), Verdict::Unexamined(message))),
        };
        let (spec, loaded) = match definitions.of(&fixture, path) {
            Ok(found) => found,
            Err(message) => return Ok(case(fixture.spec.unwrap_or_default(), Verdict::Unexamined(message))),
        };
        let (inputs, steps) = match drift::prepare(&fixture, &inputs(values)) {
            Ok(prepared) => prepared,
            Err(message) => return Ok(case(spec, Verdict::Unexamined(message))),
        };
        let mut compat = match suite::recorded_compat(&fixture, loaded.compat.clone()) {
            Ok(compat) => compat,
            Err(message) => return Ok(case(spec, Verdict::Unexamined(message))),
        };
        for choice in choices {
            compat.set(choice).map_err(Failure::unexamined)?;
        }
        let opened = Opened::of_fixture(loaded.definition.clone(), compat);
        let shown = Shown { quiet: true, ..Shown::default() };
        let store = std::sync::Arc::new(connspec_store::MemoryStore::new());
        let session = Session::new(&self.network, &shown, store, &opened, self.browser.opener())?;
        let source = self.browser.source(&opened).await?;
        let runner = self.browser.prepare(session.runner.clone());
        let live = drift::run(&runner, &fixture, &opened.definition, &inputs, &steps, source.as_ref()).await;
        if !live.report.examined {
            let message = live.report.message().unwrap_or_default();
            return Ok(case(spec, Verdict::Unexamined(message)));
        }
        let (harmless, broken): (Vec<Drift>, Vec<Drift>) =
            live.drifts.into_iter().partition(|drift| drift.change.is_harmless());
        let lines = |drifts: &[Drift]| drifts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let verdict = if broken.is_empty() { Verdict::Passed } else { Verdict::Differs(lines(&broken)) };
        Ok(Case { notes: lines(&harmless), ..case(spec, verdict) })
    }
}
