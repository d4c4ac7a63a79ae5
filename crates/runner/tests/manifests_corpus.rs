//! Real manifests, read in place: each loads or says what is wrong with a place, and those with a usable `oauth`
//! connect and refresh against a stub. Skipped where there is no corpus.

#![allow(clippy::print_stderr, reason = "a test tells what it did")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::Path;
use std::sync::Arc;

use connspec_exchange::{Request, Response, VirtualClock};
use connspec_runner::callback::{CallbackQuery, Programmatic};
use connspec_runner::{Inputs, Outcome, Runner, Target};
use connspec_spec::Layout;
use connspec_spec::layout::{LoadOptions, load};
use connspec_store::MemoryStore;
use serde_json::json;

#[tokio::test]
async fn every_manifest_of_the_corpus_loads_and_those_with_oauth_connect() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/chiefonboarding");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no corpus at {}", folder.display());
        return;
    };
    let (mut loaded, mut incomplete, mut broken, mut other, mut connected) = (0, 0, 0, 0, 0);
    for entry in entries {
        let path = entry.unwrap().path();
        let shown = path.display();
        let definition = load(&path, &LoadOptions::default()).unwrap().definition;
        let syntax = definition.findings.iter().find(|finding| finding.rule == "json-syntax");
        if definition.parts.communication.node.is_none() || syntax.is_some() {
            assert!(syntax.is_some_and(|finding| finding.place.is_some()), "{shown}");
            broken += 1;
            continue;
        }
        if definition.layout != Layout::Manifest {
            assert!(definition.findings.iter().all(|finding| finding.place.is_some()), "{shown}");
            other += 1;
            continue;
        }
        let manifest = definition.manifest().unwrap();
        if definition.findings.is_empty() {
            loaded += 1
        } else {
            incomplete += 1
        }
        for finding in &definition.findings {
            assert!(finding.message.contains('`') && finding.place.is_some(), "{shown}: {}", finding.message);
        }
        let usable = manifest
            .oauth
            .as_ref()
            .is_some_and(|oauth| oauth.value.authenticate_url.is_some() && oauth.value.access_token.is_some());
        if !usable {
            continue;
        }
        let clock = VirtualClock::new(1_700_000_000_000);
        let answer = |_: &Request| {
            Ok(Response::json(200, &json!({"access_token": "a", "refresh_token": "r", "expires_in": 60})))
        };
        let runner =
            Runner::new(Arc::new(answer)).with_clock(Arc::new(clock.clone())).with_store(Arc::new(MemoryStore::new()));
        let browser = Programmatic::new(Some("http://127.0.0.1:5/oauth/cb/app".to_owned()), |url| {
            let state = url.rsplit("state=").next().unwrap_or_default().to_owned();
            Box::pin(std::future::ready(Some(CallbackQuery::parse(&format!("code=c&state={state}")))))
        });
        let target = Target { name: Some("mine".to_owned()), ..Target::default() };
        let report = runner.connect(&definition, &target, &Inputs::default(), &browser).await;
        assert_eq!(report.outcome, Outcome::Connected, "{shown}: {report:?}");
        connected += 1;
        if manifest.oauth.as_ref().unwrap().value.refresh.is_some() {
            clock.advance(61_000);
            let report = runner.refresh(&definition, "mine", false).await;
            assert_eq!(report.outcome, Outcome::Refreshed, "{shown}: {report:?}");
        }
    }
    eprintln!(
        "manifests: {loaded} complete, {incomplete} fragments that say what they lack, {broken} no JSON, {other} no \
         manifest; {connected} connected"
    );
    assert!(loaded > 0 && connected > 0);
}
