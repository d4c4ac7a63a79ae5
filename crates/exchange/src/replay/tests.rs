//! What fits a recording, what does not, and how the difference is told.

use serde_json::json;

use super::*;
use crate::Recorder;

fn fixture(exchanges: Value) -> Fixture {
    serde_json::from_value(json!({"version": 1, "inputs": {"clientSecret": "«clientSecret#1»"}, "callback": {"code": "«code#1»"}, "exchanges": exchanges})).unwrap()
}

fn one(request: Value) -> Replayer {
    Replayer::new(&fixture(json!([{"block": "", "request": request, "response": {"status": 204}}])))
}

/// The pointers at which `request` differs from a recording.
async fn pointers(recorded: Value, request: &Request) -> Vec<String> {
    match one(recorded).send(request).await {
        Ok(response) => {
            assert_eq!(response.status, 204);
            Vec::new()
        }
        Err(error) => {
            assert_eq!(error.kind, TransportErrorKind::NotRecorded);
            error.mismatch.unwrap().differences.into_iter().map(|difference| difference.pointer).collect()
        }
    }
}

#[tokio::test]
async fn a_token_answered_is_the_token_to_be_sent() {
    let replayer = Replayer::new(&fixture(json!([
        {
            "block": "token",
            "request": {"method": "POST", "url": "https://a.example/token", "body": "code=«code#1»&code_verifier=«codeVerifier#1»&client_secret=«clientSecret#1»"},
            "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": {"access_token": "«accessToken#1»", "basic": "«base64:me:«accessToken#1»»", "echo": "«codeVerifier#1»"}}
        },
        {
            "block": "info",
            "request": {"method": "GET", "url": "https://a.example/me", "headers": {"Authorization": "Bearer «accessToken#1»"}},
            "response": {"status": 200}
        },
        {
            "block": "info",
            "request": {"method": "GET", "url": "https://a.example/me", "headers": {"Authorization": "Basic «base64:me:«accessToken#1»»", "X-Verifier": "«codeVerifier#1»"}},
            "response": {"status": 200}
        }
    ])));
    let token = Request::new("POST", "https://a.example/token")
        .with_form([("client_secret", "«clientSecret#1»"), ("code", "«code#1»"), ("code_verifier", "fresh-verifier")])
        .with_label("token", 0);
    let answer = replayer.send(&token).await.unwrap().body_json().unwrap();
    assert_eq!(answer["access_token"], "«accessToken#1»");
    assert_eq!(answer["basic"], "bWU6wqthY2Nlc3NUb2tlbiMxwrs=");
    assert_eq!(answer["echo"], "fresh-verifier");
    assert_eq!(replayer.bound("codeVerifier#1").as_deref(), Some("fresh-verifier"));

    let info = |authorization: &str| {
        Request::get("https://a.example/me").with_header("Authorization", authorization).with_label("info", 0)
    };
    let error = replayer.send(&info("Bearer fresh-verifier")).await.unwrap_err();
    assert_eq!(error.mismatch.unwrap().differences[0].pointer, "/headers/authorization");
    replayer.send(&info("bearer  «accessToken#1»")).await.unwrap();
    let basic = info("Basic bWU6wqthY2Nlc3NUb2tlbiMxwrs=");
    assert!(replayer.send(&basic.clone().with_header("X-Verifier", "another")).await.is_err());
    replayer.send(&basic.with_header("X-Verifier", "fresh-verifier")).await.unwrap();
    assert_eq!(replayer.unused(), []);
}

#[tokio::test]
async fn what_means_the_same_fits() {
    let table = [
        (json!({"method": "GET", "url": "https://A.example:443"}), Request::get("https://a.example/")),
        (
            json!({"method": "GET", "url": "https://a.example/a%2fb?x=1&y=%20&z=a+b"}),
            Request::get("https://a.example/a%2Fb?z=a%20b&y=+&x=1#top"),
        ),
        (
            json!({"method": "POST", "url": "https://a.example/", "body": {"a": 1, "b": [1.0, null]}}),
            Request::new("POST", "https://a.example/").with_body("application/json", " {\"b\": [1, null],\n\"a\": 1}"),
        ),
        (
            json!({"method": "POST", "url": "https://a.example/", "body": "a=%2f&b=x+y"}),
            Request::new("POST", "https://a.example/").with_form([("b", "x y"), ("a", "/")]),
        ),
        (
            json!({"method": "GET", "url": "https://a.example/", "headers": {"X-A": "1", "content-type": "Application/JSON;charset=UTF-8"}}),
            Request::get("https://a.example/")
                .with_header("x-a", " 1 ")
                .with_header("Content-Type", "application/json; charset=utf-8")
                .with_header("User-Agent", "connspec/9"),
        ),
        (
            json!({"method": "POST", "url": "https://a.example/", "headers": {"content-type": "multipart/form-data; boundary=AAA"}, "body": "--AAA\r\nx\r\n--AAA--\r\n"}),
            Request::new("POST", "https://a.example/")
                .with_body("multipart/form-data; boundary=\"B\"", "--B\r\nx\r\n--B--\r\n"),
        ),
        (
            json!({"method": "POST", "url": "https://a.example/", "body": {"base64": "/wA="}}),
            Request::new("POST", "https://a.example/").with_body("application/octet-stream", [0xff, 0]),
        ),
        (
            json!({"method": "GET", "url": "https://a.example/"}),
            Request::get("https://a.example/").with_header("X-Not-Recorded", "1"),
        ),
        (json!({"method": "GET", "url": "https://«host#1»/x?n=«n#1»"}), Request::get("https://tenant.example/x?n=5")),
    ];
    for (recorded, request) in table {
        assert_eq!(pointers(recorded.clone(), &request).await, Vec::<String>::new(), "{recorded}");
    }
}

#[tokio::test]
async fn every_difference_has_its_pointer() {
    let base = json!({"method": "POST", "url": "https://a.example/x?a=1&a=2", "headers": {"X-A": "1"}, "body": {"n": {"m/n": 1}, "list": [1, 2]}});
    let fitting = || {
        Request::new("POST", "https://a.example/x?a=1&a=2")
            .with_json(&json!({"n": {"m/n": 1}, "list": [1, 2]}))
            .with_header("X-A", "1")
    };
    let with_type = |mut recorded: Value| {
        recorded["headers"]["content-type"] = "application/json".into();
        recorded
    };
    let changed = |change: &dyn Fn(&mut Request)| {
        let mut request = fitting();
        change(&mut request);
        request
    };
    let body = |value: Value| move |request: &mut Request| request.body = Some(value.to_string().into_bytes());
    let table: [(Request, &[&str]); 13] = [
        (fitting(), &[]),
        (changed(&|request| request.method = "PUT".into()), &["/method"]),
        (changed(&|request| request.url = "https://b.example/x?a=1&a=2".into()), &["/url"]),
        (changed(&|request| request.url = "http://a.example/x?a=1&a=2".into()), &["/url"]),
        (changed(&|request| request.url = "https://a.example/x?a=2&a=1".into()), &["/query/a", "/query/a"]),
        (changed(&|request| request.url = "https://a.example/x?a=1&b".into()), &["/query/a", "/query/b"]),
        (changed(&|request| request.headers.set("x-a", "2")), &["/headers/x-a"]),
        (changed(&|request| request.headers.set("X-New", "2")), &["/headers/x-new"]),
        (changed(&body(json!({"n": {"m/n": 2}, "list": [1, 2]}))), &["/body/n/m~1n"]),
        (changed(&body(json!({"n": {"m/n": 1}, "list": [1]}))), &["/body/list/1"]),
        (changed(&body(json!({"n": {"m/n": "1"}, "list": [1, 2], "new": 1}))), &["/body/n/m~1n", "/body/new"]),
        (changed(&body(json!({"list": [1, 2]}))), &["/body/n"]),
        (changed(&|request| request.body = None), &["/body"]),
    ];
    for (request, expected) in table {
        assert_eq!(pointers(with_type(base.clone()), &request).await, expected, "{:?}", request.text());
    }
}

#[tokio::test]
async fn order_counts_within_a_block_only() {
    let exchange = |block: &str, path: &str| json!({"block": block, "request": {"method": "GET", "url": format!("https://a.example/{path}")}, "response": {"status": 200}});
    let replayer =
        Replayer::new(&fixture(json!([exchange("token", "1"), exchange("token", "2"), exchange("info", "me")])));
    let send = async |block: &str, path: &str| {
        replayer.send(&Request::get(format!("https://a.example/{path}")).with_label(block, 0)).await
    };
    send("info", "me").await.unwrap();
    let error = send("token", "2").await.unwrap_err();
    assert_eq!(
        error.message,
        "GET https://a.example/2 of token comes out of turn: it is exchange 2 of the fixture, and exchange 1 is next"
    );
    assert_eq!(error.mismatch.map(|mismatch| (mismatch.expected, mismatch.nearest)), Some((Some(0), Some(1))));
    send("token", "1").await.unwrap();
    let open: Vec<_> = replayer.unused().into_iter().map(|unused| (unused.index, unused.url)).collect();
    assert_eq!(open, [(1, "https://a.example/2".to_owned())]);
    let error = send("info", "2").await.unwrap_err();
    assert!(error.message.contains("no exchange is left"), "{error}");
    assert_eq!(
        error.mismatch.map(|mismatch| (mismatch.expected, mismatch.nearest, mismatch.differences)),
        Some((None, Some(1), vec![]))
    );
}

#[tokio::test]
async fn exchanges_without_a_block_answer_any() {
    let exchange = |path: &str| json!({"block": "", "request": {"method": "GET", "url": format!("https://a.example/{path}")}, "response": {"status": 200}});
    let replayer = Replayer::new(&fixture(json!([exchange("1"), exchange("2")])));
    replayer.send(&Request::get("https://a.example/1").with_label("token", 0)).await.unwrap();
    assert!(replayer.send(&Request::get("https://a.example/1").with_label("info", 0)).await.is_err());
    replayer.send(&Request::get("https://a.example/2").with_label("info", 0)).await.unwrap();
}

#[tokio::test]
async fn the_message_tells_the_difference_and_no_secret() {
    let recorded = json!({"method": "POST", "url": "https://a.example/token", "body": "client_id=one&client_secret=«clientSecret#1»&refresh_token=«refreshToken#1»"});
    let replayer = one(recorded.clone());
    replayer.bind("refreshToken#1", "real-refresh-token");
    let request = Request::new("POST", "https://a.example/token").with_form([
        ("client_id", "two"),
        ("client_secret", "real-secret"),
        ("refresh_token", "real-refresh-token-2"),
    ]);
    let error = replayer.send(&request).await.unwrap_err();
    assert_eq!(
        error.message,
        "POST https://a.example/token differs from the fixture; compared with exchange 1 (/exchanges/0):\n  \
         /body/client_id: recorded \"one\", sent \"two\"\n  \
         /body/client_secret: recorded \"«clientSecret#1»\", sent \"«hidden»\"\n  \
         /body/refresh_token: recorded \"«refreshToken#1»\", sent \"«hidden»\""
    );
    assert!(!format!("{error:?} {replayer:?}").contains("real-"), "{error:?}");
}

/// RFC 9110 §11.1: the scheme's case means nothing. What does differ is told as it is written.
#[tokio::test]
async fn the_case_of_a_scheme_does_not_matter_and_is_told_as_it_is_written() {
    let recorded = |value: &str| json!({"method": "GET", "url": "https://a.example/", "headers": {"Authorization": value, "Content-Type": "Text/Plain"}});
    let sent = |value: &str| {
        Request::get("https://a.example/").with_header("authorization", value).with_header("content-type", "text/plain")
    };
    let plain = recorded("bearer «accessToken#1»");
    assert_eq!(pointers(plain, &sent("Bearer token-1")).await, Vec::<String>::new());
    let answered = json!([{"block": "", "request": recorded("Bearer «accessToken#1»"), "response": {"status": 200}}]);
    let mut known = fixture(answered);
    known.inputs.insert("token".into(), "«accessToken#1»".into());
    let error = Replayer::new(&known).send(&sent("Token «accessToken#1»")).await.unwrap_err();
    assert!(
        error
            .message
            .ends_with("/headers/authorization: recorded \"Bearer «accessToken#1»\", sent \"Token «accessToken#1»\""),
        "{error}"
    );
}

#[tokio::test]
async fn recorded_failures_fail_again_and_damage_is_named() {
    let exchange = |response: Value| {
        Replayer::new(&fixture(
            json!([{"block": "", "request": {"method": "GET", "url": "https://a.example/"}, "response": response}]),
        ))
    };
    let error = exchange(json!({"status": 0, "failure": "timeout"}))
        .send(&Request::get("https://a.example/"))
        .await
        .unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Timeout);
    let error = exchange(json!({"status": 200, "body": {"base64": "?"}}))
        .send(&Request::get("https://a.example/"))
        .await
        .unwrap_err();
    assert!(error.message.contains("base64"), "{error}");
}

#[tokio::test]
async fn what_was_recorded_replays() {
    let provider = |request: &Request| {
        Ok(match request.label.block.as_str() {
            "token" => Response::json(200, &json!({"access_token": "tok/en+1", "expires_in": 300})),
            _ => Response::new(200).with_body("text/plain", request.headers.get("authorization").unwrap_or_default()),
        })
    };
    let flow = async |transport: &dyn Transport, secret: &str| {
        let token = Request::new("POST", "https://a.example/token")
            .with_form([("client_secret", secret)])
            .with_label("token", 0);
        let answer = transport.send(&token).await.unwrap().body_json().unwrap();
        let bearer = format!("Bearer {}", answer["access_token"].as_str().unwrap());
        let info = Request::get("https://a.example/me").with_header("Authorization", bearer).with_label("info", 0);
        transport.send(&info).await.unwrap().text().unwrap().to_owned()
    };
    let recorder = Recorder::new(provider, Secrets::new());
    assert_eq!(flow(&recorder, "a-real-secret").await, "Bearer tok/en+1");
    let fixture = recorder.fixture(Fixture::new()).unwrap();
    assert!(!fixture.to_text().contains("tok/en+1") && !fixture.to_text().contains("a-real-secret"));
    let fixture = Fixture::from_text(&fixture.to_text()).unwrap();
    for secret in ["«clientSecret#1»", "any other secret"] {
        assert_eq!(flow(&Replayer::new(&fixture), secret).await, "Bearer «accessToken#1»");
    }
}

#[tokio::test]
async fn the_address_of_the_browser_is_compared_and_its_state_holds_from_then_on() {
    let mut fixture = fixture(json!([
        {"block": "token", "request": {"method": "POST", "url": "https://a.example/token", "body": "state=«state#1»"}, "response": {"status": 204}}
    ]));
    fixture.authorize = Some("https://a.example/login?scope=read&state=«state#1»&key=«clientSecret#1»".into());
    fixture.callback.as_mut().unwrap().insert("state".into(), "«state#1»".into());
    let opened = |url: &str| {
        let replayer = Replayer::new(&fixture);
        replayer.open(url);
        replayer
    };
    let pointers = |replayer: &Replayer| -> Vec<String> {
        replayer.opened_otherwise().into_iter().map(|difference| difference.pointer).collect()
    };
    let key = "key=%C2%ABclientSecret%231%C2%BB";
    let good = opened(&format!("https://A.example/login?{key}&state=fresh-state&scope=read"));
    assert_eq!(pointers(&good), Vec::<String>::new());
    let sent = |state: &str| {
        Request::new("POST", "https://a.example/token").with_form([("state", state)]).with_label("token", 0)
    };
    assert!(good.send(&sent("other-state")).await.is_err());
    good.send(&sent("fresh-state")).await.unwrap();

    let bad = opened(&format!("https://a.example/log-in?scope=write&state=s&{key}&prompt=login"));
    assert_eq!(pointers(&bad), ["/url", "/query/scope", "/query/prompt"]);
    bad.open("https://a.example/login?scope=read");
    assert_eq!(pointers(&bad).len(), 3, "only the first address counts");
    assert!(bad.opened().unwrap().contains("key=«clientSecret#1»"));
    let hidden = opened("https://a.example/login?scope=read&state=fresh-state&key=x&client_secret=real-secret");
    assert!(!format!("{:?}", hidden.opened_otherwise()).contains("real-secret"));
}

#[tokio::test]
async fn renewing_keeps_what_does_not_differ_and_makes_no_answer_up() {
    let exchange = |path: &str, token: &str| {
        json!({"block": "info",
            "request": {"method": "GET", "url": format!("https://a.example/{path}?x=1"), "headers": {"Authorization": format!("Bearer {token}"), "X-Old": "1"}},
            "response": {"status": 200, "body": path}})
    };
    let fixture =
        fixture(json!([exchange("1", "«clientSecret#1»"), exchange("2", "«code#1»"), exchange("3", "«code#1»")]));
    let replayer = Replayer::new(&fixture).renewing();
    let send = async |path: &str, token: &str, extra: &str| {
        let request = Request::get(format!("https://a.example/{path}"))
            .with_header("authorization", format!("Bearer {token}"))
            .with_header("x-old", "1")
            .with_header("x-extra", extra)
            .with_label("info", 0);
        replayer.send(&request).await.map(|answer| String::from_utf8(answer.body).unwrap())
    };
    let plain = async |path: &str, token: &str| {
        let request = Request::get(format!("https://a.example/{path}"))
            .with_header("authorization", format!("Bearer {token}"))
            .with_header("x-old", "1")
            .with_label("info", 0);
        replayer.send(&request).await.map(|answer| String::from_utf8(answer.body).unwrap())
    };
    // One that fits and comes out of turn moves with its answer.
    assert_eq!(plain("2?x=1", "«code#1»").await.unwrap(), "2");
    assert_eq!(send("1?x=1", "«clientSecret#1»", "new").await.unwrap(), "1");
    assert_eq!(plain("3?x=%C2%ABcode%231%C2%BB", "«code#1»").await.unwrap(), "3");
    assert!(plain("4", "«code#1»").await.is_err());
    assert!(replayer.mismatch().is_some());
    let renewed = replayer.renewed();
    assert_eq!(renewed[0], fixture.exchanges[1]);
    assert_eq!(renewed[1].request.url, fixture.exchanges[0].request.url);
    assert_eq!(
        Value::Object(renewed[1].request.headers.clone()),
        json!({"authorization": "Bearer «clientSecret#1»", "x-old": "1", "x-extra": "new"})
    );
    assert_eq!(renewed[2].request.url, "https://a.example/3?x=«code#1»");
    assert_eq!(renewed.len(), 3);
}

#[tokio::test]
async fn a_signature_is_compared_parameter_by_parameter() {
    let recorded = json!({"method": "GET", "url": "https://a.example/", "headers": {
        "authorization": "OAuth oauth_consumer_key=\"a%20b\", oauth_token=\"«oauthToken#1»\", oauth_signature=\"«oauthSignature#1»\""
    }});
    let signed = |value: &str| Request::get("https://a.example/").with_header("Authorization", value);
    let other_order = "oauth oauth_signature=\"fresh%3D\",oauth_token=\"t\",oauth_consumer_key=\"a b\"";
    assert_eq!(pointers(recorded.clone(), &signed(other_order)).await, Vec::<String>::new());
    let differs = "OAuth oauth_signature=\"s\", oauth_token=\"t\", oauth_consumer_key=\"c\", oauth_verifier=\"v\"";
    let expected = ["/headers/authorization/oauth_consumer_key", "/headers/authorization/oauth_verifier"];
    assert_eq!(pointers(recorded.clone(), &signed(differs)).await, expected);
    assert_eq!(pointers(recorded, &signed("Bearer t")).await, ["/headers/authorization"]);
}

#[tokio::test]
async fn what_is_only_answered_later_cannot_be_sent_before() {
    let replayer = Replayer::new(&fixture(json!([
        {"block": "refresh", "request": {"method": "GET", "url": "https://a.example/refresh"}, "response": {"status": 200, "body": {"access_token": "«accessToken#2»"}}},
        {"block": "info", "request": {"method": "GET", "url": "https://a.example/me", "headers": {"authorization": "Bearer «accessToken#2»"}}, "response": {"status": 200}}
    ])));
    let info = |token: &str| {
        Request::get("https://a.example/me")
            .with_header("authorization", format!("Bearer {token}"))
            .with_label("info", 0)
    };
    let error = replayer.send(&info("«accessToken#1»")).await.unwrap_err();
    assert_eq!(error.mismatch.unwrap().differences[0].pointer, "/headers/authorization");
    replayer.send(&Request::get("https://a.example/refresh").with_label("refresh", 0)).await.unwrap();
    replayer.send(&info("«accessToken#2»")).await.unwrap();
}
