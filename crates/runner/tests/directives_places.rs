//! An error points at the exact line and column of the file, through comments, escapes and short forms.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use connspec_exchange::{Response, Secrets};
use connspec_iml::{Collection, FixedHost};
use connspec_runner::{Context, Decisions, Environment, OAuth, Phase, Prepared, RunError};
use connspec_spec::layout::load_text;
use connspec_spec::{Compat, LoadOptions};
use serde_json::json;

/// The error of `token` in a file, and the `line:column` it points at.
fn failure(text: &str) -> (RunError, String) {
    let definition = load_text("connection.json", text, &LoadOptions::default()).unwrap().definition;
    let (host, compat, secrets) = (FixedHost::new(0, "UTC", 1), Compat::default(), Secrets::new());
    let block = definition.communication().block("token").unwrap();
    let index = block.requests.len() - 1;
    let environment =
        Environment { definition: &definition, host: &host, compat: &compat, secrets: &secrets, block: "token", index };
    let mut context = Context::new(Phase::Token, Collection::new(), Collection::new(), OAuth::default());
    let mut decisions = Decisions::new();
    let request = &block[index];
    let error = match connspec_runner::prepare(request, &mut context, &environment, &mut decisions) {
        Err(error) => error,
        Ok(Prepared::Send(_)) => {
            let response = Response::json(200, &json!({"at": "nonsense"}));
            connspec_runner::interpret(request, Ok(&response), &mut context, &environment, &mut decisions).unwrap_err()
        }
        Ok(other) => panic!("{other:?}"),
    };
    let position = definition.sources.position(error.place.unwrap());
    (error, format!("{}:{}", position.line, position.column))
}

#[test]
fn through_comments_and_escapes() {
    let text = r#"{
  // the exchange
  "token": {
    "url": "https://api.example/token",
    "qs": {"a": "\"\u00e9\n{{nosuch(1)}}"}
  }
}"#;
    let (error, position) = failure(text);
    // Before the name: 4 blanks, `"qs": {"a": "` (13), `\"\u00e9\n{{` (12); columns count from 1.
    assert_eq!(position, "5:30");
    assert_eq!((error.block.as_str(), error.index, error.directive.as_deref()), ("token", 0, Some("qs.a")));
}

#[test]
fn in_the_second_request_of_a_block() {
    let text = r#"{"token": [
  {"url": "https://api.example/1"},
  {"url": "https://api.example/2", "response": {"data": {"list": ["x", "{{nosuch()}}"]}}}
]}"#;
    let (error, position) = failure(text);
    assert_eq!(position, "3:75");
    assert_eq!((error.index, error.directive.as_deref()), (1, Some("response.data.list.1")));
}

#[test]
fn in_short_and_in_long_forms() {
    let short = r#"{"token": {"url": "https://api.example/1",
"response": {"valid": "{{nosuch()}}"}}}"#;
    let (error, position) = failure(short);
    assert_eq!((position.as_str(), error.directive.as_deref()), ("2:26", Some("response.valid")));
    let long = r#"{"token": {"url": "https://api.example/1",
"response": {"valid": {"message": "x", "condition": "{{nosuch()}}"}}}}"#;
    let (error, position) = failure(long);
    assert_eq!((position.as_str(), error.directive.as_deref()), ("2:56", Some("response.valid.condition")));
}

#[test]
fn a_relative_url_points_at_its_value() {
    let (error, position) = failure("{\"token\": {\n  \"url\": \"/token\"}}");
    assert_eq!((position.as_str(), error.directive.as_deref()), ("2:10", Some("url")));
}

#[test]
fn an_invalid_answer_points_at_valid() {
    let (error, position) =
        failure("{\"token\": {\"url\": \"https://api.example\",\n\"response\": {\"valid\": \"{{body.ok}}\"}}}");
    assert_eq!((position.as_str(), error.directive.as_deref()), ("2:23", Some("response.valid")));
    assert_eq!(error.status, Some(200));
}

/// Values in messages are cut; a secret is hidden before, or its beginning would be shown (iml.md §13; cli.md).
#[test]
fn a_credential_longer_than_what_a_message_shows_is_hidden() {
    let secret: String = (0..400).map(|number| format!("{:x}", number * 7919 % 251)).collect();
    let text = r#"{"token": {"url": "https://api.example/{{parseDate(data.accessToken)}}", "method": "POST",
      "body": "{{join(common.clientSecret, data.accessToken)}}"}}"#;
    for (name, of_common) in [("accessToken", false), ("clientSecret", true)] {
        let definition = load_text("connection.json", text, &LoadOptions::default()).unwrap().definition;
        let (host, compat, secrets) = (FixedHost::new(0, "UTC", 1), Compat::default(), Secrets::new());
        let environment = Environment {
            definition: &definition,
            host: &host,
            compat: &compat,
            secrets: &secrets,
            block: "token",
            index: 0,
        };
        let mut held = Collection::new();
        held.insert(name, secret.as_str());
        let (data, common) = if of_common { (Collection::new(), held) } else { (held, Collection::new()) };
        let mut context = Context::new(Phase::Token, data, common, OAuth::default());
        let request = &definition.communication().block("token").unwrap()[0];
        let error = connspec_runner::prepare(request, &mut context, &environment, &mut Decisions::new()).unwrap_err();
        let shown = format!("{error} {error:?} {}", error.message);
        let pieces = secret.as_bytes().windows(12).map(|piece| std::str::from_utf8(piece).unwrap());
        let leaked: Vec<&str> = pieces.filter(|piece| shown.contains(piece)).collect();
        assert!(leaked.is_empty(), "{name}: {leaked:?} in {shown}");
        assert!(shown.contains(if of_common { "join" } else { "parseDate" }), "{shown}");
    }
}
