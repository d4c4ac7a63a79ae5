//! Every fixture below `fixtures/`, replayed without a socket. The expected values are what a real run against the
//! provider recorded.

use std::path::Path;
use std::sync::Arc;

use connspec_exchange::{
    BoxFuture, Fixture, Replayer, Request, Response, Transport, TransportError, TransportErrorKind, VirtualClock,
};
use connspec_runner::callback::{CallbackQuery, Programmatic};
use connspec_runner::record::{replay, steps_of};
use connspec_runner::{FlowStep, Inputs, Randomness, Redirects, Runner};
use connspec_spec::Loaded;

datatest_stable::harness! {
    { test = run, root = "../../fixtures", pattern = r"\.json$" },
    { test = nothing_leaves, root = "../../fixtures", pattern = r"\.json$" },
}

fn definition_of(fixture: &Fixture, path: &Path) -> datatest_stable::Result<Loaded> {
    let spec = fixture.spec.clone().ok_or("the fixture names no spec")?;
    Ok(match connspec_spec::bundled::find(&spec) {
        Some(bundled) => bundled.load()?,
        None => connspec_spec::load(path.parent().ok_or("no folder")?.join(&spec), &Default::default())?,
    })
}

fn run(path: &Path, text: String) -> datatest_stable::Result<()> {
    let fixture = Fixture::from_text(&text)?;
    let loaded = definition_of(&fixture, path)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let replayed = runtime.block_on(replay(&fixture, &loaded.definition, &loaded.compat));
    let lines: Vec<String> = replayed.differences.iter().map(ToString::to_string).collect();
    if lines.is_empty() { Ok(()) } else { Err(lines.join("\n").into()) }
}

/// Answers from the fixture, and panics where a request would go on to a network.
struct Guarded(Replayer);

impl Transport for Guarded {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>> {
        Box::pin(async move {
            let answer = self.0.send(request).await;
            if let Err(error) = &answer
                && error.kind == TransportErrorKind::NotRecorded
            {
                panic!("{error}");
            }
            answer
        })
    }
}

/// The moment a fixture was recorded at: signatures of OAuth 1 hold it.
fn began(fixture: &Fixture) -> i64 {
    fixture.clock.as_deref().and_then(connspec_runner::report::parse_iso).unwrap_or_default()
}

/// The same flows with a runner of one's own, whose transport panics when it is asked for more than was recorded.
fn nothing_leaves(path: &Path, text: String) -> datatest_stable::Result<()> {
    let fixture = Fixture::from_text(&text)?;
    let loaded = definition_of(&fixture, path)?;
    let recorded = |name: &str| fixture.inputs.get(name).and_then(|value| value.as_object()).cloned();
    let inputs = Inputs {
        parameters: recorded("parameters").unwrap_or_default(),
        common: recorded("common").unwrap_or_default(),
        scope: Vec::new(),
    };
    let redirect =
        fixture.inputs.get("redirectUri").and_then(|uri| uri.as_str()).unwrap_or("http://127.0.0.1/oauth/cb/app");
    let replayer = Arc::new(Guarded(Replayer::new(&fixture)));
    let runner = Runner::new(replayer.clone())
        .with_clock(Arc::new(VirtualClock::new(began(&fixture))))
        .with_randomness(Randomness::Seeded(fixture.seed.unwrap_or_default()))
        .with_redirects(Redirects::same(redirect))
        .with_compat(loaded.compat.clone());
    let (asked, back) = (Arc::clone(&replayer), fixture.clone());
    let browser = Programmatic::new(None, move |url| {
        asked.0.open(&url);
        let state = url::Url::parse(&url)
            .ok()
            .and_then(|url| url.query_pairs().find(|(name, _)| name == "state").map(|(_, state)| state.into_owned()));
        let query = back.callback_query(&state.unwrap_or_default());
        Box::pin(std::future::ready(query.map(|pairs| {
            let pairs = pairs.into_iter().map(|(name, value)| (name, value.into()));
            CallbackQuery::from_json(&pairs.collect())
        })))
    });
    let steps: Vec<FlowStep> = steps_of(&fixture)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(runner.perform_steps(&loaded.definition, &inputs, &steps, &browser));
    let expected = fixture.expect.as_ref().is_none_or(|expected| expected.get("error").is_none());
    if report.succeeded() == expected { Ok(()) } else { Err(format!("{:?}", report.message()).into()) }
}
