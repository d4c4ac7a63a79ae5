//! `request`: one call of the provider's API.

use connspec_exchange::Response;
use connspec_runner::{ApiRequest, ErrorType, Outcome};
use serde_json::json;

use crate::support::{World, agreeing, message, oauth2, usual};

fn call(url: &str) -> ApiRequest {
    ApiRequest { url: url.to_owned(), ..ApiRequest::default() }
}

#[tokio::test]
async fn the_credentials_go_as_info_sends_them() {
    let world = World::usual();
    let definition = oauth2(|_| ());
    world.connect(&definition, &agreeing()).await;
    world.blocks();
    let wanted = ApiRequest {
        query: vec![("page".to_owned(), "2 3".to_owned())],
        headers: vec![("x-mine".to_owned(), "1".to_owned())],
        ..call("https://api.example.com/things?all=1")
    };
    let report = world.runner.request(&definition, "mine", &wanted).await;
    assert_eq!(report.outcome, Outcome::Requested, "{report:?}");
    let sent = world.sent.lock().unwrap().pop().unwrap();
    assert_eq!(sent.url, "https://api.example.com/things?all=1&page=2+3");
    assert_eq!(sent.headers.get("authorization"), Some("Bearer access-1"));
    assert_eq!(sent.headers.get("x-mine"), Some("1"));
    assert!(!format!("{report:?}").contains("access-1"), "{report:?}");
}

#[tokio::test]
async fn rfc6750_3_1_an_expired_answer_leads_to_one_refresh_and_no_loop() {
    let world = World::new(|request| match request.label.block.as_str() {
        "request" => Ok(Response::json(401, &json!({"error": "invalid_token"}))),
        _ => Ok(usual(request)),
    });
    let definition = oauth2(|_| ());
    world.connect(&definition, &agreeing()).await;
    world.blocks();
    let report = world.runner.request(&definition, "mine", &call("https://api.example.com/things")).await;
    assert_eq!(world.blocks(), ["request", "refresh", "request"]);
    assert_eq!(report.steps.last().unwrap().response.as_ref().unwrap().status, 401);

    let world = World::new(|request| match request.headers.get("authorization") {
        Some("Bearer access-1") if request.label.block == "request" => Ok(Response::new(401)),
        _ => Ok(usual(request)),
    });
    world.connect(&definition, &agreeing()).await;
    let report = world.runner.request(&definition, "mine", &call("https://api.example.com/things")).await;
    assert_eq!(report.steps.last().unwrap().response.as_ref().unwrap().status, 204, "{report:?}");
}

#[tokio::test]
async fn expiry_is_found_behind_other_statuses_when_the_definition_says_so() {
    // demand.md 4: 403, 400.
    for status in [400, 403] {
        let definition = oauth2(|communication| {
            communication["info"]["response"]["error"] =
                json!({"message": "m", status.to_string(): {"message": "m", "type": "InvalidAccessTokenError"}});
        });
        let world = World::new(move |request| match request.label.block.as_str() {
            "request" => Ok(Response::json(status, &json!({}))),
            _ => Ok(usual(request)),
        });
        world.connect(&definition, &agreeing()).await;
        world.blocks();
        world.runner.request(&definition, "mine", &call("https://api.example.com/things")).await;
        assert_eq!(world.blocks(), ["request", "refresh", "request"], "{status}");
    }
    let world = World::new(|request| match request.label.block.as_str() {
        "request" => Ok(Response::json(403, &json!({}))),
        _ => Ok(usual(request)),
    });
    world.connect(&oauth2(|_| ()), &agreeing()).await;
    world.blocks();
    world.runner.request(&oauth2(|_| ()), "mine", &call("https://api.example.com/things")).await;
    assert_eq!(world.blocks(), ["request"], "a 403 nobody calls expired is an answer like any other");
}

#[tokio::test]
async fn rfc6750_5_3_credentials_do_not_travel_unencrypted() {
    let world = World::usual();
    let definition = oauth2(|_| ());
    world.connect(&definition, &agreeing()).await;
    world.blocks();
    for (url, words) in [("http://api.example.com/things", "https"), ("/things", "whole address")] {
        let report = world.runner.request(&definition, "mine", &call(url)).await;
        assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::InvalidConfigurationError, "{report:?}");
        assert!(message(&report).contains(words), "{}", message(&report));
    }
    assert!(world.blocks().is_empty());
    let report = world.runner.request(&definition, "mine", &call("http://127.0.0.1:8080/things")).await;
    assert!(report.succeeded(), "{report:?}");
}

/// An app folder: the usual connection and a base.
fn with_base(base: serde_json::Value) -> connspec_spec::Definition {
    let communication = json!({
        "token": {
            "condition": "{{!data.accessToken}}",
            "url": "https://auth.example.com/token",
            "response": {"data": {"accessToken": "{{body.access_token}}"}}
        },
        "refresh": {
            "condition": false,
            "url": "https://auth.example.com/refresh",
            "response": {"data": {"accessToken": "{{body.access_token}}"}}
        }
    });
    let manifest = json!({
        "fileVersion": 1,
        "generalCodeFiles": {"base": "base.iml.json", "common": null, "readme": null, "groups": null},
        "components": {"connection": {"main": {
            "label": "Main",
            "connectionType": "oauth",
            "codeFiles": {"communication": "main.iml.json"}
        }}},
        "origins": []
    });
    let files = connspec_spec::Memory::from([
        ("app/makecomapp.json", manifest.to_string().as_str()),
        ("app/base.iml.json", base.to_string().as_str()),
        ("app/main.iml.json", communication.to_string().as_str()),
    ]);
    connspec_spec::layout::load_from(&files, "app", &Default::default()).unwrap().definition
}

#[tokio::test]
async fn expiry_behind_status_200_is_found_by_the_base() {
    // demand.md 4: 200 with an error body.
    let definition = with_base(json!({
        "baseUrl": "https://api.example.com/v1",
        "headers": {"authorization": "Bearer {{connection.accessToken}}"},
        "qs": {"format": "json"},
        "response": {"valid": {"condition": "{{body.ok}}", "type": "InvalidAccessTokenError", "message": "expired"}}
    }));
    let world = World::new(|request| match request.headers.get("authorization") {
        Some("Bearer access-1") => Ok(Response::json(200, &json!({"ok": false}))),
        Some("Bearer access-2") => Ok(Response::json(200, &json!({"ok": true}))),
        _ => Ok(usual(request)),
    });
    let report = world.connect(&definition, &connspec_runner::callback::Programmatic::none()).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    world.blocks();
    let report = world.runner.request(&definition, "mine", &call("/things")).await;
    assert!(report.succeeded(), "{report:?}");
    let last = world.sent.lock().unwrap().last().unwrap().url.clone();
    assert_eq!(last, "https://api.example.com/v1/things?format=json");
    assert_eq!(world.blocks(), ["request", "refresh", "request"]);
}

#[tokio::test]
async fn headers_and_query_go_together_with_the_base_s_as_the_switch_says() {
    // communication.md §6: key by key (DOC), or the whole object (one guide); connection.md §15.12.
    let definition = with_base(json!({
        "baseUrl": "https://api.example.com/v1",
        "headers": {"authorization": "Bearer {{connection.accessToken}}", "x-kind": "base"},
        "qs": {"format": "json"}
    }));
    let given = ApiRequest {
        query: vec![("page".to_owned(), "2".to_owned())],
        headers: vec![("x-kind".to_owned(), "given".to_owned())],
        ..call("/things")
    };
    let together = ("https://api.example.com/v1/things?format=json&page=2", Some("Bearer access-1"), Some("given"));
    let replaced = ("https://api.example.com/v1/things?page=2", None, Some("given"));
    let untouched = ("https://api.example.com/v1/things?format=json", Some("Bearer access-1"), Some("base"));
    for (value, wanted, expected, noted) in
        [("byKey", &given, together, 2), ("replace", &given, replaced, 2), ("replace", &call("/things"), untouched, 0)]
    {
        let world = World::usual();
        world.connect(&definition, &connspec_runner::callback::Programmatic::none()).await;
        let mut compat = connspec_spec::Compat::default();
        compat.set(&format!("baseMerge={value}")).unwrap();
        let report = world.runner.clone().with_compat(compat).request(&definition, "mine", wanted).await;
        assert!(report.succeeded(), "{report:?}");
        let sent = world.sent.lock().unwrap().pop().unwrap();
        let seen = (sent.url.as_str(), sent.headers.get("authorization"), sent.headers.get("x-kind"));
        assert_eq!(seen, expected, "{value}");
        let decisions = &report.steps.last().unwrap().decisions;
        assert_eq!(decisions.iter().filter(|line| line.switch == Some("baseMerge")).count(), noted, "{decisions:?}");
    }
}

#[tokio::test]
async fn a_runner_that_lives_long_does_not_collect_secrets() {
    let world = World::usual();
    let definition = oauth2(|_| ());
    world.connect(&definition, &agreeing()).await;
    let report = world.runner.request(&definition, "mine", &call("https://api.example.com/things")).await;
    assert!(!report.secrets.names().is_empty(), "the run's own are in its report");
    assert!(world.runner.secrets().names().is_empty());
    let shared = connspec_exchange::Secrets::new();
    let runner = world.runner.clone().with_secrets(shared.clone());
    runner.request(&definition, "mine", &call("https://api.example.com/things")).await;
    assert!(!shared.names().is_empty(), "a log that shares them can redact");
}

/// docs/saved-connections.md: of a permanent failure nothing is sent again until the person reauthorizes or insists.
#[tokio::test]
async fn a_refresh_refused_for_good_is_not_sent_again_by_a_call_that_is_answered_with_401() {
    let world = World::new(|request| match request.label.block.as_str() {
        "refresh" => Ok(Response::json(400, &json!({"error": "invalid_grant"}))),
        "request" => Ok(Response::json(401, &json!({"error": "invalid_token"}))),
        _ => Ok(usual(request)),
    });
    let definition = oauth2(|_| ());
    world.connect(&definition, &agreeing()).await;
    world.blocks();
    let things = call("https://api.example.com/things");
    let first = world.runner.request(&definition, "mine", &things).await;
    assert_eq!(world.blocks(), ["request", "refresh"], "the first refusal is met by a refresh");
    let mut reports = vec![first];
    for _ in 0..2 {
        reports.push(world.runner.request(&definition, "mine", &things).await);
        assert_eq!(world.blocks(), ["request"], "the refused token is not sent again");
    }
    assert_eq!(world.runner.store().load("mine").await.unwrap().refresh.attempts, 1);
    for report in &reports {
        let words = message(report);
        assert!(words.contains("reauthorize 'mine'"), "{words}");
        assert!(words.contains("answered with 401") && words.contains("was not repeated"), "{words}");
        let noted: Vec<&str> = report.steps[0].decisions.iter().map(|decision| decision.text.as_str()).collect();
        assert!(noted.iter().any(|text| text.contains("could not be refreshed")), "{noted:?}");
        assert!(!noted.iter().any(|text| text.contains("the call repeated")), "{noted:?}");
    }
    assert!(message(&reports[1]).contains("no refresh was sent"), "{}", message(&reports[1]));
    world.runner.refresh(&definition, "mine", true).await;
    assert_eq!(world.blocks(), ["refresh"], "a person who insists is obeyed");
}

#[tokio::test]
async fn a_connection_refused_for_good_is_not_called_unchanged() {
    let world = World::new(|request| match request.label.block.as_str() {
        "refresh" => Ok(Response::json(400, &json!({"error": "invalid_grant"}))),
        _ => Ok(usual(request)),
    });
    let definition = oauth2(|_| ());
    world.connect(&definition, &agreeing()).await;
    assert_eq!(world.runner.refresh(&definition, "mine", false).await.outcome, Outcome::Unchanged);
    world.runner.refresh(&definition, "mine", true).await;
    world.blocks();
    let report = world.runner.refresh(&definition, "mine", false).await;
    assert!(!report.succeeded() && report.examined, "{report:?}");
    assert!(message(&report).contains("reauthorize 'mine'"), "{}", message(&report));
    assert_eq!(world.runner.token(&definition, "mine").await.unwrap(), "access-1", "the access token lasts still");
    assert!(world.blocks().is_empty());
}
