//! What the expressions of the bundled definitions say, evaluated: the promises their comments make.

#![allow(clippy::unwrap_used, reason = "tests")]

use connspec_iml::{FixedHost, JsonTemplate, Scope, Template, Value};
use connspec_spec::{Block, bundled};
use serde_json::{Value as Json, json};

/// 2026-01-02T03:04:05Z.
const NOW: i64 = 1_767_323_045_000;

fn block(name: &str, block: &str) -> Block {
    bundled(name).unwrap().definition.communication().block(block).unwrap().clone()
}

fn scope_of(roots: &[(&'static str, Json)]) -> Vec<(&'static str, Value)> {
    roots.iter().map(|(name, json)| (*name, Value::from_json(json))).collect()
}

fn json_value(template: &JsonTemplate, roots: &[(&'static str, Json)]) -> Value {
    let values = scope_of(roots);
    let scope = values.iter().fold(Scope::new(), |scope, (name, value)| scope.with(name, value));
    template.eval(&scope, &FixedHost::new(NOW, "UTC", 1)).unwrap()
}

fn text(template: &Template, roots: &[(&'static str, Json)]) -> Value {
    json_value(&JsonTemplate::Text(template.clone()), roots)
}

const AUTHORIZED: [&str; 3] = ["academy-v2", "oauth2-authorization-code", "oauth2-pkce"];

#[test]
fn only_a_callback_with_a_code_and_without_an_error_goes_on() {
    for name in AUTHORIZED {
        let authorize = block(name, "authorize");
        let valid = authorize[0].response.as_ref().unwrap().valid.as_ref().unwrap();
        for (query, goes_on) in [
            (json!({"code": "c", "state": "s"}), true),
            (json!({}), false),
            (json!({"error": "access_denied"}), false),
            (json!({"error": "server_error", "code": "c"}), false),
            (json!({"error.message": "no"}), false),
            (json!({"code": ""}), false),
        ] {
            assert_eq!(json_value(&valid.condition, &[("query", query.clone())]).truthy(), goes_on, "{name} {query}");
        }
    }
}

#[test]
fn a_refusal_is_told_in_the_provider_s_words() {
    for (name, query, expected) in [
        ("academy-v2", json!({"error": "x", "error.message": "the person said no"}), "the person said no"),
        ("academy-v2", json!({"error": "access_denied"}), "access_denied"),
        ("academy-v2", json!({}), "it sent no code"),
        ("oauth2-pkce", json!({"error": "x", "error_description": "closed today"}), "closed today"),
    ] {
        let authorize = block(name, "authorize");
        let valid = authorize[0].response.as_ref().unwrap().valid.as_ref().unwrap();
        let message = json_value(valid.message.as_ref().unwrap(), &[("query", query)]).to_text();
        assert!(message.contains(&format!(": {expected}. ")), "{message}");
    }
}

#[test]
fn tokens_are_renewed_shortly_before_they_end_and_not_on_every_run() {
    // Seconds from now until the token ends, and whether the block runs.
    for (name, lead, cases) in [
        ("academy-v2", 60, [(-10, true), (59, true), (61, false), (290, false)]),
        ("oauth2-authorization-code", 300, [(-10, true), (299, true), (301, false), (3600, false)]),
    ] {
        let refresh = block(name, "refresh");
        let condition = refresh[0].condition.as_ref().unwrap();
        for (seconds, runs) in cases {
            let expires = json!({"expires": iso(seconds)});
            assert_eq!(json_value(&condition.when, &[("data", expires)]).truthy(), runs, "{name} {seconds} of {lead}");
        }
        assert!(
            !json_value(&condition.when, &[("data", json!({}))]).truthy(),
            "{name}: nothing stored, nothing to renew"
        );
    }
}

/// The ISO text the store holds for a moment some seconds from now.
fn iso(seconds: i64) -> String {
    let date = Value::Date(connspec_iml::Date { millis: NOW + seconds * 1000 });
    date.to_json().as_str().unwrap().to_owned()
}

#[test]
fn blocks_that_renew_themselves_run_first_and_then_when_due() {
    for name in ["oauth2-client-credentials", "oauth2-password", "login-then-token"] {
        let token = block(name, "token");
        let condition = token[0].condition.as_ref().unwrap();
        for (data, runs) in [
            (json!({}), true),
            (json!({"accessToken": "a", "expires": iso(30)}), true),
            (json!({"accessToken": "a", "expires": iso(90)}), false),
        ] {
            assert_eq!(json_value(&condition.when, &[("data", data.clone())]).truthy(), runs, "{name} {data}");
        }
    }
}

#[test]
fn an_answer_without_a_refresh_token_keeps_the_old_one() {
    for name in AUTHORIZED {
        let refresh = block(name, "refresh");
        let data = refresh[0].response.as_ref().unwrap().data.as_ref().unwrap();
        let stored = ("data", json!({"refreshToken": "old"}));
        for (body, expected) in [
            (json!({"access_token": "a", "expires_in": 5}), "old"),
            (json!({"access_token": "a", "expires_in": 5, "refresh_token": "new"}), "new"),
        ] {
            let written = json_value(data, &[stored.clone(), ("body", body)]).to_json();
            assert_eq!(written["refreshToken"], expected, "{name}");
        }
    }
}

#[test]
fn the_academy_counts_in_minutes() {
    let token = block("academy-v2", "token");
    let response = token[0].response.as_ref().unwrap();
    let body = ("body", json!({"access_token": "a", "refresh_token": "r", "expires_in": 5, "refresh_expires_in": 7}));
    let data = json_value(response.data.as_ref().unwrap(), std::slice::from_ref(&body)).to_json();
    assert_eq!(data["expires"], "2026-01-02T03:09:05.000Z");
    let expires = json_value(response.expires.as_ref().unwrap(), &[body]).to_json();
    assert_eq!(expires, "2026-01-02T03:11:05.000Z");
}

#[test]
fn the_academy_s_client_is_the_user_s_or_the_app_s() {
    let token = block("academy-v2", "token");
    let body = token[0].body.as_ref().unwrap();
    let common = ("common", json!({"clientId": "app", "clientSecret": "app-secret"}));
    let sent = |parameters: Json| json_value(body, &[common.clone(), ("parameters", parameters)]).to_json();
    assert_eq!(sent(json!({}))["client_id"], "app");
    assert_eq!(sent(json!({"clientId": ""}))["client_secret"], "app-secret");
    let own = sent(json!({"clientId": "mine", "clientSecret": "my-secret"}));
    assert_eq!((&own["client_id"], &own["client_secret"]), (&json!("mine"), &json!("my-secret")));
}

#[test]
fn scopes_are_joined_by_spaces() {
    for name in AUTHORIZED {
        let authorize = block(name, "authorize");
        let qs = authorize[0].qs.as_ref().unwrap();
        let JsonTemplate::Object(members) = &qs.value else { panic!("qs is an object") };
        let scope = members.iter().find(|(key, _)| key == "scope").unwrap();
        let sent = json_value(&scope.1, &[("oauth", json!({"scope": ["connect", "read"]}))]);
        assert_eq!(sent, Value::from("connect read"));
    }
}

#[test]
fn the_redirect_uri_is_the_same_in_both_blocks() {
    for name in AUTHORIZED {
        let source = |block_name: &str, directive: &str| {
            let definition = bundled(name).unwrap().definition;
            let communication = definition.parts.communication.node.unwrap();
            communication.at(&format!("/{block_name}/{directive}/redirect_uri")).unwrap().as_str().unwrap().to_owned()
        };
        assert_eq!(source("authorize", "qs"), source("token", "body"), "{name}");
    }
}

#[test]
fn addresses_are_complete_because_a_connection_inherits_none() {
    for bundled in connspec_spec::bundled::ALL {
        let definition = bundled.load().unwrap().definition;
        for request in definition.communication().blocks().into_iter().flatten() {
            let url = text(request.url.as_ref().unwrap(), &[]).to_text();
            assert!(url.starts_with("https://"), "{} {url}", bundled.name);
        }
    }
}

#[test]
fn the_verifier_is_as_long_as_rfc_7636_wants_and_made_once() {
    let authorize = block("oauth2-pkce", "authorize");
    let temp = json_value(&authorize[0].temp.as_ref().unwrap().value, &[]).to_json();
    let verifier = temp["codeVerifier"].as_str().unwrap();
    assert!((43..=128).contains(&verifier.len()), "{verifier}");
    assert!(verifier.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._~".contains(letter)), "{verifier}");
    let token = block("oauth2-pkce", "token");
    let sent = json_value(&token[0].body.as_ref().unwrap().value, &[("temp", temp.clone())]).to_json();
    assert_eq!(sent["code_verifier"], temp["codeVerifier"]);
}

/// RFC 7617 §2: the pair is encoded as a whole.
#[test]
fn user_and_password_are_encoded_as_one() {
    let api = block("basic-auth", "api");
    let parameters = ("parameters", json!({"username": "Aladdin", "password": "open sesame"}));
    let sent = json_value(&api[0].headers.as_ref().unwrap().value, &[parameters]).to_json();
    assert_eq!(sent["authorization"], "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}
/// The example of RFC 7636, appendix B.
#[test]
fn the_challenge_is_that_of_rfc_7636() {
    let authorize = block("oauth2-pkce", "authorize");
    let temp = ("temp", json!({"codeVerifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}));
    let sent = json_value(&authorize[0].qs.as_ref().unwrap().value, &[temp, ("oauth", json!({"scope": []}))]).to_json();
    assert_eq!(sent["code_challenge"], "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    assert_eq!(sent["code_challenge_method"], "S256");
}
