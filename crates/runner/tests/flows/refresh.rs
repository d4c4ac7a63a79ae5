//! Refreshing: when, how often, what is kept, what a failure leaves behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use connspec_exchange::{Response, TransportErrorKind};
use connspec_runner::report::RefreshForecast;
use connspec_runner::{ErrorType, Outcome, Reveal};
use serde_json::{Value, json};

use crate::leases::Leases;
use crate::support::{START, World, agreeing, failure, message, oauth2, usual};

const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn rfc6749_6_the_old_refresh_token_is_kept_when_the_answer_has_none() {
    for guarded in [true, false] {
        let definition = oauth2(|communication| {
            if !guarded {
                // connection.md §3: undefined leaves what is stored.
                communication["refresh"]["response"]["data"]["refreshToken"] = "{{body.refresh_token}}".into();
            }
        });
        let world = World::usual();
        world.connect(&definition, &agreeing()).await;
        world.clock.advance(HOUR);
        let report = world.runner.refresh(&definition, "mine", false).await;
        assert_eq!(report.outcome, Outcome::Refreshed, "{report:?}");
        let data = report.connection.unwrap().data;
        assert_eq!(
            (data["refreshToken"].as_str(), data["accessToken"].as_str()),
            (Some("refresh-1"), Some("access-2"))
        );
    }
}

#[tokio::test]
async fn rfc9700_4_14_a_rotated_token_is_saved_before_it_is_used() {
    let world = World::new(|request| match request.label.block.as_str() {
        "refresh" => Ok(Response::json(
            200,
            &json!({"access_token": "access-2", "refresh_token": "refresh-2", "expires_in": 60}),
        )),
        _ => Ok(usual(request)),
    });
    let definition = oauth2(|_| ());
    world.connect(&definition, &agreeing()).await;
    world.clock.advance(HOUR);
    world.events.lock().unwrap().clear();
    world.runner.info(&definition, "mine").await;
    let events = world.events.lock().unwrap().clone();
    let saved = events.iter().position(|event| event.starts_with("saved")).unwrap();
    let used = events.iter().position(|event| event == "step info").unwrap();
    assert!(saved < used, "{events:?}");
    assert_eq!(world.runner.store().load("mine").await.unwrap().data["refreshToken"], "refresh-2");
}

#[tokio::test]
async fn rfc9700_4_14_parallel_callers_send_one_refresh() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    let world = World::new(move |request| {
        if request.label.block == "refresh" {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        Ok(usual(request))
    });
    let definition = Arc::new(oauth2(|_| ()));
    world.connect(&definition, &agreeing()).await;
    world.clock.advance(HOUR);
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let (runner, definition) = (world.runner.clone(), definition.clone());
            tokio::spawn(async move { runner.validate(&definition, "mine").await })
        })
        .collect();
    for caller in callers {
        let report = caller.await.unwrap();
        assert!(report.succeeded(), "{report:?}");
        assert_eq!(report.connection.unwrap().data["accessToken"], "access-2");
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

/// The tasks of a process share one future: whoever joins asks the store for nothing.
#[tokio::test]
async fn parallel_callers_of_one_process_ask_for_one_lease() {
    let store = Arc::new(Leases::default());
    let mut world = World::usual();
    world.runner = world.runner.with_store(store.clone());
    let definition = Arc::new(oauth2(|_| ()));
    world.connect(&definition, &agreeing()).await;
    world.clock.advance(HOUR);
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let (runner, definition) = (world.runner.clone(), definition.clone());
            tokio::spawn(async move { runner.refresh(&definition, "mine", true).await })
        })
        .collect();
    for caller in callers {
        let report = caller.await.unwrap();
        assert_eq!(report.outcome, Outcome::Refreshed, "{report:?}");
        // Also those who only joined know what must not be shown.
        assert!(!report.to_json(Reveal::Nothing).to_string().contains("access-2"), "{report:?}");
    }
    assert_eq!(store.asked.load(Ordering::SeqCst), 1);
    assert_eq!(world.blocks().iter().filter(|block| *block == "refresh").count(), 1);
}

#[tokio::test]
async fn a_caller_that_leaves_does_not_take_the_answer_along() {
    let store = Arc::new(Leases::default());
    let mut world = World::usual();
    world.runner = world.runner.with_store(store.clone());
    let definition = Arc::new(oauth2(|_| ()));
    world.connect(&definition, &agreeing()).await;
    world.clock.advance(HOUR);
    world.blocks();
    let leaving = tokio::spawn({
        let (runner, definition) = (world.runner.clone(), definition.clone());
        async move { runner.validate(&definition, "mine").await }
    });
    while store.asked.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    leaving.abort();
    assert!(leaving.await.unwrap_err().is_cancelled());
    let report = world.runner.refresh(&definition, "mine", true).await;
    assert_eq!(report.outcome, Outcome::Refreshed, "{report:?}");
    assert_eq!((store.asked.load(Ordering::SeqCst), world.blocks()), (1, vec!["refresh".to_owned()]));
}

#[tokio::test]
async fn a_temporary_failure_is_told_from_a_permanent_one() {
    for (status, body, permanent) in [
        (503, json!({}), false),
        (429, json!({}), false),
        (400, json!({"error": "invalid_grant"}), true),
        (400, json!({"error": "invalid_request"}), false),
    ] {
        let shown = body.to_string();
        let world = World::new(move |request| match request.label.block.as_str() {
            "refresh" => Ok(Response::json(status, &body)),
            _ => Ok(usual(request)),
        });
        let definition = oauth2(|_| ());
        world.connect(&definition, &agreeing()).await;
        world.clock.advance(HOUR);
        world.blocks();
        let report = world.runner.refresh(&definition, "mine", false).await;
        assert!(!report.succeeded() && report.error.as_ref().unwrap().location.is_some(), "{report:?}");
        let saved = world.runner.store().load("mine").await.unwrap();
        assert_eq!(saved.needs_reauthorization.is_some(), permanent, "{status} {shown}");
        assert_eq!(saved.data["accessToken"], "access-1", "what was stored stays");
        assert_eq!(message(&report).contains("reauthorize"), permanent, "{}", message(&report));
        // demand.md 6: stop hammering.
        let again = world.runner.refresh(&definition, "mine", false).await;
        assert!(!again.succeeded());
        assert_eq!(world.blocks(), ["refresh"], "{status} {shown}");
    }
}

/// demand.md 5: ahead of time, with a margin that is sane for short lifetimes.
#[tokio::test]
async fn tokens_are_fetched_ahead_but_never_in_the_first_half_of_their_life() {
    const MINUTE: i64 = 60_000;
    // Margin, then minutes after the tokens came: not yet, and then. The token lives an hour, the condition asks for its
    // last minute.
    for (margin, not_yet, then) in [(0, 58, 59), (10, 49, 50), (30, 29, 30), (50, 29, 30), (5_000, 29, 30)] {
        let definition = oauth2(|_| ());
        let mut world = World::usual();
        world.runner = world.runner.with_refresh_ahead(std::time::Duration::from_secs(margin * 60));
        world.connect(&definition, &agreeing()).await;
        world.blocks();
        // The second time counts from the refresh, not from when the connection was made.
        for _ in 0..2 {
            world.clock.advance(not_yet * MINUTE);
            assert!(world.runner.validate(&definition, "mine").await.succeeded());
            assert_eq!(world.blocks(), [""; 0], "{margin} minutes ahead, after {not_yet}");
            world.clock.advance((then - not_yet) * MINUTE + i64::from(margin == 0));
            let report = world.runner.validate(&definition, "mine").await;
            assert_eq!(report.outcome, Outcome::Refreshed, "{margin} minutes ahead, after {then}");
            assert_eq!(world.blocks(), ["refresh"]);
        }
    }
}

#[tokio::test]
async fn what_has_no_refresh_or_no_end_is_not_fetched_ahead() {
    let definitions = [
        oauth2(|communication| drop(communication.as_object_mut().unwrap().remove("refresh"))),
        oauth2(|communication| {
            communication["token"]["response"]["data"]["expires"] = "never".into();
            communication["refresh"]["condition"] = false.into();
        }),
    ];
    for definition in definitions {
        let mut world = World::usual();
        world.runner = world.runner.with_refresh_ahead(std::time::Duration::from_secs(600));
        world.connect(&definition, &agreeing()).await;
        world.blocks();
        world.clock.advance(2 * HOUR);
        world.runner.validate(&definition, "mine").await;
        assert_eq!(world.blocks(), [""; 0]);
    }
}

#[tokio::test]
async fn a_lost_answer_does_not_lock_the_person_out() {
    // demand.md 3: know "sent, unanswered", and try again.
    let first = Arc::new(AtomicUsize::new(0));
    let world = World::new(move |request| match request.label.block.as_str() {
        "refresh" if first.fetch_add(1, Ordering::SeqCst) == 0 => failure(TransportErrorKind::Timeout, "too slow"),
        _ => Ok(usual(request)),
    });
    let definition = oauth2(|_| ());
    world.connect(&definition, &agreeing()).await;
    world.clock.advance(HOUR);
    let lost = world.runner.refresh(&definition, "mine", false).await;
    assert_eq!(lost.error.as_ref().unwrap().kind, ErrorType::ProviderUnreachable, "{lost:?}");
    let record = world.runner.store().load("mine").await.unwrap().refresh;
    assert!(record.presented.is_some(), "it is known that the token was sent: {record:?}");
    world.events.lock().unwrap().clear();
    let found = world.runner.refresh(&definition, "mine", false).await;
    assert_eq!(found.outcome, Outcome::Refreshed, "{found:?}");
    // Said before it is sent, and kept in the report.
    let sent = START + HOUR;
    assert_eq!(world.events.lock().unwrap()[0], format!("repeated {sent}"));
    let report = found.to_json(Reveal::Nothing);
    let step = report["steps"].as_array().unwrap().iter().find(|step| step["block"] == "refresh").unwrap();
    let decisions = step["decisions"].to_string();
    assert!(decisions.contains("sent on 2023-11-14 23:13:20 UTC and its answer was never saved"), "{decisions}");
    assert_eq!(world.runner.store().load("mine").await.unwrap().refresh.presented, None);
}

#[tokio::test]
async fn the_forecast_names_conditions_that_are_wrong() {
    // pitfalls.md 74, 75, 81, 82.
    let forecast = |condition: Option<&str>| {
        let definition = oauth2(|communication| match condition {
            Some(condition) => communication["refresh"]["condition"] = Value::from(condition),
            None => {
                communication["refresh"].as_object_mut().unwrap().remove("condition");
            }
        });
        async move { World::usual().connect(&definition, &agreeing()).await.expiry.unwrap() }
    };
    let margin = forecast(Some("{{data.expires < addMinutes(now, 15)}}")).await;
    let RefreshForecast::At(at) = margin.refresh else { panic!("{margin:?}") };
    assert!((at - (START + 45 * 60_000)).abs() <= 1_000, "{margin:?}");
    assert_eq!(margin.access_token, Some(START + HOUR));
    assert!(margin.notes.is_empty(), "{margin:?}");

    let long = forecast(Some("{{data.expires < addMinutes(now, 90)}}")).await;
    assert_eq!(long.refresh, RefreshForecast::Always);
    assert!(long.notes[0].contains("every call would refresh"), "{long:?}");
    assert_eq!(forecast(None).await.refresh, RefreshForecast::Always);

    let never = forecast(Some("{{data.expiresAt < addMinutes(now, 1)}}")).await;
    assert_eq!(never.refresh, RefreshForecast::Never);
    assert!(never.notes[0].contains("never refresh"), "{never:?}");

    let late = forecast(Some("{{addMinutes(data.expires, 10) < now}}")).await;
    assert!(late.notes[0].contains("calls in between fail"), "{late:?}");

    // At the very end, found to the second: not late.
    let sharp = forecast(Some("{{data.expires < now}}")).await;
    assert!(matches!(sharp.refresh, RefreshForecast::At(_)) && sharp.notes.is_empty(), "{sharp:?}");
    let soon = forecast(Some("{{addSeconds(data.expires, 5) < now}}")).await;
    assert!(soon.notes[0].contains("the refresh comes 5 s after"), "{soon:?}");
}

#[tokio::test]
async fn extending_the_scope_keeps_the_record() {
    let world = World::usual();
    let definition = oauth2(|_| ());
    world.connect(&definition, &agreeing()).await;
    let before = world.runner.store().load("mine").await.unwrap();
    let report = world.runner.extend_scope(&definition, "mine", &["admin".to_owned()], &agreeing()).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    let after = world.runner.store().load("mine").await.unwrap();
    assert_eq!(after.scope, ["read", "write", "admin"]);
    assert_eq!((after.created, after.version), (before.created, before.version + 1));
    let page = report.authorization.unwrap();
    assert_eq!(crate::support::parameter(&page.url, "scope").as_deref(), Some("read write admin"));
}

#[tokio::test]
async fn response_expires_is_the_person_s_deadline() {
    // connection.md §7.
    let definition = oauth2(|communication| {
        communication["token"]["response"]["expires"] = "{{addDays(now, 30)}}".into();
    });
    let world = World::usual();
    let report = world.connect(&definition, &agreeing()).await;
    let deadline = START + 30 * 24 * HOUR;
    assert_eq!(report.connection.as_ref().unwrap().expires, Some(deadline));
    assert_eq!(report.expiry.unwrap().reauthorize, Some(deadline));
    world.clock.advance(HOUR);
    let refreshed = world.runner.refresh(&definition, "mine", false).await;
    assert_eq!(refreshed.connection.unwrap().expires, Some(deadline), "refresh does not set it, so it stays");
}

#[tokio::test]
async fn an_undefined_member_of_data_is_removed_from_the_record_by_every_block() {
    // connection.md §3; switch dataUndefined.
    let definition = oauth2(|communication| {
        communication["token"]["response"]["data"]["plan"] = "{{body.expires_in}}".into();
        communication["info"]["response"]["data"] = json!({"plan": "{{body.plan}}"});
    });
    for (value, expected) in [("keep", Some(json!(3600))), ("delete", None)] {
        let mut compat = connspec_spec::Compat::default();
        compat.set(&format!("dataUndefined={value}")).unwrap();
        let world = World::usual();
        world.connect(&definition, &agreeing()).await;
        let stored = async || world.runner.store().load("mine").await.unwrap().data.get("plan").cloned();
        assert_eq!(stored().await, Some(json!(3600)));
        let report = world.runner.clone().with_compat(compat).info(&definition, "mine").await;
        assert!(report.succeeded(), "{report:?}");
        assert_eq!(stored().await, expected, "{value}");
    }
}

#[tokio::test]
async fn an_undefined_response_expires_keeps_or_removes_the_deadline() {
    // connection.md §7: undefined value -> not set (INF); switch expiresUndefined.
    let definition = |refresh: &str| {
        oauth2(|communication| {
            communication["token"]["response"]["expires"] = "{{addDays(now, 30)}}".into();
            communication["refresh"]["response"]["expires"] = refresh.into();
        })
    };
    let deadline = START + 30 * 24 * HOUR;
    for (value, expected) in [("keep", Some(deadline)), ("remove", None)] {
        let mut compat = connspec_spec::Compat::default();
        compat.set(&format!("expiresUndefined={value}")).unwrap();
        let world = World::usual();
        let runner = world.runner.clone().with_compat(compat);
        world.connect(&definition("{{body.until}}"), &agreeing()).await;
        let report = runner.refresh(&definition("{{body.until}}"), "mine", true).await;
        assert_eq!(report.connection.as_ref().unwrap().expires, expected, "{value}: {report:?}");
        let switches = |report: &connspec_runner::Report| {
            let decisions = report.steps_of("refresh").flat_map(|step| &step.decisions);
            decisions.filter(|line| line.switch == Some("expiresUndefined")).count()
        };
        assert_eq!(switches(&report), 1, "{value}: {report:?}");
        // What is no date is a mistake and no statement, and a deadline that is not there cannot be kept.
        let soon = runner.refresh(&definition("soon"), "mine", true).await;
        assert_eq!((soon.connection.as_ref().unwrap().expires, switches(&soon)), (expected, 0), "{value}: {soon:?}");
    }
}

#[tokio::test]
async fn what_a_passed_response_expires_does_is_for_the_switch_to_say() {
    // connection.md §6: DOC and LEG call it the deadline of the person, SCH the time of the next refresh; §15.4.
    let definition = oauth2(|communication| {
        communication["token"]["response"]["expires"] = "{{addHours(now, 1)}}".into();
        // It would not refresh of itself.
        communication["refresh"]["condition"] = "{{data.expires < addYears(now, -1)}}".into();
        communication["refresh"]["response"]["expires"] = "{{addHours(now, 1)}}".into();
    });
    let mut compat = connspec_spec::Compat::default();
    compat.set("responseExpires=refresh").unwrap();
    let world = World::usual();
    let switched = world.runner.clone().with_compat(compat);
    world.connect(&definition, &agreeing()).await;
    world.blocks();
    for runner in [&world.runner, &switched] {
        assert_eq!(runner.validate(&definition, "mine").await.outcome, Outcome::Unchanged, "the hour is not over");
    }
    world.clock.advance(HOUR);
    let ended = world.runner.validate(&definition, "mine").await;
    assert_eq!(ended.error.as_ref().unwrap().kind, ErrorType::InvalidAccessTokenError, "{ended:?}");
    assert!(message(&ended).contains("(switch responseExpires)"), "{}", message(&ended));
    assert!(world.blocks().is_empty());

    let report = switched.validate(&definition, "mine").await;
    assert_eq!(report.outcome, Outcome::Refreshed, "{report:?}");
    assert_eq!(report.steps[0].decisions[0].switch, Some("responseExpires"));
    assert_eq!(report.connection.unwrap().expires, Some(START + 2 * HOUR), "refresh has set it again");
    assert_eq!(world.blocks(), ["refresh"]);
    assert_eq!(switched.validate(&definition, "mine").await.outcome, Outcome::Unchanged);
    assert!(world.blocks().is_empty());

    let without = oauth2(|communication| {
        communication["token"]["response"]["expires"] = "{{addHours(now, 1)}}".into();
        communication.as_object_mut().unwrap().remove("refresh");
    });
    let target = connspec_runner::Target { name: Some("other".to_owned()), ..Default::default() };
    switched.connect(&without, &target, &crate::support::inputs(), &agreeing()).await;
    world.clock.advance(HOUR);
    let ended = switched.validate(&without, "other").await;
    assert!(!message(&ended).contains("switch"), "no value of it would help: {}", message(&ended));
    assert_eq!(ended.error.unwrap().kind, ErrorType::InvalidAccessTokenError, "nothing could refresh it");
}
