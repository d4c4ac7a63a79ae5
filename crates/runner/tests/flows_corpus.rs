//! Other people's definitions, outlined and run against a provider that talks nonsense: nothing panics, every request
//! that is not built says why, every run ends in a report.
//!
//! The corpus is no part of the project. `CONNSPEC_CORPUS` names its folder; without it `../shared/corpus` beside the
//! checkout; where that is missing, too, the tests are skipped.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that looks for files, says what it misses, and may stop at the first surprise"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use connspec_exchange::{Request, Response, VirtualClock};
use connspec_runner::callback::{CallbackQuery, Programmatic};
use connspec_runner::{FlowStep, Inputs, Outcome, Reveal, Runner, Target};
use connspec_spec::Definition;
use connspec_spec::layout::{Disk, LoadOptions, discover, load, load_app};
use serde_json::json;

fn corpus() -> Option<PathBuf> {
    let given = std::env::var_os("CONNSPEC_CORPUS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let found = given.into_iter().chain([beside]).find(|folder| folder.join("make").is_dir());
    if found.is_none() {
        eprintln!("skipped: there is no corpus; CONNSPEC_CORPUS may name its folder");
    }
    found
}

fn definitions(corpus: &Path) -> Vec<Definition> {
    let apps = discover(&Disk, corpus.join("make")).unwrap();
    let mut found = Vec::new();
    for path in &apps {
        match load_app(path) {
            Ok(app) => found.extend(app.connections),
            Err(_) => found.extend(load(path, &LoadOptions::default()).map(|loaded| loaded.definition)),
        }
    }
    found
}

/// Something for every field and every common key a definition may ask for.
fn inputs(definition: &Definition) -> Inputs {
    let fields = definition.parameters.fields.iter().filter(|field| !field.name.is_empty());
    let parameters = fields.map(|field| (field.name.clone(), json!(format!("value-of-{}", field.name))));
    Inputs { parameters: parameters.collect(), ..Inputs::default() }
}

fn browser() -> Programmatic {
    Programmatic::new(Some("http://127.0.0.1:5000/oauth/cb/app".to_owned()), |url| {
        let url = url::Url::parse(&url).ok();
        let state = url
            .and_then(|url| url.query_pairs().find(|(name, _)| name == "state").map(|(_, value)| value.into_owned()));
        let query = CallbackQuery::from_iter([("code", "c".to_owned()), ("state", state.unwrap_or_default())]);
        Box::pin(std::future::ready(Some(query)))
    })
}

fn runner(answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Runner {
    Runner::new(Arc::new(move |request: &Request| Ok(answer(request))))
        .with_clock(Arc::new(VirtualClock::new(1_700_000_000_000)))
}

#[test]
fn every_definition_can_be_outlined() {
    let Some(corpus) = corpus() else { return };
    let definitions = definitions(&corpus);
    assert_eq!(definitions.len(), 45, "the corpus has 45 connections");
    for definition in &definitions {
        let report =
            runner(|_| panic!("an outline sends nothing")).outline(definition, &inputs(definition), &FlowStep::ALL);
        assert_eq!(report.outcome, Outcome::Outlined);
        for step in &report.steps {
            let told = step.request.is_some() || step.failure.is_some() || !step.decisions.is_empty();
            assert!(told, "{}: {} says nothing", definition.name, step.block);
        }
    }
}

#[tokio::test]
async fn every_definition_ends_in_a_report_whatever_the_provider_says() {
    let Some(corpus) = corpus() else { return };
    let answers: [fn() -> Response; 4] = [
        || {
            Response::json(
                200,
                &json!({"access_token": "token-of-the-corpus", "refresh_token": "r", "expires_in": "soon"}),
            )
        },
        || Response::new(200).with_body("text/html", "<html>&nbsp;</html>"),
        || Response::new(204),
        || Response::json(401, &json!({"error": {"message": ["a", {"b": null}]}})),
    ];
    for definition in definitions(&corpus) {
        for answer in answers {
            let runner = runner(move |_| answer());
            let target = Target { name: Some("corpus".to_owned()), ..Target::default() };
            let report = runner.connect(&definition, &target, &inputs(&definition), &browser()).await;
            assert_eq!(report.succeeded(), report.error.is_none());
            let shown = report.to_json(Reveal::Nothing).to_string();
            assert!(!shown.contains("token-of-the-corpus"), "{}: {shown}", definition.name);
            if report.succeeded() {
                for again in [
                    runner.validate(&definition, "corpus").await,
                    runner.info(&definition, "corpus").await,
                    runner.invalidate(&definition, "corpus").await,
                ] {
                    assert_eq!(again.succeeded(), again.error.is_none());
                }
            }
        }
    }
}
