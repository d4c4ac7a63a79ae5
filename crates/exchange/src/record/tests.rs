//! A flow recorded: what the fixture says, and what it must not say.

mod places;

use serde_json::json;

use super::*;
use crate::Learned;

const ACCESS: &str = "ya29.access-token/+1";
const REFRESH: &str = "1//refresh token";
const SECRET: &str = "s3cret&of the=client";

fn provider(request: &Request) -> Result<Response, TransportError> {
    let path = request.url.split(['?', '#']).next().unwrap_or_default();
    match path {
        "https://a.example/token" => {
            let body =
                json!({"access_token": ACCESS, "refresh_token": REFRESH, "expires_in": 300, "token_type": "Bearer"});
            Ok(Response::json(200, &body)
                .with_header("Transfer-Encoding", "chunked")
                .with_header("Cache-Control", "no-store"))
        }
        "https://a.example/me" => {
            let echo = json!({"sentence": format!("your token is {ACCESS}"), "again": {"token": ACCESS}});
            Ok(Response::json(200, &echo).with_header("Set-Cookie", "session=0123456789abcdef; Path=/"))
        }
        _ => Err(TransportError::new(TransportErrorKind::Refused, "nothing there")),
    }
}

fn basic(user: &str, password: &str) -> String {
    use base64::Engine as _;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}")))
}

async fn recorded() -> (Recorder<impl Transport>, Secrets) {
    let secrets = Secrets::new();
    secrets.learn("clientSecret", SECRET);
    let recorder = Recorder::new(provider, secrets.clone());
    let token = Request::new("POST", "https://a.example/token")
        .with_form([
            ("grant_type", "authorization_code"),
            ("code", "the-code"),
            ("code_verifier", "a-long-verifier"),
            ("client_secret", SECRET),
        ])
        .with_header("Authorization", basic("academy", SECRET))
        .with_header("User-Agent", "connspec/0.1.0")
        .with_label("token", 0);
    recorder.send(&token).await.unwrap();
    let info = Request::get(format!("https://a.example/me?access_token={}", crate::encode::percent::component(ACCESS)))
        .with_header("Authorization", format!("Bearer {ACCESS}"))
        .with_label("info", 0);
    recorder.send(&info).await.unwrap();
    recorder.send(&Request::get("https://a.example/away").with_label("info", 1)).await.unwrap_err();
    (recorder, secrets)
}

fn frame() -> Fixture {
    let mut fixture = Fixture::new();
    fixture.spec = Some("academy-v2".into());
    fixture.steps = vec!["connect".into()];
    fixture.inputs = json!({"parameters": {"clientSecret": SECRET}, "scope": ["read"]}).as_object().unwrap().clone();
    fixture.callback = json!({"code": "the-code", "state": "abc"}).as_object().cloned();
    fixture.expect = Some(json!({"data": {"accessToken": ACCESS, "refreshToken": REFRESH}}));
    fixture
}

#[tokio::test]
async fn the_fixture_of_a_flow() {
    let (recorder, _) = recorded().await;
    assert_eq!(recorder.len(), 3);
    let fixture = recorder.fixture(frame()).unwrap();
    let expected = json!({
        "version": 2,
        "spec": "academy-v2",
        "steps": ["connect"],
        "inputs": {"parameters": {"clientSecret": "«clientSecret#1»"}, "scope": ["read"]},
        "callback": {"code": "«code#1»", "state": "abc"},
        "exchanges": [
            {
                "block": "token",
                "request": {
                    "method": "POST",
                    "url": "https://a.example/token",
                    "headers": {
                        "content-type": "application/x-www-form-urlencoded",
                        "Authorization": "Basic «base64:academy:«clientSecret#1»»"
                    },
                    "body": "grant_type=authorization_code&code=«code#1»&code_verifier=«codeVerifier#1»&client_secret=«clientSecret#1»"
                },
                "response": {
                    "status": 200,
                    "headers": {"Cache-Control": "no-store", "content-type": "application/json"},
                    "body": {"access_token": "«accessToken#1»", "refresh_token": "«refreshToken#1»", "expires_in": 300, "token_type": "Bearer"}
                }
            },
            {
                "block": "info",
                "request": {
                    "method": "GET",
                    "url": "https://a.example/me?access_token=«accessToken#1»",
                    "headers": {"Authorization": "Bearer «accessToken#1»"}
                },
                "response": {
                    "status": 200,
                    "headers": {"content-type": "application/json", "Set-Cookie": "session=«cookieSession#1»; Path=/"},
                    "body": {"sentence": "your token is «accessToken#1»", "again": {"token": "«accessToken#1»"}}
                }
            },
            {
                "block": "info",
                "request": {"method": "GET", "url": "https://a.example/away"},
                "response": {"status": 0, "failure": "refused"}
            }
        ],
        "expect": {"data": {"accessToken": "«accessToken#1»", "refreshToken": "«refreshToken#1»"}}
    });
    assert_eq!(serde_json::to_value(&fixture).unwrap(), expected);
    assert_eq!(Fixture::from_text(&fixture.to_text()).unwrap(), fixture);
}

#[tokio::test]
async fn secrets_learnt_late_are_hidden_from_the_beginning() {
    let secrets = Secrets::new();
    let recorder = Recorder::new(provider, secrets.clone());
    recorder
        .send(&Request::get("https://a.example/me").with_header("X-Tenant", "tenant-key-1").with_label("info", 0))
        .await
        .unwrap();
    assert_eq!(secrets.learn("tenantKey", "tenant-key-1"), Learned::New);
    let text = recorder.fixture(Fixture::new()).unwrap().to_text();
    assert!(text.contains("«tenantKey#1»") && !text.contains("tenant-key-1"), "{text}");
}

#[test]
fn every_place_of_a_known_secret_is_scrubbed() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    let secret = "the?secret>of~them/all";
    let secrets = Secrets::new();
    secrets.learn("key", secret);
    let table = [
        (format!("plain {secret}!"), "plain «key#1»!"),
        (format!("https://x/{}/y", crate::encode::percent::component(secret)), "https://x/«key#1»/y"),
        (format!("Basic {}", STANDARD.encode(format!("a:{secret}"))), "Basic «base64:a:«key#1»»"),
        (format!("Basic {}", STANDARD.encode(format!("ab:{secret}"))), "Basic «base64:ab:«key#1»»"),
        (format!("Basic {}", STANDARD_NO_PAD.encode(format!("ab:{secret}:c"))), "Basic «base64:ab:«key#1»:c»"),
        (
            format!("x.{}.y", URL_SAFE_NO_PAD.encode(format!("{{\"k\":\"{secret}\"}}"))),
            "x.«base64:{\"k\":\"«key#1»\"}».y",
        ),
        (serde_json::to_string(&json!({"k": secret})).unwrap(), "{\"k\":\"«key#1»\"}"),
    ];
    for (text, expected) in table {
        let mut fixture = Fixture::new();
        fixture.inputs.insert("text".into(), text.clone().into());
        let sealed = seal(fixture, &secrets).unwrap();
        assert_eq!(sealed.inputs["text"], expected, "{text}");
    }
}

#[test]
fn sealing_again_changes_nothing() {
    let secrets = Secrets::new();
    secrets.learn("password", "password");
    let mut fixture = Fixture::new();
    fixture.inputs = json!({"parameters": {"user": "me", "secret": "password"}, "basic": basic("me", "password")})
        .as_object()
        .unwrap()
        .clone();
    let sealed = seal(fixture, &secrets).unwrap();
    assert_eq!(sealed.inputs["basic"], "Basic «base64:me:«password#1»»");
    assert_eq!(seal(sealed.clone(), &secrets).unwrap(), sealed);
}

#[test]
fn base64_of_something_else_gets_a_placeholder_of_its_own() {
    use base64::Engine as _;
    let secrets = Secrets::new();
    secrets.learn("key", "a-secret-key");
    let mut bytes = vec![0xff, 0xfe, 0xfd];
    bytes.extend_from_slice(b"a-secret-key");
    let blob = base64::engine::general_purpose::STANDARD.encode(&bytes);
    let mut fixture = Fixture::new();
    fixture.inputs.insert("blob".into(), blob.clone().into());
    fixture.inputs.insert("again".into(), format!("x {blob} y").into());
    let sealed = seal(fixture, &secrets).unwrap();
    assert_eq!(sealed.inputs["again"], "x «keyEncoded#1» y");
    assert_eq!(sealed.inputs["blob"], "«keyEncoded#1»");

    let mut binary = Fixture::new();
    let request = Request::new("POST", "https://a.example/").with_body("application/octet-stream", bytes);
    binary.exchanges.push(RecordedExchange {
        block: "token".into(),
        request: recorded_request(&request),
        response: RecordedResponse::default(),
    });
    let error = seal(binary, &secrets).unwrap_err();
    assert_eq!(error, RecordingError::SecretInBinary { pointer: "/exchanges/0/request/body".into() });
}

#[test]
fn the_format_itself_is_no_place_for_secrets() {
    let secrets = Secrets::new();
    for password in ["token", "connect", "POST", "code", "data"] {
        secrets.learn("password", password);
    }
    let mut fixture = Fixture::new();
    fixture.steps = vec!["connect".into()];
    fixture.inputs = json!({"data": {"code": "connect", "password": "token"}}).as_object().unwrap().clone();
    fixture.exchanges.push(RecordedExchange {
        block: "token".into(),
        request: recorded_request(&Request::new("POST", "https://a.example/")),
        response: RecordedResponse::default(),
    });
    let sealed = seal(fixture, &secrets).unwrap();
    assert_eq!((sealed.steps[0].step.as_str(), sealed.exchanges[0].block.as_str()), ("connect", "token"));
    assert_eq!(sealed.exchanges[0].request.method, "POST");
    assert_eq!(sealed.inputs["data"]["code"], "«password#2»");
}

#[test]
fn what_is_secret_by_its_place() {
    let learnt = |request: Request, response: Option<Response>| {
        let secrets = Secrets::new();
        observe::exchange(&request, response.as_ref(), &secrets);
        secrets.names()
    };
    let get = || Request::get("https://a.example/");
    let table: [(Request, &[&str]); 12] = [
        (Request::get("https://a.example/?code=abcdef&client_id=public&api_key=abc123#x"), &["code", "apiKey"]),
        (
            get().with_json(&json!({"client_secret": "abcdef", "code": "a-code", "deep": [{"password": "hunter2"}]})),
            &["clientSecret", "password"],
        ),
        (
            get().with_form([("code_challenge", "abcdef"), ("client_assertion", "e.y.j")]),
            &["codeChallenge", "clientAssertion"],
        ),
        (get().with_header("authorization", "bearer abcdef"), &["accessToken"]),
        (get().with_header("Authorization", basic("user", "hunter2")), &["password"]),
        (get().with_header("Authorization", basic("sk_key", "")), &["apiKey"]),
        (get().with_header("Authorization", "opaque-key"), &["authorization"]),
        (
            get().with_header(
                "Authorization",
                "OAuth oauth_consumer_key=\"public\", oauth_token=\"tok%2Fen\", oauth_signature=\"si%3Dg\"",
            ),
            &["oauthToken", "oauthSignature"],
        ),
        (get().with_header("X-Api-Key", "abcdef"), &["xApiKey"]),
        (get().with_header("Cookie", "lang=en; sid=0123456789abcdef"), &["cookieSid"]),
        (get().with_header("token", "true"), &[]),
        (get().with_header("Accept", "application/json"), &[]),
    ];
    for (request, expected) in table {
        assert_eq!(learnt(request.clone(), None), expected, "{request:?}");
    }
    // Further places.
    let part = "--B\r\nContent-Disposition: form-data; name=\"client_secret\"\r\n\r\nabcdef\r\n--B--\r\n";
    let table: [(Request, &[&str]); 7] = [
        (get().with_body("multipart/form-data; boundary=B", part), &["clientSecret"]),
        (get().with_body("text/xml", "<s:login><s:Password>it&amp;s</s:Password><id/></s:login>"), &["password"]),
        (get().with_body("text/plain", "{\"access_token\": \"abcdef\"}"), &["accessToken"]),
        (get().with_json(&json!({"payload": "{\"refresh_token\": \"abcdef\"}"})), &["refreshToken"]),
        (Request::get("https://jane:pa%24s@a.example/"), &["password"]),
        (Request::get("https://a.example/?next=https%3A%2F%2Fb.example%2F%3Fcode%3Dabcdef"), &["code"]),
        (get().with_header("Cookie", "lang=en; PHPSESSID=abc123"), &["cookiePhpsessid"]),
    ];
    for (request, expected) in table {
        assert_eq!(learnt(request.clone(), None), expected, "{request:?}");
    }
    let implicit = Response::new(302).with_header("Location", "https://b.example/cb#access_token=abcdef&state=x");
    assert_eq!(learnt(get(), Some(implicit)), ["accessToken"]);
    let redirect = Response::new(302).with_header("Location", "https://b.example/cb?code=abcdef&state=x");
    assert_eq!(learnt(get(), Some(redirect)), ["code"]);
    let form = Response::new(200)
        .with_body("text/html", "oauth_token=abcdef&oauth_token_secret=ghijkl&oauth_callback_confirmed=true");
    assert_eq!(learnt(get(), Some(form)), ["oauthToken", "oauthTokenSecret"]);
}
