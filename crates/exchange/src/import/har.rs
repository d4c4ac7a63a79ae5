//! HAR 1.2, as browsers, proxies and API clients export it.

mod browsing;
mod entry;

use super::{Expected, ImportError, Imported, finished, parse, request_headers, response_headers};
use crate::Secrets;
use crate::fixture::{Fixture, RecordedExchange, RecordedRequest, RecordedResponse};
use crate::mapped::unmap_url;

use browsing::Browsing;
use entry::{Entry, Har, headers};

/// Reads a HAR file. The address the browser was sent to becomes `authorize`, its return (a request for `/oauth/cb/…`, or
/// for the `redirect_uri` it was sent away with) `callback`; pages and what they load for their looks are left out, and with
/// [`Expected::addresses`] everything the definition does not send. Of several logins the last one counts. The time of the
/// first request that is left becomes `clock`.
///
/// # Errors
/// [`ImportError`], in words.
pub fn har(text: &str, expected: &Expected, secrets: &Secrets) -> Result<Imported, ImportError> {
    let shape = |found: String| ImportError::Shape { expected: "a HAR file", found };
    let value = parse(text)?;
    if let Some(kind) = known_kind(&value) {
        return Err(shape(kind.to_owned()));
    }
    let Har { mut log } = serde_json::from_value(value).map_err(|error| shape(error.to_string()))?;
    if log.entries.is_empty() {
        return Err(shape("it holds no request".to_owned()));
    }
    log.entries.iter_mut().for_each(|entry| entry.request.take_query());
    sort(&mut log.entries);
    let address = |url: &str| unmap_url(&expected.mappings, url);
    let mut frame = Fixture::new();
    let browsing = Browsing::of(&log.entries);
    browsing.tell(&log.entries, &address, &mut frame);
    let total = log.entries.len();
    let sanitized = is_sanitized(&log.entries);
    let own: Vec<bool> = (0..total)
        .map(|at| {
            let entry = &log.entries[at];
            !browsing.has(at, entry) && is_http(entry) && expected.has(&address(&entry.request.url))
        })
        .collect();
    if !own.contains(&true) && !expected.addresses.is_empty() {
        return Err(ImportError::NotOfDefinition { total });
    }
    let mut notes = Vec::new();
    let counts = browsing.of_last(&own, |at| expected.is_asked_before(&address(&log.entries[at].request.url)));
    if counts.iter().filter(|counts| **counts).count() < own.iter().filter(|own| **own).count() {
        notes.push("the file holds more than one login, of which the last was taken".to_owned());
    }
    let mut entries: Vec<Option<Entry>> = log.entries.into_iter().map(Some).collect();
    let mut taken = Vec::new();
    for at in (0..total).filter(|at| counts[*at]) {
        let Some(entry) = entries[at].take() else { continue };
        taken.push(followed(entry, at, &mut entries));
    }
    frame.clock = taken.iter().find_map(|entry| entry.started_date_time.clone());
    let without_body = |(at, entry): (usize, &Entry)| {
        entry.response.lacks_body().then(|| {
        let address = entry.request.url.split(['?', '#']).next().unwrap_or_default();
        let Entry { request, .. } = entry;
        format!("the answer of exchange {} ({} {}) is not in the file: write it into the fixture, or export again with the contents", at + 1, request.method, secrets.redact(&unmap_url(&expected.mappings, address)))
    })
    };
    notes.extend(taken.iter().enumerate().filter_map(without_body));
    if sanitized && !taken.is_empty() {
        notes.push("the file was exported without `Authorization` and cookies, so the headers that are sent are not compared; export it with sensitive data to have them compared".to_owned());
    }
    let exchanges = taken.into_iter().map(|mut entry| {
        entry.request.url = address(&entry.request.url);
        let mut exchange = exchange(entry);
        if sanitized {
            exchange.request.headers.clear();
        }
        exchange
    });
    finished(exchanges.collect(), frame, expected, notes, secrets)
}

/// What the file is instead, of the kinds people mistake for HAR.
fn known_kind(value: &serde_json::Value) -> Option<&'static str> {
    let text = |pointer: &str| value.pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_default();
    if text("/info/schema").contains("postman") {
        return Some(
            "it is a Postman collection, which holds requests and no recording; record the flow with `connspec record`, or export a HAR from the browser or the proxy it went through",
        );
    }
    if value.pointer("/_type").is_some() && value.pointer("/resources").is_some() {
        return Some("it is an Insomnia workspace, which holds requests and no recording; export the responses as HAR");
    }
    if value.get("openapi").is_some() || value.get("swagger").is_some() {
        return Some("it is a description of an API, which holds no recording; record the flow with `connspec record`");
    }
    None
}

/// Proxies list parallel requests as they ended. Times can only be compared where they are written alike.
fn sort(entries: &mut [Entry]) {
    let times: Vec<&str> = entries.iter().filter_map(|entry| entry.started_date_time.as_deref()).collect();
    let alike = |time: &&str| {
        let zone = |time: &str| {
            time.get(19..)
                .map(|rest| rest.trim_start_matches(['.']).trim_start_matches(|c: char| c.is_ascii_digit()).to_owned())
        };
        time.len() == times[0].len() && time.is_ascii() && zone(time) == zone(times[0])
    };
    if times.len() == entries.len() && !times.is_empty() && times.iter().all(alike) {
        entries.sort_by(|left, right| left.started_date_time.cmp(&right.started_date_time));
    }
}

/// Chromium leaves what opens something out of a file unless it is asked not to: then no request has any of it.
fn is_sanitized(entries: &[Entry]) -> bool {
    let opens =
        |name: &str| ["authorization", "cookie", "set-cookie"].iter().any(|wanted| name.eq_ignore_ascii_case(wanted));
    let has = |entry: &Entry| entry.request.headers.iter().chain(&entry.response.headers).any(|pair| opens(&pair.name));
    let of_chromium = entries.iter().any(|entry| entry.resource_type.is_some());
    of_chromium && !entries.iter().any(has)
}

fn is_http(entry: &Entry) -> bool {
    let scheme = entry.request.url.split(':').next().unwrap_or_default();
    !entry.request.method.eq_ignore_ascii_case("connect") && matches!(scheme, "http" | "https")
}

/// `entry`, which stood at `at`, with the answer it was led to: a program follows redirects by itself, and the fixture holds
/// the request that a definition sends.
fn followed(mut entry: Entry, at: usize, entries: &mut [Option<Entry>]) -> Entry {
    let mut from = at + 1;
    while let Some(target) = entry.redirect() {
        let leads = |other: &Option<Entry>| other.as_ref().is_some_and(|other| other.request.url == target);
        let Some(position) = entries.iter().skip(from).position(leads) else { break };
        let Some(next) = entries[from + position].take() else { break };
        from += position + 1;
        let response = next.response;
        // The next answer may lead on, from where it came.
        entry = Entry { response, led_to: Some(next.request.url), ..entry };
    }
    entry
}

fn exchange(entry: Entry) -> RecordedExchange {
    let Entry { request, response, block, .. } = entry;
    let sent = request.body();
    let received = response.body();
    RecordedExchange {
        block,
        request: RecordedRequest {
            method: request.method.to_ascii_uppercase(),
            url: request.url,
            body: sent,
            headers: request_headers(headers(request.headers)),
        },
        response: RecordedResponse {
            // Browsers write 0 or -1 where no answer arrived.
            failure: (response.status <= 0).then(|| "other".to_owned()),
            status: u16::try_from(response.status).unwrap_or(0),
            headers: response_headers(headers(response.headers)),
            body: received,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OriginMapping;
    use serde_json::json;

    #[test]
    fn a_browsers_file() {
        let file = json!({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "1"}, "entries": [
            {"startedDateTime": "2026-01-02T03:04:05.678Z", "_resourceType": "image", "request": {"method": "GET", "url": "https://a.example/logo.png", "headers": []}, "response": {"status": 200, "headers": [], "content": {}}},
            {"startedDateTime": "2026-01-02T03:04:06.000Z", "request": {"method": "GET", "url": "http://127.0.0.1:4000/oauth/cb/app?code=the-code&state=s"}, "response": {"status": 200}},
            {
                "startedDateTime": "2026-01-02T03:04:07.000Z",
                "request": {
                    "method": "post", "url": "https://a.example/token",
                    "headers": [{"name": "User-Agent", "value": "x"}, {"name": "Accept", "value": "*/*"}],
                    "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "code", "value": "the-code"}, {"name": "client_secret", "value": "a b&c"}]}
                },
                "response": {
                    "status": 200,
                    "headers": [{"name": "Content-Type", "value": "application/json"}, {"name": "Content-Encoding", "value": "br"}],
                    "content": {"mimeType": "application/json", "text": "eyJhY2Nlc3NfdG9rZW4iOiJ0aGUtdG9rZW4ifQ==", "encoding": "base64"}
                }
            },
            {"request": {"method": "GET", "url": "https://a.example/me", "headers": [{"name": "authorization", "value": "Bearer the-token"}]}, "response": {"status": 0}}
        ]}});
        let fixture = har(&format!("\u{feff}{file}"), &Expected::default(), &Secrets::new()).unwrap().fixture;
        assert_eq!(
            serde_json::to_value(fixture).unwrap(),
            json!({
                "version": 2,
                "steps": [],
                "clock": "2026-01-02T03:04:07.000Z",
                "inputs": {"redirectUri": "http://127.0.0.1:4000/oauth/cb/app"},
                "callback": {"code": "«code#1»", "state": "s"},
                "exchanges": [
                    {
                        "block": "",
                        "request": {"method": "POST", "url": "https://a.example/token", "body": "code=«code#1»&client_secret=«clientSecret#1»"},
                        "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"access_token": "«accessToken#1»"}}
                    },
                    {
                        "block": "",
                        "request": {"method": "GET", "url": "https://a.example/me", "headers": {"authorization": "Bearer «accessToken#1»"}},
                        "response": {"status": 0, "failure": "other"}
                    }
                ]
            })
        );
    }
    #[test]
    fn the_exchange_is_picked_out_of_the_noise() {
        let get = |url: &str, status: u16, kind: &str| json!({"request": {"method": "GET", "url": url}, "response": {"status": status, "content": {"mimeType": kind}}});
        let file = json!({"log": {"entries": [
            get("http://127.0.0.1:8080/authorize?client_id=c&state=old&redirect_uri=http%3A%2F%2F127.0.0.1%3A4000%2Foauth%2Fcb%2Fapp", 200, "text/html"),
            get("http://127.0.0.1:4000/oauth/cb/app?error=access_denied&state=old", 200, "text/html"),
            get("http://127.0.0.1:8080/authorize?client_id=c&state=fresh-1&redirect_uri=http%3A%2F%2F127.0.0.1%3A4000%2Foauth%2Fcb%2Fapp", 302, ""),
            get("http://127.0.0.1:8080/login?state=fresh-1&client_id=c", 200, "text/html; charset=utf-8"),
            get("https://metrics.example/collect", 200, "application/json"),
            {"request": {"method": "POST", "url": "http://127.0.0.1:8080/login", "postData": {"text": "password=hunter2"}}, "response": {"status": 303}},
            get("http://127.0.0.1:4000/oauth/cb/app?code=the-code&state=fresh-1", 200, "text/html"),
            {"request": {"method": "OPTIONS", "url": "http://127.0.0.1:8080/token", "headers": [{"name": "Access-Control-Request-Method", "value": "POST"}]}, "response": {"status": 204}},
            {"request": {"method": "POST", "url": "http://127.0.0.1:8080/token", "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "code=the-code"}}, "response": {"status": 200}},
            get("http://127.0.0.1:8080/users/7/me?x=1", 200, "application/json"),
        ]}})
        .to_string();
        let expected = Expected {
            mappings: vec![OriginMapping::parse("https://api.example.com=http://127.0.0.1:8080", false).unwrap()],
            addresses: vec!["https://api.example.com/token".into(), "https://api.example.com/users/*/me".into()],
            ..Expected::default()
        };
        let fixture = har(&file, &expected, &Secrets::new()).unwrap().fixture;
        let sent = |fixture: &Fixture| -> Vec<String> {
            fixture
                .exchanges
                .iter()
                .map(|exchange| format!("{} {}", exchange.request.method, exchange.request.url))
                .collect()
        };
        assert_eq!(
            sent(&fixture),
            ["POST https://api.example.com/token", "GET https://api.example.com/users/7/me?x=1"]
        );
        assert_eq!(fixture.callback, json!({"code": "«code#1»", "state": "«state#1»"}).as_object().cloned());
        assert_eq!(
            fixture.authorize.as_deref(),
            Some(
                "https://api.example.com/authorize?client_id=c&state=«state#1»&redirect_uri=http%3A%2F%2F127.0.0.1%3A4000%2Foauth%2Fcb%2Fapp"
            )
        );
        assert_eq!(fixture.inputs["redirectUri"], "http://127.0.0.1:4000/oauth/cb/app");
        // Without a definition, what no person looked at stays.
        let all = har(&file, &Expected::default(), &Secrets::new()).unwrap().fixture;
        assert_eq!(
            sent(&all),
            [
                "GET https://metrics.example/collect",
                "POST http://127.0.0.1:8080/token",
                "GET http://127.0.0.1:8080/users/7/me?x=1"
            ]
        );
        let other = Expected { addresses: vec!["https://b.example/*".into()], ..Expected::default() };
        let error = har(&file, &other, &Secrets::new()).unwrap_err();
        assert!(error.to_string().contains("10 requests"), "{error}");
    }
}
