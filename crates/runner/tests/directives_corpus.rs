//! Every block of other people's definitions, if they are at hand, is worked through against answers it cannot
//! expect: none of it may panic, and what is refused is refused with its place.
//!
//! The corpus is no part of the project. `CONNSPEC_CORPUS` names its folder; without it `../shared/corpus` beside
//! the checkout is tried, and without that the test says that it was skipped.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that looks for files, and says what it found"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use connspec_exchange::{Response, Secrets};
use connspec_iml::{Collection, FixedHost, Value};
use connspec_runner::{Context, Decisions, Environment, ErrorType, OAuth, Phase, Prepared, RunError};
use connspec_spec::layout::{self, Disk};
use connspec_spec::{Compat, Definition, RequestBlock};
use serde_json::json;

fn corpus() -> Option<PathBuf> {
    let given = std::env::var_os("CONNSPEC_CORPUS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let found = given.or(Some(beside)).map(|folder| folder.join("make")).filter(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: there is no corpus; CONNSPEC_CORPUS may name its folder");
    }
    found
}

fn phase_of(block: &str) -> Phase {
    match block {
        "preauthorize" => Phase::Preauthorize,
        "requestToken" => Phase::RequestToken,
        "authorize" => Phase::Authorize,
        "token" => Phase::Token,
        "accessToken" => Phase::AccessToken,
        "info" => Phase::Info,
        "refresh" => Phase::Refresh,
        "invalidate" => Phase::Invalidate,
        _ => Phase::Basic,
    }
}

/// Every field of the form has a value.
fn filled_form(definition: &Definition) -> Collection {
    let fields = definition.parameters.fields.iter().map(|field| (field.name.as_str(), Value::from("a-value.example")));
    fields.collect()
}

/// What came of one request, in a word.
fn outcome(definition: &Definition, block: &str, index: usize, request: &RequestBlock, response: &Response) -> String {
    let (host, compat, secrets) = (FixedHost::new(1_767_323_045_000, "UTC", 1), Compat::default(), Secrets::new());
    let environment = Environment { definition, host: &host, compat: &compat, secrets: &secrets, block, index };
    let oauth = OAuth::with_redirect_uri(vec!["read".into()], "http://127.0.0.1/oauth/cb/app");
    let mut context = Context::new(phase_of(block), filled_form(definition), Collection::new(), oauth);
    let mut decisions = Decisions::new();
    if block == "authorize" {
        let redirect = connspec_runner::address(request, &mut context, &environment, Some("state"), &mut decisions);
        return redirect.map_or_else(|error| refused(&error, definition), |_| "redirected".to_owned());
    }
    match connspec_runner::prepare(request, &mut context, &environment, &mut decisions) {
        Err(error) => refused(&error, definition),
        Ok(Prepared::Skipped) => "skipped".to_owned(),
        Ok(Prepared::NoUrl) => "no url".to_owned(),
        Ok(Prepared::Send(_)) => {
            match connspec_runner::interpret(request, Ok(response), &mut context, &environment, &mut decisions) {
                Ok(_) => "valid".to_owned(),
                Err(error) => refused(&error, definition),
            }
        }
    }
}

/// A refusal of the definition's making has its place; all of them have words.
fn refused(error: &RunError, definition: &Definition) -> String {
    assert!(!error.message.is_empty());
    let Some(place) = error.place else {
        assert_ne!(error.kind, ErrorType::DefinitionError, "{error} has no place");
        return error.kind.to_string();
    };
    if error.kind == ErrorType::DefinitionError || error.directive.as_deref() == Some("url") {
        println!("{}: {error}", definition.sources.describe(place));
    }
    format!("{} with its place", error.kind)
}

#[test]
fn every_block_of_the_corpus_is_worked_through() {
    let Some(corpus) = corpus() else { return };
    let body =
        json!({"access_token": "at-1", "refresh_token": "rt-1", "expires_in": 3600, "id": 7, "data": [{"id": 1}]});
    let answers = [
        Response::json(200, &body),
        Response::new(204),
        Response::json(200, &json!([])),
        Response::json(401, &json!({"error": {"message": "no"}})),
        Response::new(502).with_body("text/html", "<h1>down</h1>"),
    ];
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let mut requests = 0;
    for path in layout::discover(&Disk, &corpus).unwrap() {
        for definition in layout::load_app(&path).unwrap().connections {
            for block in definition.communication().blocks() {
                for (index, request) in block.requests.iter().enumerate() {
                    requests += 1;
                    for response in &answers {
                        *outcomes.entry(outcome(&definition, &block.name, index, request, response)).or_default() += 1;
                    }
                }
            }
        }
    }
    println!("{requests} requests, {} answers each: {outcomes:?}", answers.len());
    assert!(requests > 0, "the corpus holds no connection");
}
