//! Every type an error may have, as the report tells it: status, message, block, directive and place (communication.md
//! §7, §8; cli.md `error.type`).

use connspec_exchange::{Response, TransportErrorKind};
use connspec_runner::callback::Programmatic;
use connspec_runner::{ErrorType, Report, Reveal};
use connspec_spec::Definition;
use serde_json::{Value, json};

use crate::support::{World, agreeing, browser, definition, failure, oauth2, usual};

/// The names definitions may use: Make's canonical nine, those of its documentation, those of its runtime
/// (communication.md §7 error).
const MAKES: [&str; 20] = [
    "RuntimeError",
    "DataError",
    "RateLimitError",
    "OutOfSpaceError",
    "ConnectionError",
    "InvalidConfigurationError",
    "InvalidAccessTokenError",
    "IncompleteDataError",
    "DuplicateDataError",
    "UnknownError",
    "InconsistencyError",
    "UnexpectedError",
    "MaxResultsExceededError",
    "MaxFileSizeExceededError",
    "ModuleTimeoutError",
    "ScenarioTimeoutError",
    "OperationsLimitExceededError",
    "DataSizeLimitExceededError",
    "ExecutionInterruptedError",
    "Warning",
];

/// The error of a report as scripts read it, and the text of the definition it points at.
fn told(report: &Report, definition: &Definition) -> (Value, String) {
    let error = report.to_json(Reveal::Nothing)["error"].clone();
    let location = &error["location"];
    let (line, column) = (location["line"].as_u64().unwrap() as usize, location["column"].as_u64().unwrap() as usize);
    let file = definition.sources.iter().find(|(_, file)| location["path"] == file.name()).unwrap().1;
    let text = file.text().lines().nth(line - 1).unwrap();
    (error, text.chars().skip(column - 1).collect())
}

#[tokio::test]
async fn each_type_of_make_s_is_told_with_all_it_has() {
    for name in MAKES {
        let error = json!({"message": "[{{statusCode}}] {{body.why}}", "type": name});
        let refused = definition(json!({"url": "https://api.example.com/me", "response": {"error": error}}));
        let world = World::new(|_| Ok(Response::json(418, &json!({"why": "no tea"})).with_header("retry-after", "7")));
        let report = world.connect(&refused, &Programmatic::none()).await;
        let kind = ErrorType::from_definition(name).unwrap();
        assert_eq!((kind.name(), report.error.as_ref().unwrap().kind), (name, kind));
        let (error, at) = told(&report, &refused);
        let expected = json!({
            "type": name, "message": "[418] no tea", "block": "api", "directive": null, "status": 418, "retryAfterMs": 7000,
            "location": error["location"]
        });
        assert_eq!(error, expected, "{name}");
        assert!(at.starts_with("\"https://api.example.com/me\""), "{name}: {at}");

        let valid = json!({"condition": "{{body.ok}}", "message": "not well", "type": name});
        let invalid = definition(json!([{}, {"url": "https://api.example.com/me", "response": {"valid": valid}}]));
        let world = World::new(|_| Ok(Response::json(200, &json!({"ok": false}))));
        let report = world.connect(&invalid, &Programmatic::none()).await;
        assert_eq!(report.error.as_ref().unwrap().kind, kind);
        let (error, at) = told(&report, &invalid);
        assert_eq!(error["type"], name);
        assert_eq!(error["message"], "not well", "{name}");
        assert_eq!((&error["status"], &error["directive"]), (&json!(200), &json!("response.valid")), "{name}");
        assert!(at.starts_with("{\"condition\""), "{name}: {at}");
    }
}

/// Type, whether the browser comes back with this query, how the token request fails, words of the message, block,
/// directive, what the place shows.
type Own = (&'static str, &'static str, Option<TransportErrorKind>, &'static str, &'static str, Value, &'static str);

#[tokio::test]
async fn each_type_of_ours_is_told_with_all_it_has() {
    let back = "code=c&state=STATE";
    let token = "\"https://auth.example.com/token\"";
    let page = "\"https://auth.example.com/authorize\"";
    let table: [Own; 11] = [
        ("AccessDenied", "error=access_denied&state=STATE", None, "denied", "authorize", Value::Null, page),
        (
            "StateMismatch",
            "code=c&state=STATE&iss=https://evil.example",
            None,
            "evil.example",
            "authorize",
            Value::Null,
            page,
        ),
        ("CallbackTimeout", "", None, "no browser came back", "authorize", Value::Null, page),
        ("ProviderUnreachable", back, Some(TransportErrorKind::Refused), "it failed", "token", Value::Null, token),
        ("ProviderUnreachable", back, Some(TransportErrorKind::Timeout), "it failed", "token", Value::Null, token),
        ("ProviderUnreachable", back, Some(TransportErrorKind::Dns), "it failed", "token", Value::Null, token),
        ("ProviderUnreachable", back, Some(TransportErrorKind::Reset), "it failed", "token", Value::Null, token),
        ("BlockedAddress", back, Some(TransportErrorKind::BlockedAddress), "it failed", "token", Value::Null, token),
        ("LimitExceeded", back, Some(TransportErrorKind::TooLarge), "it failed", "token", Value::Null, token),
        ("LimitExceeded", back, Some(TransportErrorKind::TooManyRedirects), "it failed", "token", Value::Null, token),
        ("RuntimeError", back, Some(TransportErrorKind::Tls), "it failed", "token", Value::Null, token),
    ];
    for (name, query, fails, words, block, directive, shows) in table {
        let definition = oauth2(|_| ());
        let world = World::new(move |request| match (request.label.block.as_str(), fails) {
            ("token", Some(kind)) => failure(kind, "it failed"),
            _ => Ok(usual(request)),
        });
        let queries: &[&str] = if query.is_empty() { &[] } else { &[query] };
        let report = world.connect(&definition, &browser(queries)).await;
        let (error, at) = told(&report, &definition);
        assert_eq!((&error["type"], &error["block"]), (&json!(name), &json!(block)), "{error}");
        assert_eq!((&error["directive"], &error["status"]), (&directive, &Value::Null), "{error}");
        assert!(error["message"].as_str().unwrap().contains(words), "{error}");
        assert!(at.starts_with(shows), "{name}: {at}");
    }
    let broken = oauth2(|communication| communication["token"]["body"]["x"] = "{{parseDate(temp.code)}}".into());
    let report = World::usual().connect(&broken, &agreeing()).await;
    let (error, at) = told(&report, &broken);
    assert_eq!((&error["type"], &error["block"]), (&json!("DefinitionError"), &json!("token")), "{error}");
    assert_eq!(error["directive"], "body.x", "{error}");
    assert!(at.starts_with("temp.code)"), "{at}");
}
