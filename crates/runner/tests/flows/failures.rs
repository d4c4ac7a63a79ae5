//! Every bad input ends in one clear message with its place, and saves nothing.

use connspec_exchange::{Response, TransportErrorKind};
use connspec_runner::callback::Programmatic;
use connspec_runner::{ErrorType, Report};
use serde_json::{Value, json};

use crate::support::{Answer, World, agreeing, definition, failure, message, oauth2, usual};

async fn fails(world: &World, definition: &connspec_spec::Definition, block: &str) -> Report {
    let report = world.connect(definition, &agreeing()).await;
    let error = report.error.as_ref().unwrap_or_else(|| panic!("{report:?}"));
    assert_eq!(error.block.as_deref(), Some(block), "{report:?}");
    let location = error.location.as_ref().unwrap_or_else(|| panic!("no place: {report:?}"));
    assert_eq!(location.path, "app.json");
    assert!(!error.message.is_empty() && error.message.len() < 2_000);
    assert!(world.runner.store().load("mine").await.unwrap_err().is_not_found(), "nothing is saved");
    report
}

fn token_answers(answer: impl Fn() -> Answer + Send + Sync + 'static) -> World {
    World::new(move |request| if request.label.block == "token" { answer() } else { Ok(usual(request)) })
}

#[tokio::test]
async fn rfc6749_5_2_a_refusal_is_told_in_whatever_form_it_comes() {
    let html = "<html><body>Bad gateway</body></html>";
    let table: Vec<(Response, ErrorType)> = vec![
        (Response::json(400, &json!({"error": "invalid_grant"})), ErrorType::RuntimeError),
        (
            Response::new(400).with_body("application/x-www-form-urlencoded", "error=invalid_grant"),
            ErrorType::RuntimeError,
        ),
        (Response::new(502).with_body("text/html", html), ErrorType::ConnectionError),
        (Response::new(500), ErrorType::ConnectionError),
        (Response::new(429).with_header("retry-after", "7"), ErrorType::RateLimitError),
    ];
    for (response, kind) in table {
        let status = response.status;
        let world = token_answers(move || Ok(response.clone()));
        let report = fails(&world, &oauth2(|_| ()), "token").await;
        assert_eq!(report.error.as_ref().unwrap().kind, kind, "{status}");
        assert_eq!(report.error.as_ref().unwrap().status, Some(status));
    }
}

#[tokio::test]
async fn html_where_json_was_promised_is_named() {
    let definition = oauth2(|communication| communication["token"]["response"]["type"] = "json".into());
    let world = token_answers(|| Ok(Response::new(200).with_body("text/html", "<html>maintenance</html>")));
    let report = fails(&world, &definition, "token").await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::DataError, "{report:?}");
}

#[tokio::test]
async fn an_error_behind_status_200_is_found_where_the_definition_looks_for_it() {
    let definition = oauth2(|communication| {
        communication["token"]["response"]["valid"] =
            json!({"condition": "{{body.access_token}}", "message": "{{body.error}}"});
    });
    let world = token_answers(|| Ok(Response::json(200, &json!({"error": "bad_verification_code"}))));
    let report = fails(&world, &definition, "token").await;
    assert_eq!(message(&report), "bad_verification_code");
    assert_eq!(report.error.as_ref().unwrap().directive.as_deref(), Some("response.valid"));
}

#[tokio::test]
async fn a_provider_that_is_down_or_slow_is_named() {
    let table = [
        (TransportErrorKind::Refused, ErrorType::ProviderUnreachable),
        (TransportErrorKind::Timeout, ErrorType::ProviderUnreachable),
        (TransportErrorKind::Dns, ErrorType::ProviderUnreachable),
        (TransportErrorKind::BlockedAddress, ErrorType::BlockedAddress),
        (TransportErrorKind::TooLarge, ErrorType::LimitExceeded),
    ];
    for (kind, expected) in table {
        let world = token_answers(move || failure(kind, "auth.example.com does not answer"));
        let report = fails(&world, &oauth2(|_| ()), "token").await;
        assert_eq!(report.error.as_ref().unwrap().kind, expected, "{kind:?}");
        assert!(message(&report).contains("auth.example.com"));
        assert_eq!(world.blocks(), ["token"], "nothing is sent twice");
    }
}

#[tokio::test]
async fn a_tls_alert_is_not_repeated_again() {
    // communication.md §8: once, and the transport has done so, which alone knows that nothing was sent.
    let world = token_answers(|| failure(TransportErrorKind::TlsAlert, "handshake failure"));
    let report = fails(&world, &oauth2(|_| ()), "token").await;
    assert_eq!(world.blocks(), ["token"]);
    assert_eq!(report.error.unwrap().kind, ErrorType::RuntimeError);
    let world = token_answers(|| {
        let answer = json!({"access_token": "a-1", "expires_in": 60});
        Ok(Response { repeated: true, ..Response::json(200, &answer) })
    });
    let report = world.connect(&oauth2(|_| ()), &agreeing()).await;
    let token = report.steps_of("token").next().unwrap();
    assert!(token.decisions.iter().any(|line| line.text.contains("sent once more")), "{:?}", token.decisions);
}

#[tokio::test]
async fn the_callback_never_comes() {
    let world = World::usual();
    let silent = Programmatic::new(Some("http://127.0.0.1:1/cb".to_owned()), |_| Box::pin(std::future::ready(None)));
    let report = world.connect(&oauth2(|_| ()), &silent).await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::CallbackTimeout, "{report:?}");
    assert!(report.error.as_ref().unwrap().location.is_some());
}

#[tokio::test]
async fn a_browser_without_an_address_to_come_back_to_is_refused_first() {
    let world = World::usual();
    let report = world.connect(&oauth2(|_| ()), &Programmatic::none()).await;
    assert!(!report.examined && message(&report).contains("--redirect-uri"), "{report:?}");
}

#[tokio::test]
async fn authorize_without_a_url_is_the_definition_s_fault() {
    let definition = oauth2(|communication| {
        communication["authorize"].as_object_mut().unwrap().remove("url");
    });
    let report = fails(&World::usual(), &definition, "authorize").await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::DefinitionError);
    assert!(message(&report).contains("`url`"), "{}", message(&report));
}

#[tokio::test]
async fn an_expression_that_does_not_parse_or_evaluate_is_pointed_at() {
    for (expression, column_of) in [("{{join(oauth.scope}}", "{{join"), ("x {{nosuchfunction(1)}}", "nosuch")] {
        let sections = |expression: &str| {
            oauth2(|communication| communication["token"]["body"]["broken"] = Value::from(expression))
        };
        let definition = sections(expression);
        let report = fails(&World::usual(), &definition, "token").await;
        let error = report.error.as_ref().unwrap();
        assert_eq!(error.kind, ErrorType::DefinitionError, "{report:?}");
        assert_eq!(error.directive.as_deref(), Some("body.broken"), "{report:?}");
        let location = error.location.as_ref().unwrap();
        let text = definition.sources.iter().next().unwrap().1.text().to_owned();
        let line = text.lines().nth(location.line - 1).unwrap();
        let at: String = line.chars().skip(location.column - 1).collect();
        let start = text.find(expression).unwrap();
        let pointed = location.column - 1;
        assert!(
            (start..=start + expression.len()).contains(&pointed),
            "{expression} ({column_of}): points at `{}`",
            &at[..at.len().min(30)]
        );
    }
}

#[tokio::test]
async fn secrets_stay_out_of_messages() {
    let definition = oauth2(|communication| {
        communication["info"]["response"]["error"] = "{{statusCode}} {{connection.accessToken}}".into();
    });
    let world = World::new(|request| match request.label.block.as_str() {
        "token" => Ok(Response::json(200, &json!({"access_token": "hunter2-hunter2", "expires_in": 60}))),
        "info" => Ok(Response::json(401, &json!({"message": "hunter2-hunter2 is not known"}))),
        _ => Ok(usual(request)),
    });
    let report = world.connect(&definition, &agreeing()).await;
    let shown =
        format!("{report:?} {} {}", report.to_json(connspec_runner::Reveal::Nothing), report.message().unwrap());
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("«accessToken»"), "{shown}");
}

#[tokio::test]
async fn cancelling_ends_a_run_that_waits() {
    let world = World::usual();
    let handle = world.runner.cancel_handle();
    let waiting = Programmatic::new(Some("http://127.0.0.1:1/cb".to_owned()), move |_| {
        handle.cancel();
        Box::pin(std::future::pending())
    });
    let report = world.connect(&oauth2(|_| ()), &waiting).await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::ExecutionInterruptedError, "{report:?}");
}

#[tokio::test]
async fn info_that_fails_makes_creation_fail() {
    // connection.md §4.6.
    let world = World::new(|request| match request.label.block.as_str() {
        "info" => Ok(Response::json(403, &json!({}))),
        _ => Ok(usual(request)),
    });
    fails(&world, &oauth2(|_| ()), "info").await;
}

#[tokio::test]
async fn a_relative_url_is_refused_in_words() {
    let report = World::usual().connect(&definition(json!({"url": "/me"})), &Programmatic::none()).await;
    assert!(report.error.as_ref().unwrap().location.is_some(), "{report:?}");
    assert_eq!(report.error.as_ref().unwrap().directive.as_deref(), Some("url"), "{report:?}");
}

#[tokio::test]
async fn a_section_that_is_no_json_does_not_run_as_an_empty_one() {
    let mut broken = definition(json!({}));
    broken.parts.communication.node = None;
    let world = World::usual();
    let report = world.connect(&broken, &Programmatic::none()).await;
    assert!(!report.examined && message(&report).contains("cannot be read"), "{report:?}");
    // Saved while it could be read, used when it cannot.
    world.connect(&oauth2(|_| ()), &agreeing()).await;
    world.blocks();
    for report in [
        world.runner.info(&broken, "mine").await,
        world.runner.refresh(&broken, "mine", false).await,
        world.runner.invalidate(&broken, "mine").await,
        world.runner.reauthorize(&broken, "mine", &agreeing()).await,
    ] {
        assert!(!report.examined, "{report:?}");
        assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::DefinitionError);
    }
    assert!(world.blocks().is_empty());
}

#[tokio::test]
async fn a_timeout_tells_what_came_back_instead() {
    let world = World::usual();
    let report = world.connect(&oauth2(|_| ()), &crate::support::browser(&["error=access_denied"])).await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::CallbackTimeout, "{report:?}");
    assert!(message(&report).contains("without `state`"), "{}", message(&report));
    assert!(report.steps[0].decisions.iter().any(|decision| decision.text.contains("without `state`")));
}
