//! The state machine by itself: events in, actions out, nothing else.

use connspec_exchange::{Request, Response};
use connspec_iml::FixedHost;
use connspec_runner::CallbackQuery;
use connspec_runner::Outcome;
use connspec_runner::flow::{Action, Entry, Event, Flow, Redirects, Save, Setup};
use serde_json::json;

use crate::support::{REDIRECT, START, oauth2, usual};

fn setup() -> Setup {
    Setup {
        data: json!({"clientId": "client-1"}).as_object().cloned().unwrap(),
        scope: vec!["read".to_owned()],
        redirects: Redirects::same(REDIRECT),
        ..Setup::default()
    }
}

fn names(actions: &[Action]) -> Vec<&'static str> {
    actions
        .iter()
        .map(|action| match action {
            Action::Send(_) => "send",
            Action::Redirect { .. } => "redirect",
            Action::AwaitCallback => "await",
            Action::AcceptCallback => "accept",
            Action::RefuseCallback { .. } => "refuse",
            Action::Sleep { .. } => "sleep",
            Action::Save(Save::Pending(_)) => "save pending",
            Action::Save(Save::Connection(_)) => "save connection",
            Action::Save(Save::Invalidated) => "save invalidated",
            Action::Finish(Ok(_)) => "finish",
            Action::Finish(Err(_)) => "fail",
        })
        .collect()
}

fn sent(actions: &[Action]) -> Request {
    actions
        .iter()
        .find_map(|action| if let Action::Send(request) = action { Some((**request).clone()) } else { None })
        .unwrap()
}

fn answer(request: &Request) -> Event {
    Event::Response { response: usual(request), duration_ms: 1 }
}

#[test]
fn the_table_of_states_is_walked() {
    let definition = oauth2(|_| ());
    let host = FixedHost::new(START, "UTC", 1);
    let mut flow = Flow::new(&definition, Entry::Connect, setup());
    assert_eq!(names(&flow.step(Event::Start, &host)), ["redirect", "await"]);
    let forged = Event::Callback { query: CallbackQuery::parse("code=1&state=x") };
    assert_eq!(names(&flow.step(forged, &host)), ["refuse", "await"]);
    let state = flow.authorization().unwrap().state.clone();
    let query = CallbackQuery::from_iter([("code", "c"), ("state", state.as_str())]);
    let token = flow.step(Event::Callback { query: query.clone() }, &host);
    assert_eq!(names(&token), ["accept", "send"]);
    let again = flow.step(Event::Callback { query }, &host);
    assert!(again.is_empty(), "a second callback with the same state changes nothing: {again:?}");
    let info = flow.step(answer(&sent(&token)), &host);
    assert_eq!(names(&info), ["send"]);
    let end = flow.step(answer(&sent(&info)), &host);
    assert_eq!(names(&end), ["save connection", "finish"]);
    for late in [Event::Start, Event::Cancelled, Event::Slept, Event::CallbackTimeout] {
        assert!(flow.step(late, &host).is_empty(), "a finished flow stays finished");
    }
}

#[test]
fn the_same_events_give_the_same_bytes() {
    let definition = oauth2(|communication| communication["authorize"]["temp"] = json!({"verifier": "{{uuid}}"}));
    let run = || {
        let host = FixedHost::new(START, "UTC", 5);
        let mut flow = Flow::new(&definition, Entry::Connect, setup());
        flow.step(Event::Start, &host);
        flow.authorization().unwrap().url.clone()
    };
    assert_eq!(run(), run());
}

#[test]
fn events_out_of_turn_change_nothing() {
    let definition = oauth2(|_| ());
    let host = FixedHost::new(START, "UTC", 1);
    let mut flow = Flow::new(&definition, Entry::Connect, setup());
    for early in [
        Event::Slept,
        Event::CallbackTimeout,
        Event::Callback { query: CallbackQuery::parse("state=1") },
        Event::Response { response: Response::new(200), duration_ms: 0 },
    ] {
        assert!(flow.step(early, &host).is_empty());
    }
    assert_eq!(names(&flow.step(Event::Start, &host)), ["redirect", "await"]);
}

#[test]
fn a_flow_can_end_at_the_redirect_and_go_on_from_what_it_saved() {
    let definition = oauth2(|communication| communication["token"]["body"]["kept"] = "{{temp.kept}}".into());
    let host = FixedHost::new(START, "UTC", 1);
    let mut flow = Flow::new(&definition, Entry::Begin, setup());
    let mut actions = flow.step(Event::Start, &host);
    assert_eq!(names(&actions), ["save pending", "redirect", "finish"]);
    assert!(matches!(actions.last(), Some(Action::Finish(Ok(Outcome::AwaitingCallback)))));
    let Action::Save(Save::Pending(pending)) = actions.remove(0) else { panic!("{actions:?}") };
    assert!(!format!("{pending:?}{actions:?}").contains(&pending.state));

    let mut resumed = Flow::resume(&definition, &pending, setup()).unwrap();
    let query = CallbackQuery::from_iter([("code", "c"), ("state", pending.state.as_str())]);
    let token = resumed.step(Event::Callback { query }, &host);
    assert_eq!(names(&token), ["accept", "send"]);
}

#[test]
fn rfc6749_10_12_an_expired_state_is_refused_by_name() {
    // connection.md §4.2: 900 seconds.
    let definition = oauth2(|_| ());
    let mut flow = Flow::new(&definition, Entry::Connect, setup());
    flow.step(Event::Start, &FixedHost::new(START, "UTC", 1));
    let query = CallbackQuery::from_iter([("code", "c"), ("state", flow.authorization().unwrap().state.as_str())]);
    let late = FixedHost::new(START + 900_000, "UTC", 1);
    let actions = flow.step(Event::Callback { query }, &late);
    assert_eq!(names(&actions), ["refuse", "fail"]);
    let Some(Action::Finish(Err(error))) = actions.last() else { panic!("{actions:?}") };
    assert!(error.message.contains("expired"), "{}", error.message);
}

/// Small and repeatable: which event comes next.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

#[test]
fn no_order_of_events_breaks_the_machine() {
    let definitions = [
        oauth2(|_| ()),
        oauth2(|communication| {
            communication.as_object_mut().unwrap().remove("authorize");
        }),
        crate::support::definition(json!({"url": "https://api.example.com/{{nosuch(}}"})),
        crate::support::definition(
            json!([{"url": "https://a.example/1", "repeat": {"condition": true, "limit": 3, "delay": 1}}, {}]),
        ),
    ];
    let entries = [Entry::Connect, Entry::Begin, Entry::Test, Entry::Validate, Entry::Refresh, Entry::Invalidate];
    let host = FixedHost::new(START, "UTC", 1);
    let mut dice = Dice(0x9e37_79b9);
    for round in 0..2_000 {
        let definition = &definitions[dice.roll(4) as usize];
        let mut flow = Flow::new(definition, entries[dice.roll(6) as usize], setup());
        let mut finishes = 0;
        for _ in 0..40 {
            let state = flow.authorization().map_or_else(String::new, |page| page.state.clone());
            let event = match dice.roll(10) {
                0..=2 => Event::Start,
                3 | 4 => {
                    Event::Response { response: Response::json(200, &json!({"access_token": "a"})), duration_ms: 0 }
                }
                5 => Event::Response { response: Response::new(500).with_body("text/html", "<"), duration_ms: 0 },
                6 => Event::Callback { query: CallbackQuery::from_iter([("code", "c"), ("state", state.as_str())]) },
                7 => Event::Callback { query: CallbackQuery::parse("a=1&a=2&state=x") },
                8 => Event::Slept,
                _ if dice.roll(8) == 0 => Event::Cancelled,
                _ => Event::CallbackTimeout,
            };
            let actions = flow.step(event, &host);
            finishes += actions.iter().filter(|action| matches!(action, Action::Finish(_))).count();
        }
        assert!(finishes <= 1, "round {round}: a flow ends once");
    }
}
