//! The fixture format as it is documented: every fixture of this project is valid, and what the reader refuses is not.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::{Path, PathBuf};

use connspec_exchange::{Fixture, FixtureStep, RecordedExchange, RecordedRequest, RecordedResponse};
use serde_json::{Value, json};

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn schema() -> Value {
    serde_json::from_str(&std::fs::read_to_string(project().join("docs/schema/fixture.schema.json")).unwrap()).unwrap()
}

fn faults(fixture: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    validator.iter_errors(fixture).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn fixtures(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            fixtures(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

#[test]
fn every_fixture_of_this_project_is_valid() {
    let mut found = Vec::new();
    fixtures(&project().join("fixtures"), &mut found);
    assert!(found.len() >= 3, "only {} fixtures were found", found.len());
    for path in found {
        let fixture = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(faults(&fixture), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn a_fixture_with_every_key_is_valid_and_written_in_the_documented_order() {
    let object = |value: Value| value.as_object().cloned().unwrap();
    let fixture = Fixture {
        spec: Some("academy-v2".into()),
        spec_hash: Some(format!("sha256:{}", "0".repeat(64))),
        steps: vec![
            "connect".into(),
            FixtureStep { force: true, clock: Some("2026-01-02T03:04:05Z".into()), ..FixtureStep::named("refresh") },
            FixtureStep {
                request: serde_json::from_value(
                    json!({"method": "GET", "url": "/x", "query": {"a": ["1"]}, "headers": {"b": "2"}, "body": 3}),
                )
                .ok(),
                ..FixtureStep::named("request")
            },
        ],
        clock: Some("2026-01-02T03:04:05.678Z".into()),
        seed: Some(u64::MAX),
        compat: object(json!({"qsPolicy": "merge"})),
        inputs: object(json!({"parameters": {"a": 1}, "scope": ["read"]})),
        authorize: Some("https://a.example/authorize?state=«state#1»".into()),
        callback: Some(object(json!({"code": "«code#1»"}))),
        exchanges: vec![RecordedExchange {
            block: "token".into(),
            request: RecordedRequest {
                method: "POST".into(),
                url: "https://a.example/token".into(),
                headers: object(json!({"accept": ["a", "b"]})),
                body: Some(json!({"base64": "AA=="})),
            },
            response: RecordedResponse { failure: Some("timeout".into()), ..RecordedResponse::default() },
        }],
        expect: Some(json!({"error": {"type": "RuntimeError"}})),
        ..Fixture::new()
    };
    let written: Value = serde_json::from_str(&fixture.to_text()).unwrap();
    assert_eq!(faults(&written), Vec::<String>::new());
    let written: Vec<&String> = written.as_object().unwrap().keys().collect();
    let schema = schema();
    let documented: Vec<&String> =
        schema["properties"].as_object().unwrap().keys().filter(|key| *key != "$schema").collect();
    assert_eq!(written, documented);
    let page = std::fs::read_to_string(project().join("docs/fixtures.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(rows.collect::<Vec<_>>(), documented);
}

#[test]
fn what_is_no_fixture_is_not_valid() {
    let good = json!({"version": 1, "exchanges": [
        {"block": "info", "request": {"method": "GET", "url": "https://a.example"}, "response": {"status": 200}}
    ]});
    assert_eq!(faults(&good), Vec::<String>::new());
    let spoilt: [(&str, Value); 11] = [
        ("/compat", json!({"qsPolicy": true})),
        ("/version", json!(3)),
        ("/steps", json!([{"step": "refresh", "forced": true}])),
        ("/steps", json!([{"step": "request", "request": {"url": "/x"}}])),
        ("/specHash", json!("md5:0")),
        ("/steps", json!(["begin"])),
        ("/authorize", json!(["https://a.example"])),
        ("/exchanges", json!([{"block": "info"}])),
        ("/exchanges", json!([{"block": "info", "request": {"method": "GET"}, "response": {"status": 200}}])),
        ("/expect", json!({"uuid": "misspelt"})),
        ("/xchanges", json!([])),
    ];
    for (pointer, value) in spoilt {
        let mut fixture = good.clone();
        fixture.as_object_mut().unwrap().insert(pointer[1..].to_owned(), value.clone());
        assert!(!faults(&fixture).is_empty(), "{pointer}: {value}");
    }
}
