//! What a definition is changed to, and where a replay says that it differs: at the right field, and at the right line.

mod further;

use std::fmt;

use connspec_exchange::{Fixture, Request, Response};
use connspec_runner::callback::{CallbackQuery, Programmatic};
use connspec_runner::record::replay;
use connspec_runner::{FlowStep, Inputs};
use connspec_spec::layout::{LoadOptions, load_text};
use connspec_spec::{Compat, Definition};
use serde_json::json;

use crate::support::{Answer, REDIRECT, World, parameter};

/// A definition that was recorded, changed, and what its replay must say: fields with a text of the line they come from.
struct Seed(&'static str, &'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)]);

const OAUTH2: &str = include_str!("seeded/oauth2.json");
const JSON: &str = include_str!("seeded/json.json");
const OAUTH1: &str = include_str!("seeded/oauth1.json");
const API_KEY: &str = include_str!("seeded/api-key.json");

/// `2/body/code` is short for the field of the request of exchange 2.
fn pointer(written: &str) -> String {
    match written.split_once('/') {
        Some((exchange, field)) if !exchange.is_empty() => format!("/exchanges/{exchange}/request/{field}"),
        _ => written.to_owned(),
    }
}

#[rustfmt::skip]
const OF_OAUTH2: [Seed; 25] = [
    Seed("the scopes are joined by a comma", &[("join(oauth.scope, ' ')", "join(oauth.scope, ',')")], &[("/authorize/query/scope", "\"scope\": \"{{join")]),
    Seed("a scope fewer", &[("[\"read\", \"write\"]", "[\"read\"]")], &[("/authorize/query/scope", "\"scope\": \"{{join")]),
    Seed("a renamed parameter of authorize", &[("\"client_id\": \"{{parameters.clientId}}\"", "\"clientId\": \"{{parameters.clientId}}\"")], &[("/authorize/query/client_id", "\"qs\": { // authorize"), ("/authorize/query/clientId", "\"clientId\"")]),
    Seed("no PKCE challenge", &[("        \"code_challenge\": \"{{temp.codeVerifier}}\",\n", "")], &[("/authorize/query/code_challenge", "\"qs\": { // authorize")]),
    Seed("another PKCE method", &[("\"plain\"", "\"S256\"")], &[("/authorize/query/code_challenge_method", "code_challenge_method")]),
    Seed("another page", &[("example.com/authorize", "example.com/log-in")], &[("/authorize/url", "example.com/log-in")]),
    Seed("a page on another host", &[("https://auth.example.com/authorize", "https://login.example.com/authorize")], &[("/authorize/url", "https://login.example.com/authorize")]),
    Seed("a new parameter of authorize", &[("\"response_type\": \"code\",", "\"response_type\": \"code\",\n        \"prompt\": \"consent\",")], &[("/authorize/query/prompt", "\"prompt\"")]),
    Seed("another grant", &[("\"authorization_code\"", "\"password\"")], &[("0/body/grant_type", "\"password\"")]),
    Seed("no PKCE verifier", &[(",\n        \"code_verifier\": \"{{temp.codeVerifier}}\"", "")], &[("0/body/code_verifier", "\"body\": { // token")]),
    Seed("a renamed field", &[("\"code\": \"{{temp.code}}\"", "\"auth_code\": \"{{temp.code}}\"")], &[("0/body/code", "\"body\": { // token"), ("0/body/auth_code", "\"auth_code\"")]),
    Seed("another method", &[("\"method\": \"POST\", // token", "\"method\": \"PUT\", // token")], &[("0/method", "\"PUT\"")]),
    Seed("another path", &[("example.com/token", "example.com/oauth/token")], &[("0/url", "example.com/oauth/token")]),
    Seed("plain http on another port", &[("https://auth.example.com/token", "https://auth.example.com:8443/token")], &[("0/url", ":8443/token")]),
    Seed("a renamed header", &[("\"x-client\"", "\"x-app\"")], &[("0/headers/x-client", "\"headers\": { // token"), ("0/headers/x-app", "\"x-app\"")]),
    Seed("another value of a header", &[("\"x-client\": \"{{parameters.clientId}}\"", "\"x-client\": \"{{upper(parameters.clientId)}}\"")], &[("0/headers/x-client", "\"x-client\"")]),
    Seed("a header fewer", &[("        \"x-client\": \"{{parameters.clientId}}\",\n", "")], &[("0/headers/x-client", "\"headers\": { // token")]),
    Seed("a new header", &[("\"headers\": { // token", "\"headers\": { // token\n        \"accept-language\": \"en\",")], &[("0/headers/accept-language", "\"accept-language\"")]),
    Seed("the client in another order in Basic", &[("parameters.clientId + ':' + parameters.clientSecret", "parameters.clientSecret + ':' + parameters.clientId")], &[("0/headers/authorization", "Basic {{base64")]),
    Seed("a body in another encoding", &[("\"type\": \"urlencoded\", // token", "\"type\": \"json\", // token")], &[("0/headers/content-type", "\"type\": \"json\", // token"), ("0/body", "\"body\": { // token")]),
    Seed("another query in the address itself", &[("me?fields=id", "me?fields=all")], &[("1/query/fields", "me?fields=all")]),
    Seed("another scheme of authorization", &[("Bearer {{connection.accessToken}}", "Token {{connection.accessToken}}")], &[("1/headers/authorization", "Token {{connection")]),
    Seed("the access token where the refresh token belongs", &[("\"refresh_token\": \"{{data.refreshToken}}\"", "\"refresh_token\": \"{{data.accessToken}}\"")], &[("2/body/refresh_token", "\"refresh_token\": \"{{data.accessToken}}\"")]),
    Seed("a parameter of the query fewer", &[(",\n        \"reason\": \"user\"", "")], &[("3/query/reason", "\"qs\": { // invalidate")]),
    Seed("a refresh that is never due", &[("{{data.expires < addHours(now, 2)}}", "{{false}}")], &[("/exchanges/2", "{{false}}"), ("3/body/token", "\"token\": \"{{data.accessToken}}\"")]),
];

#[rustfmt::skip]
const OF_JSON: [Seed; 9] = [
    Seed("a member within a member", &[("\"name\": \"ci\"", "\"name\": \"cd\"")], &[("0/body/device/name", "\"cd\"")]),
    Seed("an element of a list", &[("              \"b\"", "              \"c\"")], &[("0/body/device/kinds/1", "              \"c\"")]),
    Seed("an element fewer", &[(",\n              \"b\"", "")], &[("0/body/device/kinds/1", "\"kinds\"")]),
    Seed("a text where a number was", &[("\"remember\": 1", "\"remember\": \"1\"")], &[("0/body/remember", "\"remember\"")]),
    Seed("a new member", &[("\"remember\": 1", "\"remember\": 1,\n          \"locale\": \"en\"")], &[("0/body/locale", "\"locale\"")]),
    Seed("a member fewer", &[(",\n          \"remember\": 1", "")], &[("0/body/remember", "\"body\": { // session")]),
    Seed("a form where JSON was", &[("\"type\": \"json\", // session", "\"type\": \"urlencoded\", // session")], &[("0/headers/content-type", "\"urlencoded\""), ("0/body", "\"body\": { // session")]),
    Seed("a field of the second request", &[("\"client_credentials\"", "\"password\"")], &[("1/body/grant_type", "\"password\"")]),
    Seed("another member of the answer is stored", &[("{{body.access_token}}", "{{body.id_token}}")], &[("/data/accessToken", "{{body.id_token}}")]),
];

#[rustfmt::skip]
const OF_OAUTH1: [Seed; 4] = [
    Seed("another signature method", &[("HMAC-SHA1", "PLAINTEXT")], &[("0/headers/authorization/oauth_signature_method", "PLAINTEXT")]),
    Seed("the page is opened with another token", &[("\"token\": \"{{temp.token}}\" // authorize", "\"token\": \"{{temp.secret}}\" // authorize")], &[("/authorize/query/oauth_token", "{{temp.secret}}\" // authorize")]),
    Seed("a verifier that is no more", &[("{{query.oauth_verifier}}", "{{query.verifier}}")], &[("1/headers/authorization/oauth_verifier", "{{query.verifier}}")]),
    Seed("an address to come back to", &[("\"signature_method\"", "\"callback\": \"https://app.example.com/\",\n      \"signature_method\"")], &[("0/headers/authorization/oauth_callback", "\"callback\"")]),
];

#[rustfmt::skip]
const OF_API_KEY: [Seed; 2] = [
    Seed("the key under another name", &[("\"api_key\"", "\"key\"")], &[("0/query/api_key", "\"qs\""), ("0/query/key", "\"key\"")]),
    Seed("another member is the account", &[("{{body.id}}", "{{body.account}}")], &[("/uid", "{{body.account}}")]),
];

/// Changes that mean the same on the wire.
#[rustfmt::skip]
const HARMLESS: [(&str, &[(&str, &str)]); 6] = [
    (OAUTH2, &[("        \"kind\": \"token\",\n        \"reason\": \"user\"", "        \"reason\": \"user\",\n        \"kind\": \"token\"")]),
    (OAUTH2, &[("\"x-client\"", "\"X-Client\"")]),
    (OAUTH2, &[("https://auth.example.com/token", "https://AUTH.example.com:443/token")]),
    (OAUTH2, &[("\"grant_type\": \"refresh_token\",\n        \"refresh_token\": \"{{data.refreshToken}}\"", "\"refresh_token\": \"{{data.refreshToken}}\",\n        \"grant_type\": \"refresh_token\"")]),
    (JSON, &[("\"name\": \"ci\",\n            \"kinds\": [\n              \"a\",\n              \"b\"\n            ]", "\"kinds\": [\n              \"a\",\n              \"b\"\n            ],\n            \"name\": \"ci\"")]),
    (API_KEY, &[("\"method\": \"GET\"", "\"method\": \"get\"")]),
];

fn loaded(text: &str) -> Definition {
    let definition = load_text("app.json", text, &LoadOptions::default()).unwrap().definition;
    assert!(!definition.is_broken(), "{:?}", definition.findings);
    definition
}

/// What the recorded provider answers.
fn provider(request: &Request) -> Answer {
    let form = |text: &str| Response::new(200).with_body("application/x-www-form-urlencoded", text);
    Ok(match request.url.split('?').next().unwrap().rsplit('/').next().unwrap() {
        "request_token" => form("oauth_token=request-1&oauth_token_secret=request-secret-1"),
        "access_token" => form("oauth_token=access-1&oauth_token_secret=access-secret-1"),
        "session" => Response::json(200, &json!({"session": "session-1"})),
        "token" => {
            Response::json(200, &json!({"access_token": "access-1", "refresh_token": "refresh-1", "expires_in": 3600}))
        }
        "refresh" => Response::json(200, &json!({"access_token": "access-2", "expires_in": 36000})),
        "revoke" => Response::new(204),
        _ => Response::json(200, &json!({"id": "u-1", "name": "Jane", "account": "a-7"})),
    })
}

fn person() -> Programmatic {
    let once = std::sync::atomic::AtomicBool::new(true);
    Programmatic::new(Some(REDIRECT.to_owned()), move |url| {
        let query = match parameter(&url, "state") {
            Some(state) => format!("code=code-1&state={state}"),
            None => "oauth_token=request-1&oauth_verifier=verifier-1".to_owned(),
        };
        let first = once.swap(false, std::sync::atomic::Ordering::SeqCst);
        Box::pin(std::future::ready(first.then(|| CallbackQuery::parse(&query))))
    })
}

async fn recorded(text: &str) -> Fixture {
    let steps: &[FlowStep] = if text == OAUTH2 {
        &[FlowStep::Connect, FlowStep::Refresh, FlowStep::Invalidate]
    } else {
        &[FlowStep::Connect]
    };
    recorded_by(World::new(provider), &loaded(text), steps, &person()).await
}

async fn recorded_by(world: World, definition: &Definition, steps: &[FlowStep], person: &Programmatic) -> Fixture {
    let parameters = json!({
        "clientId": "client-1", "clientSecret": "client-secret-1", "user": "jane", "apiKey": "api-key-1",
        "consumerKey": "consumer-1", "consumerSecret": "consumer-secret-1", "password": "pass-word-1",
        "tenant": "acme", "CLIENT_ID": "client-1", "CLIENT_SECRET": "client-secret-1",
    });
    let inputs = Inputs { parameters: parameters.as_object().cloned().unwrap(), ..Inputs::default() };
    let recorded = world.runner.record(definition, "app.json", &inputs, steps, person).await;
    assert!(recorded.report.succeeded(), "{:?}", recorded.report);
    assert_eq!(recorded.unsettled, []);
    let fixture = recorded.fixture.unwrap();
    let unchanged = replay(&fixture, definition, &Compat::default()).await;
    assert!(unchanged.passed(), "{:#?}", unchanged.differences);
    fixture
}

/// How many seeds there were, and how many were told at the right place.
#[derive(Default)]
struct Tally {
    seeded: usize,
    fields: usize,
    lines: usize,
    /// What was told otherwise.
    wrong: Vec<String>,
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seeded, fields, lines, .. } = self;
        write!(formatter, "{seeded} seeded differences: {fields} at the right field, {lines} at the right line")
    }
}

impl Tally {
    /// Replays `fixture`, which was recorded of `text`, against `text` with each of the changes.
    async fn judge(&mut self, fixture: &Fixture, load: fn(&str) -> Definition, text: &str, seeds: &[Seed]) {
        for Seed(name, changes, expected) in seeds {
            let text = changed(text, changes);
            let replayed = replay(fixture, &load(&text), &Compat::default()).await;
            // The flow's own error stands beside the fields that caused it, what follows from it behind them.
            let told: Vec<_> = replayed.differences.iter().filter(|found| found.pointer != "/error").collect();
            let found: Vec<&str> = told.iter().map(|found| found.pointer.as_str()).collect();
            let wanted: Vec<String> = expected.iter().map(|(field, _)| pointer(field)).collect();
            let found_lines: Vec<Option<usize>> =
                told.iter().map(|found| found.location.as_ref().map(|place| place.line)).collect();
            let wanted_lines: Vec<Option<usize>> =
                expected.iter().map(|(_, words)| Some(line_of(&text, words))).collect();
            let exact = wanted.iter().all(|field| found.contains(&field.as_str()));
            let of_expectations =
                |field: &&&str| ["/data", "/scope", "/uid", "/metadata"].iter().any(|place| field.starts_with(place));
            let right_field = exact && found.iter().filter(|field| !of_expectations(field)).count() <= wanted.len();
            let right_line = wanted_lines.iter().zip(&wanted).all(|(line, field)| {
                found.iter().zip(&found_lines).any(|(other, place)| other == field && place == line)
            });
            self.seeded += 1;
            self.fields += usize::from(right_field);
            self.lines += usize::from(right_line);
            if !right_field || !right_line {
                self.wrong.push(format!("{name}: {found:?} at {found_lines:?}, not {wanted:?} at {wanted_lines:?}"));
            }
        }
    }
}

fn changed(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in the definition");
        text.replace(from, to)
    })
}

/// The number of the only line that holds `words`.
fn line_of(text: &str, words: &str) -> usize {
    let lines: Vec<usize> =
        text.lines().enumerate().filter(|(_, line)| line.contains(words)).map(|(at, _)| at + 1).collect();
    assert_eq!(lines.len(), 1, "`{words}` stands on one line, not on {lines:?}");
    lines[0]
}

#[tokio::test]
#[allow(clippy::print_stdout, reason = "the figures are what the test is for")]
async fn forty_seeded_differences_are_told_at_the_right_field_and_line() {
    let mut tally = Tally::default();
    let tables: [(&str, &[Seed]); 4] =
        [(OAUTH2, &OF_OAUTH2), (JSON, &OF_JSON), (OAUTH1, &OF_OAUTH1), (API_KEY, &OF_API_KEY)];
    for (text, seeds) in tables {
        tally.judge(&recorded(text).await, loaded, text, seeds).await;
    }
    for (text, changes) in HARMLESS {
        let replayed = replay(&recorded(text).await, &loaded(&changed(text, changes)), &Compat::default()).await;
        if !replayed.passed() {
            tally.wrong.push(format!("{changes:?} means the same, and yet: {:?}", replayed.differences));
        }
    }
    println!("{tally}");
    println!("{} changes that mean the same: no difference", HARMLESS.len());
    assert_eq!(tally.wrong, Vec::<String>::new());
    assert_eq!(tally.seeded, 40);
}
