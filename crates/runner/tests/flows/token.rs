//! From the code to the tokens: PKCE, several requests, scopes, what token answers look like.

use connspec_exchange::Response;
use connspec_runner::Outcome;
use serde_json::json;

use crate::support::{REDIRECT, World, agreeing, inputs, oauth2, parameter, target, usual};

fn with_pkce() -> connspec_spec::Definition {
    oauth2(|communication| {
        let authorize = &mut communication["authorize"];
        authorize["temp"] = json!({"verifier": "{{uuid}}{{uuid}}"});
        authorize["qs"]["code_challenge"] = "{{temp.verifier}}".into();
        communication["token"]["body"]["code_verifier"] = "{{temp.verifier}}".into();
    })
}

#[tokio::test]
async fn rfc7636_4_1_a_verifier_is_fixed_once_and_survives_the_redirect() {
    // The challenge is the verifier itself here, so that both ends can be compared.
    let world = World::usual();
    let report = world.connect(&with_pkce(), &agreeing()).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    let challenge = parameter(&report.authorization.as_ref().unwrap().url, "code_challenge").unwrap();
    assert!((43..=128).contains(&challenge.len()), "{challenge}");
    assert!(world.form("token").contains(&("code_verifier".to_owned(), challenge.clone())));
    let shown = report.to_json(connspec_runner::Reveal::Nothing).to_string();
    assert!(!shown.contains(&challenge), "{shown}");
}

#[tokio::test]
async fn rfc6749_4_1_3_token_repeats_the_redirect_uri_of_authorize() {
    let world = World::usual();
    let report = world.connect(&oauth2(|_| ()), &agreeing()).await;
    assert_eq!(parameter(&report.authorization.unwrap().url, "redirect_uri").as_deref(), Some(REDIRECT));
    assert!(world.form("token").contains(&("redirect_uri".to_owned(), REDIRECT.to_owned())));
}

#[tokio::test]
async fn the_three_redirect_variables_can_differ() {
    // connection.md §4.2.
    let definition = oauth2(|communication| {
        communication["authorize"]["qs"]["redirect_uri"] =
            "{{oauth.redirectUri}}|{{oauth.localRedirectUri}}|{{oauth.makeRedirectUri}}".into();
    });
    let redirects = connspec_runner::Redirects {
        redirect_uri: "https://a/cb".to_owned(),
        local: "https://b/cb".to_owned(),
        make: "https://c/cb".to_owned(),
    };
    let world = World::usual();
    let runner = world.runner.clone().with_redirects(redirects);
    let report = runner.connect(&definition, &target(), &inputs(), &agreeing()).await;
    let page = report.authorization.unwrap();
    assert_eq!(parameter(&page.url, "redirect_uri").as_deref(), Some("https://a/cb|https://b/cb|https://c/cb"));
}

#[tokio::test]
async fn preauthorize_token_and_info_may_be_lists() {
    let definition = oauth2(|communication| {
        communication["preauthorize"] = json!([
            {"url": "https://api.example.com/key", "response": {"temp": {"key": "{{body.key}}"}}},
            {"url": "https://api.example.com/key/{{temp.key}}", "response": {"data": {"tenant": "{{body.key}}"}}}
        ]);
        communication["authorize"]["qs"]["tenant"] = "{{data.tenant}}{{temp.key}}".into();
        let mut first = communication["token"].clone();
        first["response"]["data"] = json!({"shortToken": "{{body.access_token}}"});
        let mut second = communication["token"].clone();
        second["body"] = json!({"exchange": "{{connection.shortToken}}"});
        communication["token"] = json!([first, second]);
    });
    let world = World::new(|request| match request.label.block.as_str() {
        "preauthorize" => Ok(Response::json(200, &json!({"key": format!("k{}", request.label.index)}))),
        _ => Ok(usual(request)),
    });
    let report = world.connect(&definition, &agreeing()).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    assert_eq!(parameter(&report.authorization.unwrap().url, "tenant").as_deref(), Some("k1k0"));
    let sent = world.sent.lock().unwrap();
    let second = sent.iter().find(|request| request.label.block == "token" && request.label.index == 1).unwrap();
    assert_eq!(second.text(), Some("exchange=access-1"));
    assert_eq!(sent[1].url, "https://api.example.com/key/k0");
}

#[tokio::test]
async fn rfc6749_5_1_a_narrower_scope_is_noticed_and_the_granted_one_kept() {
    // connection.md §8: `token.response.scope` overrides; empty means the requested list.
    let reading = |communication: &mut serde_json::Value| {
        communication["token"]["response"]["scope"] = "{{body.scope}}".into();
    };
    let answering = |scope: &'static str| {
        World::new(move |request| match request.label.block.as_str() {
            "token" => Ok(Response::json(200, &json!({"access_token": "a", "expires_in": "60", "scope": scope}))),
            _ => Ok(usual(request)),
        })
    };
    let report = answering("read").connect(&oauth2(reading), &agreeing()).await;
    assert_eq!(report.connection.as_ref().unwrap().scope, ["read"]);
    let token = report.steps_of("token").next().unwrap();
    assert!(token.decisions.iter().any(|decision| decision.text.contains("without write")), "{:?}", token.decisions);

    let report = answering("write,read other").connect(&oauth2(reading), &agreeing()).await;
    assert_eq!(report.connection.unwrap().scope, ["write", "read", "other"]);

    let report = answering("").connect(&oauth2(reading), &agreeing()).await;
    assert_eq!(report.connection.unwrap().scope, ["read", "write"]);

    let report = answering("read").connect(&oauth2(|_| ()), &agreeing()).await;
    assert_eq!(report.connection.as_ref().unwrap().scope, ["read", "write"], "not read, so what was asked for");
    let token = report.steps_of("token").next().unwrap();
    assert!(token.decisions.iter().any(|decision| decision.text.contains("without write")), "but noticed");
}

#[tokio::test]
async fn rfc6749_5_1_expires_in_may_be_missing_or_text() {
    for (answer, expected) in [
        (json!({"access_token": "a", "expires_in": "3600"}), Some("2023-11-14T23:13:20.000Z")),
        (json!({"access_token": "a", "expires_in": 3600}), Some("2023-11-14T23:13:20.000Z")),
        // iml.md 6.4: an amount that is undefined leaves the date as it is, so the expiry is "now".
        (json!({"access_token": "a"}), Some("2023-11-14T22:13:20.000Z")),
    ] {
        let shown = answer.to_string();
        let world = World::new(move |request| match request.label.block.as_str() {
            "token" => Ok(Response::json(200, &answer)),
            _ => Ok(usual(request)),
        });
        let report = world.connect(&oauth2(|_| ()), &agreeing()).await;
        let data = report.connection.unwrap_or_else(|| panic!("{shown}: {:?}", report.error)).data;
        assert_eq!(data.get("expires").and_then(|value| value.as_str()), expected, "{shown}");
    }
}

#[tokio::test]
async fn rfc6749_3_3_scopes_of_the_definition_and_the_caller_are_asked_for_once_each() {
    let world = World::usual();
    let wanted = connspec_runner::Inputs { scope: vec!["write".to_owned(), "admin".to_owned()], ..inputs() };
    let report = world.runner.connect(&oauth2(|_| ()), &target(), &wanted, &agreeing()).await;
    assert_eq!(parameter(&report.authorization.unwrap().url, "scope").as_deref(), Some("read write admin"));
    assert_eq!(report.connection.unwrap().scope, ["read", "write", "admin"]);
}
