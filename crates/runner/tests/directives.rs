//! One file, one statement about one directive: the block, what it is given, the exact request it must make, the
//! answer it gets, and what must come of it. Expected values are written by hand from the reference documents;
//! every case names its section.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "directives/case.rs"]
mod case;
#[path = "directives/compare.rs"]
mod compare;

use std::path::Path;

use connspec_exchange::{Request, Response, Secrets, Transport, TransportError};
use connspec_iml::FixedHost;
use connspec_runner::{Context, Decisions, Effects, Environment, Prepared, RunError};
use connspec_spec::RequestBlock;

use case::Case;

datatest_stable::harness! {
    { test = run, root = "tests/directives", pattern = r"\.json$" },
}

/// What a block did.
pub(crate) struct Done {
    pub(crate) prepared: Option<Result<Prepared, RunError>>,
    pub(crate) effects: Option<Result<Effects, RunError>>,
    pub(crate) redirect: Option<Result<connspec_runner::Redirect, RunError>>,
    pub(crate) again: Option<Option<u64>>,
    pub(crate) context: Context,
    pub(crate) decisions: Decisions,
    pub(crate) secrets: Secrets,
}

fn run(_path: &Path, text: String) -> datatest_stable::Result<()> {
    let case = Case::read(&text)?;
    let definition = case.definition()?;
    let compat = case.compat()?;
    let host = FixedHost::new(case.now()?, "UTC", 1);
    let secrets = Secrets::new();
    let environment = Environment {
        definition: &definition,
        host: &host,
        compat: &compat,
        secrets: &secrets,
        block: case.phase().block(),
        index: 0,
    };
    let block = &definition.communication().block(case.phase().block()).ok_or("no such block")?[0];
    let done = perform(&case, block, &environment)?;
    let problems = compare::problems(&case, &done, &definition);
    if problems.is_empty() { Ok(()) } else { Err(format!("{}\n({})", problems.join("\n"), case.source).into()) }
}

/// Prepares the request, has a closure answer it, and interprets the answer.
fn perform(case: &Case, block: &RequestBlock, environment: &Environment<'_>) -> datatest_stable::Result<Done> {
    let mut done = Done {
        prepared: None,
        effects: None,
        redirect: None,
        again: None,
        context: case.context(),
        decisions: Decisions::new(),
        secrets: environment.secrets.clone(),
    };
    let (context, decisions) = (&mut done.context, &mut done.decisions);
    match case.phase() {
        connspec_runner::Phase::Authorize => {
            done.redirect =
                Some(connspec_runner::address(block, context, environment, case.state.as_deref(), decisions));
        }
        connspec_runner::Phase::Callback => {
            done.effects = Some(connspec_runner::interpret_callback(block, context, environment, decisions));
        }
        _ => {
            let prepared = connspec_runner::prepare(block, context, environment, decisions);
            if let Ok(Prepared::Send(request)) = &prepared {
                let outcome = answer(case, request)?;
                let outcome = outcome.as_ref();
                done.effects = Some(connspec_runner::interpret(block, outcome, context, environment, decisions));
            }
            if let (Some(runs), Some(Ok(_))) = (case.runs, &done.effects) {
                done.again = Some(connspec_runner::again(block, context, environment, runs, decisions)?);
            }
            done.prepared = Some(prepared);
        }
    }
    Ok(done)
}

/// The case's answer, through the same seam as on the network.
fn answer(case: &Case, request: &Request) -> datatest_stable::Result<Result<Response, TransportError>> {
    let outcome = case.outcome_of_sending()?;
    let transport = move |_: &Request| outcome.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    Ok(runtime.block_on(transport.send(request)))
}
