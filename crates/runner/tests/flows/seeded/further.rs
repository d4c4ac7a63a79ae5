//! Further kinds of differences, over every kind of connection.

use connspec_exchange::{Fixture, Request, Response};
use connspec_runner::record::replay;
use connspec_runner::{ApiRequest, FlowStep};
use connspec_spec::{Compat, Definition, LoadOptions, load};
use serde_json::json;

use super::{Seed, Tally, loaded, person, recorded_by};
use crate::support::{Answer, World};

const LIFE: &str = include_str!("life.json");
const LOGIN: &str = include_str!("login.json");
const CREDENTIALS: &str = include_str!("credentials.json");
const BASIC: &str = include_str!("basic.json");
const SIGNED: &str = include_str!("signed.json");
const BASE: &str = include_str!("base.json");
const MANIFEST: &str = include_str!("manifest.json");

/// Preauthorize, authorize and PKCE, token, info and invalidate as lists, refresh.
#[rustfmt::skip]
const OF_LIFE: [Seed; 41] = [
    Seed("preauthorize asks elsewhere", &[("example.com/discover", "example.com/metadata")], &[("0/url", "example.com/metadata")]),
    Seed("a renamed parameter of preauthorize", &[("\"client\":", "\"app\":")], &[("0/query/client", "\"qs\": { // discover"), ("0/query/app", "\"app\":")]),
    Seed("a header of the second request of a list", &[("\"accept-version\": \"2\"", "\"accept-version\": \"3\"")], &[("1/headers/accept-version", "\"accept-version\"")]),
    Seed("what the first request hands to the second is misspelt", &[("{{temp.page}}", "{{temp.pages}}")], &[("1/body/hint", "{{temp.pages}}")]),
    Seed("the second request of preauthorize is held back", &[("\"url\": \"https://auth.example.com/par\",", "\"url\": \"https://auth.example.com/par\",\n        \"condition\": \"{{false}}\",")], &[("/exchanges/1", "{{false}}"), ("/authorize/query/ticket", "\"ticket\": \"{{temp.ticket}}\"")]),
    Seed("a PKCE challenge in hexadecimal", &[("'base64')", "'hex')")], &[("/authorize/query/code_challenge", "\"code_challenge\":")]),
    Seed("a PKCE challenge with its padding", &[("{{replace(replace(replace(", "{{replace(replace("), (", '=', '')}}", "}}")], &[("/authorize/query/code_challenge", "\"code_challenge\":")]),
    Seed("the verifier of another attempt", &[("\"code_verifier\": \"{{temp.codeVerifier}}\"", "\"code_verifier\": \"{{uuid}}{{uuid}}\"")], &[("2/body/code_verifier", "\"code_verifier\"")]),
    Seed("another redirect URI than authorize had", &[("\"{{oauth.localRedirectUri}}\", // token", "\"https://www.example.com/cb\", // token")], &[("2/body/redirect_uri", "https://www.example.com/cb")]),
    Seed("a renamed client secret", &[("\"client_secret\":", "\"clientSecret\":")], &[("2/body/client_secret", "\"body\": { // token"), ("2/body/clientSecret", "\"clientSecret\":")]),
    Seed("another field of the form as the client", &[("\"{{parameters.clientId}}\", // token", "\"{{parameters.user}}\", // token")], &[("2/body/client_id", "{{parameters.user}}")]),
    Seed("a value of a repeated parameter fewer", &[("            \"one\",\n            \"two\"\n", "            \"one\"\n")], &[("/authorize/query/audience", "\"audience\"")]),
    Seed("a repeated parameter in another order", &[("            \"one\",\n            \"two\"\n", "            \"two\",\n            \"one\"\n")], &[("/authorize/query/audience", "\"audience\""), ("/authorize/query/audience", "\"audience\"")]),
    Seed("a number in a member of a member", &[("\"days\": 60", "\"days\": 90")], &[("3/body/grant/days", "\"days\"")]),
    Seed("a text in a member of a member", &[("\"long_lived\"", "\"short_lived\"")], &[("3/body/grant/type", "\"short_lived\"")]),
    Seed("a member a level higher", &[("\"type\": \"long_lived\",\n            \"days\": 60\n          },", "\"type\": \"long_lived\"\n          },\n          \"days\": 60,")], &[("3/body/grant/days", "\"grant\""), ("3/body/days", "\"days\"")]),
    Seed("no null any more", &[(",\n          \"note\": null", "")], &[("3/body/note", "\"body\": { // exchange")]),
    Seed("a text where null was", &[("\"note\": null", "\"note\": \"\"")], &[("3/body/note", "\"note\"")]),
    Seed("the code where the token belongs", &[("Bearer {{data.accessToken}}\"\n", "Bearer {{temp.code}}\"\n")], &[("3/headers/authorization", "Bearer {{temp.code}}")]),
    Seed("the second request for a token is held back", &[("{{temp.code + ''}}", "{{false}}")], &[("/exchanges/3", "{{false}}"), ("4/headers/authorization", "{{connection.accessToken}}\",")]),
    Seed("a header of info fewer", &[("          \"x-tenant\": \"acme\",\n", "")], &[("4/headers/x-tenant", "\"headers\": { // me")]),
    Seed("another cookie", &[("lang=en", "lang=de")], &[("4/headers/cookie", "\"cookie\"")]),
    Seed("another answer is asked for", &[("\"headers\": { // me", "\"headers\": { // me\n          \"accept\": \"application/xml\",")], &[("4/headers/accept", "\"accept\"")]),
    Seed("a program of another name", &[("\"headers\": { // me", "\"headers\": { // me\n          \"user-agent\": \"acme/1\",")], &[("4/headers/user-agent", "\"user-agent\"")]),
    Seed("a segment of the path", &[("{{temp.team}}", "{{temp.teams}}")], &[("5/url", "{{temp.teams}}")]),
    Seed("a nested parameter of the query", &[("\"state\": \"open\"", "\"state\": \"closed\"")], &[("5/query/filter[state]", "\"state\"")]),
    Seed("a date in another notation", &[("YYYY-MM-DD", "DD.MM.YYYY")], &[("5/query/since", "\"since\"")]),
    Seed("an empty parameter fewer", &[(",\n          \"tag\": \"\"", "")], &[("5/query/tag", "\"qs\": { // teams")]),
    Seed("the account's name in capitals", &[("\"value\": \"{{body.name}}\"", "\"value\": \"{{upper(body.name)}}\"")], &[("/metadata/value", "\"value\"")]),
    Seed("another kind of metadata", &[("\"type\": \"text\"", "\"type\": \"email\"")], &[("/metadata/type", "\"email\"")]),
    Seed("another member as the account", &[("\"uid\": \"{{body.id}}\"", "\"uid\": \"{{body.account}}\"")], &[("/uid", "\"uid\"")]),
    Seed("data under another name", &[("\"team\": \"{{body.name}}\"", "\"squad\": \"{{body.name}}\"")], &[("/data/team", "\"data\": { // team"), ("/data/squad", "\"squad\"")]),
    Seed("Basic without the secret", &[("parameters.clientId + ':' + parameters.clientSecret", "parameters.clientId + ':'")], &[("6/headers/authorization", "Basic {{base64")]),
    Seed("a refresh that carries no body", &[("\"POST\", // refresh", "\"GET\", // refresh")], &[("6/method", "\"GET\""), ("6/headers/content-type", "\"type\": \"urlencoded\", // refresh"), ("6/body", "\"body\": { // refresh")]),
    Seed("a misspelt grant", &[("\"grant_type\": \"refresh_token\"", "\"grant_type\": \"refreshtoken\"")], &[("6/body/grant_type", "\"refreshtoken\"")]),
    Seed("a slash at the end", &[("example.com/refresh\"", "example.com/refresh/\"")], &[("6/url", "example.com/refresh/")]),
    Seed("the life of the token in minutes", &[("\"{{addSeconds(now, body.expires_in)}}\" // refresh", "\"{{addMinutes(now, body.expires_in)}}\" // refresh")], &[("/data/expires", "addMinutes")]),
    Seed("another hint", &[("\"token_type_hint\": \"refresh_token\"", "\"token_type_hint\": \"access_token\"")], &[("7/body/token_type_hint", "\"token_type_hint\"")]),
    Seed("another token is given up", &[("\"{{data.refreshToken}}\", // first", "\"{{data.accessToken}}\", // first")], &[("7/body/token", "\"{{data.accessToken}}\", // first")]),
    Seed("the second request gives up by another method", &[("\"POST\", // second", "\"DELETE\", // second")], &[("8/method", "\"DELETE\"")]),
    Seed("the granted scope is read from elsewhere", &[("{{body.scope}}", "{{body.scopes}}")], &[("/scope", "{{body.scopes}}")]),
];

/// A login in XML, a form with parts, a list as JSON, then a token.
#[rustfmt::skip]
const OF_LOGIN: [Seed; 10] = [
    Seed("a renamed element of XML", &[("<user>{{parameters.user}}</user>", "<name>{{parameters.user}}</name>")], &[("0/body", "<login>")]),
    Seed("another media type of a text", &[("text/xml", "application/soap+xml")], &[("0/headers/content-type", "application/soap+xml")]),
    Seed("another action", &[("urn:login", "urn:logon")], &[("0/headers/soapaction", "urn:logon")]),
    Seed("a part of a form", &[("build server", "laptop")], &[("1/body/label", "laptop")]),
    Seed("a renamed part of a form", &[("\"label\":", "\"title\":")], &[("1/body/label", "\"body\": { // device"), ("1/body/title", "\"title\":")]),
    Seed("a form without parts", &[("multipart/form-data", "urlencoded")], &[("1/headers/content-type", "\"urlencoded\""), ("1/body", "\"body\": { // device")]),
    Seed("a text where a truth value was", &[("\"remember\": true", "\"remember\": \"true\"")], &[("2/body/1/remember", "\"remember\"")]),
    Seed("a text where a list was", &[("[\n              \"read\"\n            ]", "\"read\"")], &[("2/body/1/kinds", "\"kinds\"")]),
    Seed("the session is handed on under another name", &[("{{body.session}}", "{{body.sid}}")], &[("1/body/session", "{{temp.session}}")]),
    Seed("the token in another header", &[("\"x-access-token\"", "\"x-auth-token\"")], &[("3/headers/x-access-token", "\"headers\": { // info"), ("3/headers/x-auth-token", "\"x-auth-token\"")]),
];

/// Client credentials at a tenant's own host.
#[rustfmt::skip]
const OF_CREDENTIALS: [Seed; 6] = [
    Seed("another host", &[("{{parameters.tenant}}", "{{parameters.user}}")], &[("0/url", "{{parameters.user}}")]),
    Seed("the client in the body", &[("      \"headers\": { // token\n        \"authorization\": \"Basic {{base64(parameters.clientId + ':' + parameters.clientSecret)}}\"\n      },\n", ""), ("\"client_credentials\",", "\"client_credentials\",\n        \"client_id\": \"{{parameters.clientId}}\",\n        \"client_secret\": \"{{parameters.clientSecret}}\",")], &[("0/headers/authorization", "\"token\": {"), ("0/body/client_id", "\"client_id\""), ("0/body/client_secret", "\"client_secret\"")]),
    Seed("no scope", &[(",\n        \"scope\": \"{{join(oauth.scope, ' ')}}\"", "")], &[("0/body/scope", "\"body\": { // token")]),
    Seed("scopes in another order", &[("[\"read\", \"write\"]", "[\"write\", \"read\"]")], &[("0/body/scope", "\"scope\": \"{{join")]),
    Seed("a token that is never fetched", &[("{{if(data.accessToken, data.expires < addMinutes(now, 1), true)}}", "{{false}}")], &[("/exchanges/0", "{{false}}"), ("1/headers/authorization", "Bearer {{connection")]),
    Seed("no expiry", &[(",\n          \"expires\": \"{{addSeconds(now, body.expires_in)}}\"", "")], &[("/data/expires", "\"data\": {")]),
];

/// User and password, two requests.
#[rustfmt::skip]
const OF_BASIC: [Seed; 6] = [
    Seed("another value in the path", &[("login/{{parameters.user}}", "login/{{parameters.clientId}}")], &[("0/url", "login/{{parameters.clientId}}")]),
    Seed("credentials that are not encoded", &[("Basic {{base64(parameters.user + ':' + parameters.password)}}\"\n", "Basic {{parameters.user + ':' + parameters.password}}\"\n")], &[("0/headers/authorization", "Basic {{parameters.user")]),
    Seed("a number of the query", &[("\"page\": 1", "\"page\": 2")], &[("1/query/page", "\"page\"")]),
    Seed("another value of the query", &[("\"id\": \"{{data.account}}\"", "\"id\": \"{{parameters.user}}\"")], &[("1/query/id", "\"id\"")]),
    Seed("a renamed header of the second request", &[("\"x-account\"", "\"x-acct\"")], &[("1/headers/x-account", "\"headers\": { // accounts"), ("1/headers/x-acct", "\"x-acct\"")]),
    Seed("the first request stores another member", &[("{{body.account}}", "{{body.name}}")], &[("1/query/id", "\"id\""), ("1/headers/x-account", "\"x-account\"")]),
];

/// OAuth 1 with a body and a signed info.
#[rustfmt::skip]
const OF_SIGNED: [Seed; 6] = [
    Seed("another parameter beside the token", &[("\"force_login\": \"true\"", "\"force_login\": \"false\"")], &[("/authorize/query/force_login", "\"force_login\"")]),
    Seed("another field of a signed body", &[("\"mode\": \"client\"", "\"mode\": \"web\"")], &[("1/body/mode", "\"mode\"")]),
    Seed("another consumer", &[("{{parameters.consumerKey}}", "{{parameters.clientId}}")], &[("0/headers/authorization/oauth_consumer_key", "{{parameters.clientId}}")]),
    Seed("the secret as the temporary token", &[("\"{{temp.token}}\", // accessToken", "\"{{temp.secret}}\", // accessToken")], &[("1/headers/authorization/oauth_token", "\"{{temp.secret}}\", // accessToken")]),
    Seed("info is signed with the secret as its token", &[("\"{{connection.token}}\", // info", "\"{{connection.tokenSecret}}\", // info")], &[("2/headers/authorization/oauth_token", "\"{{connection.tokenSecret}}\", // info")]),
    Seed("the secret is stored as the token", &[("\"{{body.oauth_token}}\", // data", "\"{{body.oauth_token_secret}}\", // data")], &[("2/headers/authorization/oauth_token", "\"{{connection.token}}\", // info")]),
];

/// Calls of the API through the app's base.
#[rustfmt::skip]
const OF_BASE: [Seed; 6] = [
    Seed("the base's scheme", &[("Bearer {{connection.apiKey}}", "Key {{connection.apiKey}}")], &[("1/headers/authorization", "Key {{connection")]),
    Seed("a header of the base", &[("\"x-format\": \"json\"", "\"x-format\": \"xml\"")], &[("1/headers/x-format", "\"x-format\"")]),
    Seed("a new header of the base", &[("\"headers\": { // base", "\"headers\": { // base\n    \"x-trace\": \"on\",")], &[("1/headers/x-trace", "\"x-trace\"")]),
    Seed("a parameter of the base", &[("\"expand\": \"all\"", "\"expand\": \"none\"")], &[("1/query/expand", "\"expand\"")]),
    Seed("a renamed parameter of the base", &[("\"expand\"", "\"include\"")], &[("1/query/expand", "\"qs\": { // qs"), ("1/query/include", "\"include\"")]),
    Seed("another base", &[("example.com/v2", "example.com/v3")], &[("1/url", "\"baseUrl\"")]),
];

/// An integration manifest.
#[rustfmt::skip]
const OF_MANIFEST: [Seed; 7] = [
    Seed("the manifest's scope", &[("scope=read", "scope=write")], &[("/authorize/query/scope", "authenticate_url")]),
    Seed("the manifest's grant", &[("\"authorization_code\"", "\"code\"")], &[("0/body/grant_type", "\"grant_type\": \"code\"")]),
    Seed("the manifest's redirect URI", &[("\"{{ redirect_url|safe }}\"", "\"https://www.example.com/\"")], &[("0/body/redirect_uri", "https://www.example.com/")]),
    Seed("the manifest's header", &[("application/json", "application/xml")], &[("0/headers/accept", "application/xml")]),
    Seed("the manifest's address", &[("example.com/token", "example.com/tokens")], &[("0/url", "example.com/tokens")]),
    Seed("the manifest's method", &[("\"PUT\"", "\"PATCH\"")], &[("1/method", "\"PATCH\"")]),
    Seed("the manifest's other token", &[("{{ oauth.refresh_token|safe }}", "{{ oauth.refresh|safe }}")], &[("1/body/refresh_token", "{{ oauth.refresh|safe }}")]),
];

/// Changes that mean the same on the wire.
#[rustfmt::skip]
const HARMLESS: [(&str, &str, &str); 8] = [
    (LIFE, "\"accept-version\"", "\"Accept-Version\""),
    (LIFE, "\"days\": 60", "\"days\": 60.0"),
    (LIFE, "Basic {{base64", "basic {{base64"),
    (LIFE, "https://api.example.com/me", "https://API.example.com:443/me"),
    (LIFE, "\"type\": \"long_lived\",\n            \"days\": 60", "\"days\": 60,\n            \"type\": \"long_lived\""),
    (LOGIN, "\"label\": \"build server\",\n          \"session\": \"{{temp.session}}\"", "\"session\": \"{{temp.session}}\",\n          \"label\": \"build server\""),
    (LOGIN, "\"text/xml\"", "\"Text/XML; charset=UTF-8\""),
    (CREDENTIALS, "\"grant_type\": \"client_credentials\",\n        \"scope\": \"{{join(oauth.scope, ' ')}}\"", "\"scope\": \"{{join(oauth.scope, ' ')}}\",\n        \"grant_type\": \"client_credentials\""),
];

/// What the recorded provider answers.
fn provider(request: &Request) -> Answer {
    let form = |text: &str| Response::new(200).with_body("application/x-www-form-urlencoded", text);
    Ok(match request.url.split('?').next().unwrap().rsplit('/').next().unwrap() {
        "discover" => Response::json(200, &json!({"page": "page-one"})),
        "par" => Response::json(200, &json!({"ticket": "ticket-one"})),
        "token" => Response::json(
            200,
            &json!({"access_token": "access-1", "refresh_token": "refresh-1", "expires_in": 3600, "scope": "read"}),
        ),
        "exchange" => {
            Response::json(200, &json!({"access_token": "access-2", "refresh_token": "refresh-2", "expires_in": 3600}))
        }
        "refresh" => Response::json(200, &json!({"access_token": "access-3", "expires_in": 36000})),
        "login.xml" => Response::json(200, &json!({"session": "session-one"})),
        "device" => Response::json(200, &json!({"id": "device-one"})),
        "request_token" => form("oauth_token=request-1&oauth_token_secret=request-secret-1"),
        "access_token" => form("oauth_token=access-1&oauth_token_secret=access-secret-1"),
        "revoke" | "logout" => Response::new(204),
        _ => Response::json(200, &json!({"id": "u-1", "name": "Jane", "account": "a-7"})),
    })
}

async fn recorded(definition: &Definition, steps: &[FlowStep]) -> Fixture {
    recorded_by(World::new(provider), definition, steps, &person()).await
}

/// An app with a connection by key, and `base`.
#[allow(clippy::disallowed_methods, reason = "the app is written where it is loaded from")]
fn app(base: &str) -> Definition {
    let folder = tempfile::tempdir().unwrap();
    let manifest = json!({
        "fileVersion": 1,
        "generalCodeFiles": {"base": "base.iml.json"},
        "components": {"connection": {"key": {
            "label": "Key", "connectionType": "basic", "codeFiles": {"communication": "communication.iml.json"},
        }}},
        "origins": [],
    });
    let communication = r#"{"url": "https://api.example.com/ping", "headers": {"x-api-key": "{{parameters.apiKey}}"}}"#;
    for (name, text) in [
        ("makecomapp.json", manifest.to_string().as_str()),
        ("communication.iml.json", communication),
        ("base.iml.json", base),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let definition = load(folder.path(), &LoadOptions::default()).unwrap().definition;
    assert!(!definition.is_broken() && definition.base.is_some(), "{:?}", definition.findings);
    definition
}

#[tokio::test]
#[allow(clippy::print_stdout, reason = "the figures are what the test is for")]
async fn further_seeded_differences_are_told_at_the_right_field_and_line() {
    use FlowStep::{Connect, ForcedRefresh, Invalidate, Refresh, Request};
    let call = ApiRequest { url: "/things".to_owned(), ..ApiRequest::default() };
    type Load = fn(&str) -> Definition;
    let tables: [(&str, Load, Vec<FlowStep>, &[Seed]); 7] = [
        (LIFE, loaded, vec![Connect, Refresh, Invalidate], &OF_LIFE),
        (LOGIN, loaded, vec![Connect], &OF_LOGIN),
        (CREDENTIALS, loaded, vec![Connect], &OF_CREDENTIALS),
        (BASIC, loaded, vec![Connect], &OF_BASIC),
        (SIGNED, loaded, vec![Connect], &OF_SIGNED),
        (BASE, app, vec![Connect, Request(call)], &OF_BASE),
        (MANIFEST, loaded, vec![Connect, ForcedRefresh], &OF_MANIFEST),
    ];
    let mut tally = Tally::default();
    for (text, load, steps, seeds) in tables {
        let fixture = recorded(&load(text), &steps).await;
        tally.judge(&fixture, load, text, seeds).await;
        for (_, from, to) in HARMLESS.iter().filter(|(of, ..)| *of == text) {
            let changed = super::changed(text, &[(from, to)]);
            let replayed = replay(&fixture, &load(&changed), &Compat::default()).await;
            if !replayed.passed() {
                tally.wrong.push(format!("{to} means the same, and yet: {:?}", replayed.differences));
            }
        }
    }
    println!("{tally}");
    println!("{} changes that mean the same: no difference", HARMLESS.len());
    assert_eq!(tally.wrong, Vec::<String>::new());
    assert_eq!(tally.seeded, 82);
}
