//! `token` without `authorize`, basic connections, blocks that do nothing (connection.md §5, §10).

use connspec_exchange::Response;
use connspec_runner::Outcome;
use connspec_runner::callback::Programmatic;
use connspec_spec::Compat;
use serde_json::{Value, json};

use crate::support::{World, definition, usual};

fn client_credentials(condition: Option<Value>) -> connspec_spec::Definition {
    let mut token = json!({
        "url": "https://auth.example.com/token",
        "method": "POST",
        "response": {"data": {"accessToken": "{{body.access_token}}", "expires": "{{addSeconds(now, body.expires_in)}}"}}
    });
    if let Some(condition) = condition {
        token["condition"] = condition;
    }
    let info = json!({
        "url": "https://api.example.com/me",
        "headers": {"authorization": "Bearer {{connection.accessToken}}"}
    });
    definition(json!({"token": token, "info": info}))
}

fn guarded() -> connspec_spec::Definition {
    client_credentials(Some("{{if(data.accessToken, data.expires < addMinutes(now, 1), true)}}".into()))
}

#[tokio::test]
async fn token_without_authorize_needs_a_condition() {
    let world = World::usual();
    let report = world.connect(&client_credentials(None), &Programmatic::none()).await;
    assert_eq!(world.blocks(), ["info"], "connection.md §5: no condition, no token");
    let token = report.steps_of("token").next().unwrap();
    assert!(token.skipped && token.decisions[0].text.contains("needs a `condition`"), "{:?}", token.decisions);
    assert_eq!(token.decisions[0].switch, Some("tokenCondition"));

    let mut lenient = Compat::default();
    lenient.values.token_condition = connspec_spec::compat::TokenCondition::Lenient;
    let runner = world.runner.clone().with_compat(lenient);
    let target = connspec_runner::Target { name: Some("other".to_owned()), ..Default::default() };
    let report =
        runner.connect(&client_credentials(None), &target, &crate::support::inputs(), &Programmatic::none()).await;
    assert_eq!(report.outcome, Outcome::Connected);
    assert_eq!(world.blocks(), ["token", "info"]);
}

#[tokio::test]
async fn a_guarded_token_renews_itself_when_it_is_due() {
    let world = World::usual();
    let definition = guarded();
    let report = world.connect(&definition, &Programmatic::none()).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    assert_eq!(world.blocks(), ["token", "info"]);
    assert_eq!(world.runner.info(&definition, "mine").await.outcome, Outcome::Valid);
    assert_eq!(world.blocks(), ["info"]);
    world.clock.advance(3_541_000);
    assert_eq!(world.runner.validate(&definition, "mine").await.outcome, Outcome::Refreshed);
    assert_eq!(world.blocks(), ["token"]);
    assert_eq!(world.runner.refresh(&definition, "mine", true).await.outcome, Outcome::Refreshed);
    assert_eq!(world.blocks(), ["token"]);
}

/// Where nothing asks the provider, nothing is claimed: no request, or one whose condition is not true.
#[tokio::test]
async fn info_claims_nothing_where_nothing_was_asked() {
    for condition in [None, Some(false)] {
        let world = World::usual();
        let definition = crate::support::oauth2(|communication| match condition {
            Some(condition) => communication["info"]["condition"] = condition.into(),
            None => drop(communication.as_object_mut().unwrap().remove("info")),
        });
        let report = world.connect(&definition, &crate::support::agreeing()).await;
        assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
        world.blocks();
        let report = world.runner.info(&definition, "mine").await;
        assert_eq!(report.outcome, Outcome::Unchanged, "{condition:?} {report:?}");
        assert!(world.blocks().is_empty());
        let json = report.to_json(connspec_runner::Reveal::Nothing);
        assert_eq!(json["outcome"], "unchanged");
        assert!(json["connection"]["data"]["accessToken"].is_string(), "{json}");
        let said = json["steps"].to_string();
        assert_eq!(said.contains("nothing was asked"), condition.is_none(), "{said}");
        world.clock.advance(3_541_000);
        let report = world.runner.info(&definition, "mine").await;
        assert_eq!((report.outcome, world.blocks()), (Outcome::Refreshed, vec!["refresh".to_owned()]));
    }
}

#[tokio::test]
async fn a_token_whose_condition_is_always_true_runs_at_every_validation() {
    let world = World::usual();
    let definition = client_credentials(Some(true.into()));
    let report = world.connect(&definition, &Programmatic::none()).await;
    let expiry = report.expiry.unwrap();
    assert_eq!(expiry.refresh, connspec_runner::report::RefreshForecast::Always);
    assert!(expiry.notes[0].contains("every call would refresh"), "{:?}", expiry.notes);
    world.blocks();
    assert_eq!(world.runner.validate(&definition, "mine").await.outcome, Outcome::Refreshed);
    assert_eq!(world.blocks(), ["token"]);
}

#[tokio::test]
async fn a_basic_connection_is_its_request() {
    let communication = json!({
        "url": "https://api.example.com/login",
        "method": "POST",
        "headers": {"x-api-key": "{{parameters.apiKey}}"},
        "response": {"data": {"session": "{{body.session}}"}, "uid": "{{body.id}}"}
    });
    let world = World::new(|request| match request.headers.get("x-api-key") {
        Some("right-key") => Ok(Response::json(200, &json!({"session": "session-1", "id": 7}))),
        _ => Ok(Response::json(401, &json!({"message": "no"}))),
    });
    let inputs = |key: &str| connspec_runner::Inputs {
        parameters: json!({"apiKey": key}).as_object().cloned().unwrap(),
        ..Default::default()
    };
    let definition = definition(communication);
    let target = crate::support::target();
    let report = world.runner.connect(&definition, &target, &inputs("right-key"), &Programmatic::none()).await;
    let connection = report.connection.as_ref().unwrap();
    assert_eq!((connection.uid.as_deref(), connection.data["session"].as_str()), (Some("7"), Some("session-1")));
    assert!(!format!("{report:?}").contains("right-key"), "{report:?}");
    assert_eq!(world.blocks(), ["api"]);
    assert_eq!(world.runner.info(&definition, "mine").await.outcome, Outcome::Valid);
    assert_eq!(world.blocks(), ["api"]);
    assert_eq!(world.runner.validate(&definition, "mine").await.outcome, Outcome::Unchanged);
    assert!(world.blocks().is_empty(), "connection.md §10: nothing is validated before use");

    let other = connspec_runner::Target { name: Some("other".to_owned()), ..Default::default() };
    let wrong = world.runner.connect(&definition, &other, &inputs("wrong-key"), &Programmatic::none()).await;
    assert_eq!(wrong.error.as_ref().unwrap().status, Some(401), "{wrong:?}");
    assert!(wrong.error.as_ref().unwrap().location.is_some());
    assert!(world.runner.store().load("other").await.is_err());
}

#[tokio::test]
async fn empty_blocks_do_nothing() {
    // communication.md §5 url; corpus-notes.md A8.
    let world = World::usual();
    let report = world.connect(&definition(json!({})), &Programmatic::none()).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    assert!(world.blocks().is_empty());

    let world = World::usual();
    let definition = crate::support::oauth2(|_| ());
    world.connect(&definition, &crate::support::agreeing()).await;
    world.blocks();
    let report = world.runner.invalidate(&definition, "mine").await;
    assert_eq!(report.outcome, Outcome::Invalidated, "{report:?}");
    assert!(world.blocks().is_empty());
    assert!(report.steps[0].skipped);
}

#[tokio::test]
async fn repeat_polls_until_its_condition_is_false() {
    let communication = json!({
        "url": "https://api.example.com/job",
        "temp": {"runs": "{{ifempty(temp.runs, 0) + 1}}"},
        "repeat": {"condition": "{{temp.runs < 3}}", "delay": 500, "limit": 10}
    });
    let world = World::new(|request| Ok(usual(request)));
    let report = world.connect(&definition(communication), &Programmatic::none()).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    assert_eq!(world.blocks(), ["api", "api", "api"]);
    let events = world.events.lock().unwrap().clone();
    assert_eq!(events.iter().filter(|event| *event == "sleep 500").count(), 2, "{events:?}");
    assert_eq!(report.steps.len(), 3);
}

#[tokio::test]
async fn a_run_ends_however_long_repeat_would_go_on() {
    // The limit is 40 minutes: at a minute each, 40 requests; a pause that is longer does not begin.
    for (delay, expected) in [(60_000.0, 40), (1e15, 1)] {
        let world = World::usual();
        let communication = json!({
            "url": "https://api.example.com/job",
            "repeat": {"condition": true, "delay": delay}
        });
        let report = world.connect(&definition(communication), &Programmatic::none()).await;
        let error = report.error.as_ref().unwrap();
        assert_eq!(error.kind, connspec_runner::ErrorType::LimitExceeded, "{report:?}");
        assert!(error.message.contains("longer than 2400 s") && error.location.is_some(), "{error:?}");
        assert_eq!(world.blocks().len(), expected, "{delay}");
    }
}

#[tokio::test]
async fn the_person_s_time_is_not_the_run_s() {
    let world = World::usual();
    let runner = world.runner.clone().with_time_limit(std::time::Duration::from_secs(60));
    let clock = world.clock.clone();
    let slow = Programmatic::new(Some(crate::support::REDIRECT.to_owned()), move |url| {
        clock.advance(10 * 60_000);
        let state = crate::support::parameter(&url, "state").unwrap();
        let query = connspec_runner::CallbackQuery::parse(&format!("code=c&state={state}"));
        Box::pin(std::future::ready(Some(query)))
    });
    let (target, inputs) = (crate::support::target(), crate::support::inputs());
    let report = runner.connect(&crate::support::oauth2(|_| ()), &target, &inputs, &slow).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
}

fn switched(world: &World, switch: &str) -> connspec_runner::Runner {
    let mut compat = Compat::default();
    compat.set(switch).unwrap();
    world.runner.clone().with_compat(compat)
}

#[tokio::test]
async fn a_basic_connection_of_several_requests_runs_all_or_the_first() {
    // communication.md §1: DOC allows a single one, LEG shows a login of two; connection.md §15.6.
    let definition = definition(json!([
        {"url": "https://api.example.com/login", "response": {"temp": {"n": 1}}},
        {"url": "https://api.example.com/me", "qs": {"n": "{{temp.n}}"}}
    ]));
    for (value, expected) in [
        ("all", vec!["https://api.example.com/login", "https://api.example.com/me?n=1"]),
        ("first", vec!["https://api.example.com/login"]),
    ] {
        let world = World::usual();
        let runner = switched(&world, &format!("basicLists={value}"));
        let (target, inputs) = (crate::support::target(), crate::support::inputs());
        let report = runner.connect(&definition, &target, &inputs, &Programmatic::none()).await;
        assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
        let sent: Vec<String> = world.sent.lock().unwrap().drain(..).map(|request| request.url).collect();
        assert_eq!(sent, expected, "{value}");
        assert!(report.steps[0].decisions.iter().any(|line| line.switch == Some("basicLists")), "{value}");
    }
}

#[tokio::test]
async fn a_list_in_a_phase_runs_or_is_refused() {
    // communication.md §1: SCH rejects arrays inside a phase, production apps have them; connection.md §15.5.
    let definition = crate::support::oauth2(|communication| {
        let token = communication["token"].take();
        communication["token"] = json!([token, {"url": "https://auth.example.com/longer"}]);
    });
    for (value, expected) in [("run", vec!["token", "token", "info"]), ("refuse", vec![])] {
        let world = World::usual();
        let runner = switched(&world, &format!("phaseLists={value}"));
        let (target, inputs) = (crate::support::target(), crate::support::inputs());
        let report = runner.connect(&definition, &target, &inputs, &crate::support::agreeing()).await;
        assert_eq!(world.blocks(), expected, "{value}");
        assert_eq!(report.succeeded(), value == "run", "{report:?}");
        if let Some(error) = &report.error {
            assert_eq!(error.kind, connspec_runner::ErrorType::DefinitionError);
            assert!(error.message.contains("`token` is a list") && error.message.contains("phaseLists"), "{error:?}");
            assert!(error.location.is_some(), "{error:?}");
        } else {
            let token = report.steps_of("token").next().unwrap();
            assert!(token.decisions.iter().any(|line| line.switch == Some("phaseLists")), "{:?}", token.decisions);
        }
    }
}

/// What the steps of `block` say in the name of `switch`.
fn named(report: &connspec_runner::Report, block: &str, switch: &str) -> usize {
    let decisions = report.steps_of(block).flat_map(|step| &step.decisions);
    decisions.filter(|decision| decision.switch == Some(switch)).count()
}

#[tokio::test]
async fn a_list_of_one_and_a_list_in_authorize_name_the_switch_as_well() {
    // communication.md §1: arrays in a phase; the editor's schema rejects each of them.
    let definition = crate::support::oauth2(|communication| {
        for block in ["authorize", "info"] {
            let request = communication[block].take();
            communication[block] = json!([request]);
        }
    });
    for (value, expected) in [("run", vec!["token", "info"]), ("refuse", vec![])] {
        let world = World::usual();
        let runner = switched(&world, &format!("phaseLists={value}"));
        let (target, inputs) = (crate::support::target(), crate::support::inputs());
        let report = runner.connect(&definition, &target, &inputs, &crate::support::agreeing()).await;
        assert_eq!(world.blocks(), expected, "{report:?}");
        match value {
            "run" => {
                assert_eq!((named(&report, "authorize", "phaseLists"), named(&report, "info", "phaseLists")), (1, 1));
                assert_eq!(named(&report, "token", "phaseLists"), 0);
            }
            _ => assert!(crate::support::message(&report).contains("`authorize` is a list"), "{report:?}"),
        }
    }
    // communication.md §1: arrays in every phase except authorize.
    let two = crate::support::oauth2(|communication| {
        let request = communication["authorize"].take();
        communication["authorize"] = json!([request, {"url": "https://auth.example.com/second"}]);
    });
    let world = World::usual();
    let report = world.connect(&two, &crate::support::agreeing()).await;
    let error = report.error.as_ref().unwrap();
    assert_eq!((error.kind, error.block.as_deref()), (connspec_runner::ErrorType::DefinitionError, Some("authorize")));
    assert!(error.message.contains("a list of 2") && error.location.is_some(), "{error:?}");
    assert!(world.blocks().is_empty() && report.authorization.is_none());
    // A basic connection's list of one is the same under every value.
    let world = World::usual();
    let report =
        world.connect(&self::definition(json!([{"url": "https://api.example.com/me"}])), &Programmatic::none()).await;
    assert_eq!(named(&report, "api", "basicLists"), 0, "{report:?}");
}

#[tokio::test]
async fn a_basic_connection_nothing_verified_is_accepted_or_refused() {
    // connection.md §10: nothing is verified and the connection is accepted (INF); switch basicCondition.
    let unverified = definition(json!({"url": "https://api.example.com/me", "condition": "{{parameters.verify}}"}));
    let verified = definition(json!([
        {"url": "https://api.example.com/me", "condition": false},
        {"url": "https://api.example.com/me"}
    ]));
    for (definition, value, outcome, told) in [
        (&unverified, "accept", Outcome::Connected, 1),
        (&unverified, "refuse", Outcome::Failed, 1),
        (&verified, "refuse", Outcome::Connected, 0),
    ] {
        let world = World::usual();
        let runner = switched(&world, &format!("basicCondition={value}"));
        let (target, inputs) = (crate::support::target(), crate::support::inputs());
        let report = runner.connect(definition, &target, &inputs, &Programmatic::none()).await;
        assert_eq!(report.outcome, outcome, "{value}: {report:?}");
        assert_eq!(named(&report, "api", "basicCondition"), told, "{value}: {report:?}");
        assert_eq!(runner.store().load("mine").await.is_ok(), outcome == Outcome::Connected);
        if let Some(error) = &report.error {
            assert_eq!(error.kind, connspec_runner::ErrorType::InvalidConfigurationError);
            assert_eq!((error.block.as_deref(), error.directive.as_deref()), (Some("api"), Some("condition")));
            let location = error.location.as_ref().unwrap();
            let text = definition.sources.iter().next().unwrap().1.text();
            let at = &text.lines().nth(location.line - 1).unwrap()[location.column - 1..];
            assert!(at.starts_with("\"{{parameters.verify}}\""), "{at}");
        }
    }
}

#[tokio::test]
async fn token_and_refresh_both_due_run_in_the_order_of_the_switch() {
    // connection.md §5: both may fire in one validation; order token then refresh (INF).
    let both = |refresh: &str| {
        let block = |name: &str, condition: &str| {
            json!({
                "url": format!("https://auth.example.com/{name}"),
                "condition": condition,
                "response": {"data": {"accessToken": "{{body.access_token}}"}}
            })
        };
        definition(json!({"token": block("token", "{{true}}"), "refresh": block("refresh", refresh)}))
    };
    for (value, order) in [("tokenFirst", ["token", "refresh"]), ("refreshFirst", ["refresh", "token"])] {
        let world = World::usual();
        let runner = switched(&world, &format!("renewalOrder={value}"));
        let (target, inputs) = (crate::support::target(), crate::support::inputs());
        let definition = both("{{true}}");
        let report = runner.connect(&definition, &target, &inputs, &Programmatic::none()).await;
        assert_eq!(world.blocks(), order, "{value}: {report:?}");
        assert_eq!((named(&report, order[0], "renewalOrder"), named(&report, order[1], "renewalOrder")), (1, 0));
        let report = runner.validate(&definition, "mine").await;
        assert_eq!(world.blocks(), order, "{value}: {report:?}");
        assert_eq!(named(&report, order[0], "renewalOrder"), 1, "{report:?}");
        // Where only one is due, their order is nobody's concern.
        let (alone, target) = (both("{{false}}"), connspec_runner::Target { replace: true, ..target });
        let report = runner.connect(&alone, &target, &inputs, &Programmatic::none()).await;
        assert_eq!(world.blocks(), ["token"], "{value}: {report:?}");
        assert_eq!(named(&report, "token", "renewalOrder"), 0, "{report:?}");
    }
}
