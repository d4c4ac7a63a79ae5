//! Logins as other programs wrote them down, in the shape each of them has: imported, they are fixtures that replay, or the
//! message says what is missing and what to do.
//!
//! The files of the first test were written by hand after each program's export: Firefox (form fields as `params` and
//! `text`, times with a zone), mitmproxy (microseconds, no resource types), Charles (HTTP/2 pseudo-headers, fields without
//! their text, answers in Base64). The others are made in [`shapes`].

#[path = "imports/shapes.rs"]
mod shapes;

use serde_json::{Value, json};

use crate::support::Sandbox;
use shapes::*;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/acceptance/har");

#[test]
fn a_login_that_firefox_mitmproxy_or_charles_recorded_replays() {
    for tool in ["firefox", "mitmproxy", "charles"] {
        let sandbox = Sandbox::new();
        let file = format!("{FOLDER}/{tool}.har");
        sandbox.run(&["import", "har", &file, "--spec", "academy-v2", "-o", "f/login.json"]).ended(0);
        let text = std::fs::read_to_string(sandbox.path("f/login.json")).unwrap();
        for secret in ["academy-demo-secret", "3f9a71c2", "77ac01de", "5d1e88f0", "90be42aa"] {
            assert!(!text.contains(secret), "{tool}: `{secret}` stands in the fixture:\n{text}");
        }
        let fixture: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(fixture["exchanges"].as_array().unwrap().len(), 2, "{tool}: token and info, and no noise:\n{text}");
        assert_eq!(fixture["callback"]["state"], "«state#1»", "{tool}");
        let ran = sandbox.run(&["replay", "f"]).ended(0);
        assert!(ran.stdout.contains("1 passed, 0 failed"), "{tool}: {}", ran.stdout);
        // The same file for another definition holds nothing of it.
        let other = sandbox.run(&["import", "har", &file, "--spec", "api-key", "-o", "x.json"]).ended(2);
        assert!(other.stderr.contains("--map-origin"), "{}", other.stderr);
    }
}

/// A file, what its import must say, and what of it must be in the fixture.
struct Shape {
    name: &'static str,
    kind: &'static str,
    file: String,
    says: &'static [&'static str],
}

fn of_har(name: &'static str, says: &'static [&'static str], creator: &str, entries: Vec<Value>) -> Shape {
    Shape { name, kind: "har", file: har(creator, entries).to_string(), says }
}

/// Chrome's DevTools: resource types, HTTP/2, a preflight, form fields as they were sent.
fn chrome() -> Shape {
    let noise =
        [("stylesheet", "https://app-academy.make.com/style.css"), ("fetch", "https://telemetry.example.org/v1/ping")];
    let mut entries: Vec<Value> = noise
        .iter()
        .map(|(kind, url)| {
            let mut entry = page(0, url);
            entry["_resourceType"] = json!(kind);
            entry
        })
        .collect();
    let preflight =
        json!({"method": "OPTIONS", "url": TOKEN, "headers": headers(&[("access-control-request-method", "POST")])});
    let mut preflight = entry(3, preflight, json!({"status": 204}));
    preflight["_resourceType"] = json!("preflight");
    entries.extend(login(1, "chrome"));
    entries.push(preflight);
    let entries = each(entries, |_, entry| {
        let url = entry["request"]["url"].as_str().unwrap().to_owned();
        entry["_priority"] = json!("High");
        entry["_initiator"] = json!({"type": "other"});
        entry["_fetchedViaServiceWorker"] = json!(false);
        entry["connection"] = json!("443");
        let kind = if url == TOKEN || url == INFO { "xhr" } else { "document" };
        if entry["_resourceType"].is_null() {
            entry["_resourceType"] = json!(kind);
        }
        entry["request"]["httpVersion"] = json!("http/2.0");
        let list = entry["request"]["headers"].as_array_mut().unwrap();
        for (name, value) in [
            (":authority", "app-academy.make.com"),
            (":method", "GET"),
            (":path", "/"),
            (":scheme", "https"),
            ("sec-ch-ua", "\"Chromium\""),
            ("origin", "null"),
            ("accept", "*/*"),
        ] {
            list.push(json!({"name": name, "value": value}));
        }
        if url == TOKEN && entry["request"]["method"] == "POST" {
            let sent: Value = fields("chrome", CALLBACK)
                .iter()
                .map(|(name, value)| json!({"name": name, "value": encoded(value)}))
                .collect();
            entry["request"]["postData"] = json!({"mimeType": "application/x-www-form-urlencoded", "params": sent});
        }
    });
    of_har("Chrome", &[], "WebInspector", entries)
}

/// Chrome's export without what opens something, which is what it does unless asked.
fn chrome_sanitized() -> Shape {
    let entries = each(login(1, "sanitized"), |at, entry| {
        entry["_resourceType"] = json!(if at < 3 { "document" } else { "fetch" });
        let list = entry["request"]["headers"].as_array_mut().unwrap();
        list.retain(|pair| pair["name"] != "authorization");
        list.push(json!({"name": "accept-language", "value": "en"}));
        list.push(json!({"name": "x-page", "value": "1"}));
    });
    of_har(
        "Chrome, sanitized",
        &["without `Authorization` and cookies", "with sensitive data"],
        "WebInspector",
        entries,
    )
}

/// Safari: no resource types, the answer of a redirect without its address in `redirectURL`, null where nothing is.
fn safari() -> Shape {
    let entries = each(login(1, "safari"), |_, entry| {
        entry["response"]["redirectURL"] = json!(null);
        entry["request"]["postData"]
            .as_object_mut()
            .into_iter()
            .for_each(|posted| drop(posted.insert("params".into(), json!([]))));
        entry["response"]["content"]["compression"] = json!(0);
        entry["_fetchType"] = json!("Network Load");
    });
    of_har("Safari", &[], "WebKit Web Inspector", entries)
}

/// Fiddler: tunnels, seven digits of a second, in the order in which answers came, answers packed as they came.
fn fiddler() -> Shape {
    let tunnel =
        entry(0, json!({"method": "CONNECT", "url": "https://app-academy.make.com:443"}), json!({"status": 200}));
    let mut entries = login(1, "fiddler");
    entries[3]["response"] = entry(0, json!({}), packed_answer(&tokens("fiddler")))["response"].clone();
    entries.push(tunnel);
    entries.swap(3, 4);
    let entries = each(entries, |_, entry| {
        let time = entry["startedDateTime"].as_str().unwrap().replace(".123Z", ".1234567+01:00");
        entry["startedDateTime"] = json!(time);
        entry["comment"] = json!("[#7]");
    });
    of_har("Fiddler", &[], "Fiddler", entries)
}

/// Insomnia and the like: the query in a list of its own, fields beside the text, no page at all.
fn insomnia() -> Shape {
    let entries = each(vec![token(1, "insomnia"), info(2, "insomnia")], |_, entry| {
        entry["request"]["postData"].as_object_mut().into_iter().for_each(|posted| {
            posted.insert(
                "params".into(),
                json!([{"name": "grant_type", "value": "authorization_code", "disabled": false}]),
            );
        });
        entry["startedDateTime"] = json!("Sun Mar 01 2026");
    });
    of_har("Insomnia", &["`callback` was made of the code"], "Insomnia REST Client", entries)
}

/// The request for tokens was led on to another address.
fn led_on() -> Shape {
    let mut entries = login(1, "redirects");
    let mut moved = entries[3].clone();
    moved["request"]["url"] = json!("https://eu.app-academy.make.com/v3/token");
    entries[3]["response"] = json!({"status": 307, "headers": headers(&[("Location", "https://eu.app-academy.make.com/v3/token")]), "content": {}});
    entries.insert(4, moved);
    let entries = each(entries, |at, entry| entry["startedDateTime"] = json!(format!("2026-03-01T10:00:{at:02}Z")));
    of_har("redirects", &[], "proxy", entries)
}

/// A denied login, a whole one, and the one that counts.
fn several() -> Shape {
    let mut entries = vec![
        page(0, &authorize_url("denied", CALLBACK)),
        page(1, &format!("{CALLBACK}?error=access_denied&state=state-of-denied-3f9a71c2")),
    ];
    entries.extend(login(10, "first"));
    entries.extend(login(20, "last"));
    of_har("several logins", &["more than one login"], "proxy", entries)
}

/// Nothing listened where the browser came back, so its way there is all there is.
fn nobody_listened() -> Shape {
    let mut entries = login(1, "nobody");
    entries.remove(2);
    of_har("a callback in a Location only", &[], "proxy", entries)
}

/// A callback at an address of one's own, with the fragment that Facebook adds.
fn own_callback() -> Shape {
    let own = "https://www.example.com/signed-in";
    let mut entries = vec![page(1, &authorize_url("own", own)), page(2, &format!("{}#_=_", callback_url("own", own)))];
    let mut exchange = token(3, "own");
    exchange["request"]["postData"]["text"] = json!(form("own", own));
    entries.extend([exchange, info(4, "own")]);
    of_har("a callback of one's own", &[], "proxy", entries)
}

/// nock, with request headers and without, packed answers, JSON and text.
fn nocks() -> Vec<Shape> {
    let packed = |body: &Value| {
        let answer = packed_answer(body);
        let text = answer["content"]["text"].as_str().unwrap().to_owned();
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let body: serde_json::Map<String, Value> =
        fields("nock", CALLBACK).into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let token = |further: Value| {
        let mut definition = json!({"scope": "https://app-academy.make.com:443", "method": "POST", "path": "/api/v2/token", "status": 200});
        further.as_object().unwrap().iter().for_each(|(name, value)| definition[name] = value.clone());
        definition
    };
    let info = json!({"scope": "https://app-academy.make.com:443", "method": "GET", "path": "/api/v2/info", "body": "", "status": 200, "response": person(), "rawHeaders": ["Content-Type", "application/json"]});
    let says: &[&str] = &["`callback` was made of the code"];
    let shape = |name: &'static str, file: Value| Shape { name, kind: "nock", file: file.to_string(), says };
    vec![
        shape(
            "nock, with request headers",
            json!([
                token(
                    json!({"body": body, "response": tokens("nock"), "rawHeaders": ["Content-Type", "application/json"], "reqheaders": {"content-type": ["application/x-www-form-urlencoded"], "host": "app-academy.make.com"}})
                ),
                info,
            ]),
        ),
        shape(
            "nock, without request headers and packed",
            json!([
                token(
                    json!({"body": form("nock", CALLBACK), "response": [packed(&tokens("nock"))], "rawHeaders": {"Content-Type": "application/json", "Content-Encoding": "gzip"}, "responseIsBinary": false})
                ),
                info,
            ]),
        ),
        shape(
            "nock, packed in one text",
            json!([
                token(
                    json!({"body": form("nock", CALLBACK), "response": packed(&tokens("nock")), "rawHeaders": ["Content-Type", "application/json", "Content-Encoding", "gzip"]})
                ),
                info,
            ]),
        ),
        shape(
            "nock, answers as text",
            json!([
                token(
                    json!({"body": form("nock", CALLBACK), "response": tokens("nock").to_string(), "headers": {"content-type": "application/json"}})
                ),
                info,
            ]),
        ),
    ]
}

/// Pairs as Make's mock-ups have them, bodies as text and as JSON.
fn mocks() -> Vec<Shape> {
    let pair = |request: Value, answer: Value| json!({"req": request, "res": {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": answer}});
    let token = json!({"url": TOKEN, "method": "POST", "headers": {"content-type": "application/x-www-form-urlencoded", "user-agent": "Make/production"}, "body": form("mock", CALLBACK), "gzip": true, "timeout": 40000});
    let info =
        json!({"url": INFO, "headers": {"authorization": "Bearer access-of-mock-3f9a71c2"}, "qs": {}, "gzip": true});
    let list = json!([pair(token.clone(), tokens("mock")), pair(info.clone(), person())]);
    let texts = json!([pair(token, tokens("mock").to_string().into()), pair(info, person().to_string().into())]);
    let says: &[&str] = &["`callback` was made of the code"];
    vec![
        Shape { name: "pairs", kind: "mock", file: list.to_string(), says },
        Shape {
            name: "pairs in an object",
            kind: "mock",
            file: json!({"name": "connects", "requests": list}).to_string(),
            says,
        },
        Shape { name: "pairs of texts", kind: "mock", file: texts.to_string(), says },
    ]
}

#[test]
fn every_shape_of_a_login_becomes_a_fixture_that_replays() {
    let mut shapes = vec![
        chrome(),
        chrome_sanitized(),
        safari(),
        fiddler(),
        insomnia(),
        led_on(),
        several(),
        nobody_listened(),
        own_callback(),
    ];
    shapes.extend(nocks());
    shapes.extend(mocks());
    for Shape { name, kind, file, says } in shapes {
        let sandbox = Sandbox::new();
        sandbox.write("login.file", &file);
        let ran = sandbox.run(&["import", kind, "login.file", "--spec", "academy-v2", "-o", "f/login.json"]).ended(0);
        for words in says {
            assert!(ran.stderr.contains(words), "{name}: {}", ran.stderr);
        }
        if says.is_empty() {
            assert_eq!(ran.stderr.lines().count(), 1, "{name}: {}", ran.stderr);
        }
        let text = std::fs::read_to_string(sandbox.path("f/login.json")).unwrap();
        assert!(!text.contains("3f9a71c2") && !text.contains("academy-demo-secret"), "{name}:\n{text}");
        let fixture: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(fixture["exchanges"].as_array().unwrap().len(), 2, "{name}:\n{text}");
        let ran = sandbox.run(&["replay", "f"]);
        assert!(ran.stdout.contains("1 passed, 0 failed"), "{name}: {}\n{text}", ran.stdout);
    }
    // The secrets looked for are in the files.
    assert!(secrets("chrome").iter().take(4).all(|secret| chrome().file.contains(secret)));
}

/// A body that the export lacks, a callback nobody can make up, another kind of file.
#[test]
fn what_is_missing_is_said_with_what_to_do() {
    let without_body = each(login(1, "cut"), |at, entry| {
        if at == 3 {
            entry["response"]["content"].as_object_mut().unwrap().remove("text");
        }
    });
    let without_code = vec![info(1, "cut")];
    let table: [(&str, String, i32, &[&str]); 10] = [
        ("har", har("x", without_body).to_string(), 0, &["the answer of exchange 1 (POST https://app-academy.make.com/api/v2/token) is not in the file", "with the contents"]),
        ("har", har("x", without_code).to_string(), 0, &["the browser's return is not in the file", "write `callback`"]),
        ("har", har("x", Vec::new()).to_string(), 2, &["not a HAR file: it holds no request"]),
        ("har", json!({"info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "item": []}).to_string(), 2, &["Postman collection", "connspec record"]),
        ("har", json!({"openapi": "3.1.0"}).to_string(), 2, &["description of an API"]),
        ("har", json!({"log": {"version": "1.2"}}).to_string(), 2, &["not a HAR file", "entries"]),
        ("har", json!({"log": {"entries": [{"request": {"url": TOKEN}, "response": {"status": 200}}]}}).to_string(), 2, &["not a HAR file", "method"]),
        ("nock", "nock('https://a.example:443', {\"encodedQueryParams\":true})\n  .get('/me')\n  .reply(200, {});".to_owned(), 2, &["the code nock prints", "output_objects"]),
        ("mock", json!([{"req": {"url": TOKEN}, "res": {"body": {}}}]).to_string(), 2, &["{req, res} pairs", "statusCode"]),
        ("mock", json!({"a": 1}).to_string(), 2, &["it holds no list"]),
    ];
    for (kind, file, code, says) in table {
        let sandbox = Sandbox::new();
        sandbox.write("login.file", &file);
        let ran =
            sandbox.run(&["import", kind, "login.file", "--spec", "academy-v2", "-o", "f/login.json"]).ended(code);
        for words in says {
            assert!(ran.stderr.contains(words), "{kind} {file}: {}", ran.stderr);
        }
        assert!(!ran.stderr.contains("3f9a71c2"), "{}", ran.stderr);
    }
    let sandbox = Sandbox::new();
    let signed = json!({"method": "POST", "url": "https://api.acme.test/oauth1/access_token", "headers": headers(&[("authorization", "OAuth oauth_token=\"t-3f9a71c2\"")])});
    sandbox.write("oauth1.har", &har("x", vec![entry(1, signed, json!({"status": 200}))]).to_string());
    let ran = sandbox.run(&["import", "har", "oauth1.har", "--spec", "oauth1", "-o", "f/oauth1.json"]).ended(0);
    assert!(ran.stderr.contains("the browser's return is not in the file"), "{}", ran.stderr);
    std::fs::write(sandbox.path("utf16.har"), [0xff, 0xfe, b'{', 0]).unwrap();
    let ran = sandbox.run(&["import", "har", "utf16.har", "-o", "f/login.json"]).ended(2);
    assert!(ran.stderr.contains("UTF-8"), "{}", ran.stderr);
}
