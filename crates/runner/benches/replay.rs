//! The replay of one flow beside the same flow against a closure that answers at once: what comparing, placeholders and
//! expectations cost. Both are checked before anything is timed. Quote the ratio.

#![allow(missing_docs, reason = "criterion's macros write undocumented items")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use connspec_exchange::{Fixture, Request, Response, TransportError, VirtualClock, value_to_body};
use connspec_runner::callback::{CallbackQuery, Programmatic};
use connspec_runner::record::replay;
use connspec_runner::{FlowStep, Inputs, Randomness, Redirects, Report, Runner};
use connspec_spec::{Compat, Definition, bundled};
use criterion::{Criterion, criterion_group};
use tokio::runtime::Runtime;

const FIXTURE: &str = include_str!("../../../fixtures/academy-v2/whole-life.json");
const STEPS: [FlowStep; 4] = [FlowStep::Connect, FlowStep::Info, FlowStep::ForcedRefresh, FlowStep::Invalidate];
/// The clock of the fixture: 2026-11-29T09:20:41.084Z.
const START: i64 = 1_795_944_041_084;

/// What both runs need, read once.
struct Stage {
    definition: Definition,
    fixture: Fixture,
    /// The recorded answers, ready to be given.
    answers: Vec<(String, Response)>,
    runtime: Runtime,
}

impl Stage {
    fn set() -> Self {
        let fixture = Fixture::from_text(FIXTURE).expect("the fixture can be read");
        let answer = |exchange: &connspec_exchange::RecordedExchange| {
            let mut response = Response::new(exchange.response.status);
            response.body = value_to_body(exchange.response.body.as_ref()).expect("the body can be read");
            response.headers = connspec_exchange::headers_from_json(&exchange.response.headers);
            (exchange.block.clone(), response)
        };
        Self {
            definition: bundled::bundled("academy-v2").expect("it is bundled").definition,
            answers: fixture.exchanges.iter().map(answer).collect(),
            fixture,
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime"),
        }
    }

    /// The flow as the fixture has it.
    fn replayed(&self) -> bool {
        self.runtime.block_on(replay(&self.fixture, &self.definition, &Compat::default())).passed()
    }

    /// The same flow, answered by a closure.
    fn answered(&self) -> Report {
        let waiting = Mutex::new(self.answers.iter().cloned().map(Some).collect::<Vec<_>>());
        let transport = move |request: &Request| -> Result<Response, TransportError> {
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let next = waiting
                .iter_mut()
                .find(|answer| answer.as_ref().is_some_and(|(block, _)| *block == request.label.block));
            Ok(next.and_then(Option::take).expect("every request has an answer").1)
        };
        let redirect = "http://127.0.0.1:39267/oauth/cb/app";
        let runner = Runner::new(Arc::new(transport))
            .with_clock(Arc::new(VirtualClock::new(START)))
            .with_randomness(Randomness::Seeded(1))
            .with_redirects(Redirects::same(redirect));
        let browser = Programmatic::new(None, |url| {
            let state = url.split("state=").nth(1).unwrap_or_default().to_owned();
            Box::pin(std::future::ready(Some(CallbackQuery::parse(&format!("code=the-code-1&state={state}")))))
        });
        self.runtime.block_on(runner.perform_steps(&self.definition, &Inputs::default(), &STEPS, &browser))
    }

    fn check(&self) {
        assert!(self.replayed(), "the fixture replays");
        let report = self.answered();
        assert!(report.succeeded(), "{report:?}");
        let sent = report.steps.iter().filter(|step| step.response.is_some()).count();
        assert_eq!(sent, self.fixture.exchanges.len(), "both flows send the same");
    }
}

fn flows(criterion: &mut Criterion) {
    let stage = Stage::set();
    stage.check();
    let mut group = criterion.benchmark_group("one flow of five requests");
    group.bench_function("replay", |bencher| bencher.iter(|| stage.replayed()));
    group.bench_function("closure", |bencher| bencher.iter(|| stage.answered()));
    group.finish();
}

/// The ratio of the two, by turns in one process: the median over the rounds, so that what else the machine does hits both.
#[allow(clippy::print_stdout, reason = "the ratio is what is quoted")]
#[allow(clippy::disallowed_methods, reason = "a bench measures real time")]
fn ratio() {
    let stage = Stage::set();
    stage.check();
    let turn = |run: &dyn Fn()| {
        let began = Instant::now();
        let mut times = 0_u32;
        while began.elapsed() < Duration::from_millis(10) {
            run();
            times += 1;
        }
        began.elapsed().as_secs_f64() / f64::from(times)
    };
    let mut ratios: Vec<f64> = (0..101)
        .map(|_| {
            let replayed = turn(&|| assert!(stage.replayed()));
            let answered = turn(&|| drop(stage.answered()));
            replayed / answered
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!("replay ÷ closure, median of {} rounds: {:.2}", ratios.len(), ratios[ratios.len() / 2]);
}

criterion_group!(benches, flows);

fn main() {
    ratio();
    benches();
    Criterion::default().configure_from_args().final_summary();
}
