//! What a case expects against what was done.

use connspec_exchange::{Headers, Request, headers_to_json};
use connspec_iml::Date;
use connspec_runner::{Effects, Prepared, RunError};
use connspec_spec::Definition;
use serde_json::{Map, Value as Json, json};

use crate::Done;
use crate::case::Case;

/// Every difference, in words.
pub(crate) fn problems(case: &Case, done: &Done, definition: &Definition) -> Vec<String> {
    let mut problems = Vec::new();
    if let Some(expected) = &case.request {
        differ(&mut problems, "request", expected, &request(expected, done));
    }
    let mut actual = outcome(done, definition);
    for (key, expected) in &case.outcome {
        let found = actual.remove(key).unwrap_or(Json::Null);
        let found = if key == "options" || key == "error" { only(expected, &found) } else { found };
        differ(&mut problems, key, expected, &found);
    }
    if let (Some(error), false) = (actual.remove("error"), case.outcome.contains_key("error")) {
        problems.push(format!("stopped by {error}"));
    }
    let lines: Vec<String> = done.decisions.iter().map(ToString::to_string).collect();
    for words in &case.decisions {
        if !lines.iter().any(|line| line.contains(words)) {
            problems.push(format!("no decision says `{words}`; there are {lines:#?}"));
        }
    }
    for words in &case.unsaid {
        problems
            .extend(lines.iter().filter(|line| line.contains(words)).map(|line| format!("`{line}` says `{words}`")));
    }
    problems
}

fn differ(problems: &mut Vec<String>, what: &str, expected: &Json, actual: &Json) {
    if expected != actual {
        problems.push(format!("{what}\n  expected {expected}\n  but was  {actual}"));
    }
}

/// The members of `found` that `expected` speaks of.
fn only(expected: &Json, found: &Json) -> Json {
    match (expected, found) {
        (Json::Object(expected), Json::Object(found)) => {
            let kept = found.iter().filter(|(key, _)| expected.contains_key(*key));
            Json::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
        }
        _ => found.clone(),
    }
}

/// The request in the shape of a case: method only if it is not GET, headers and body only if there are any.
fn request(expected: &Json, done: &Done) -> Json {
    match &done.prepared {
        Some(Ok(Prepared::Send(request))) => sent(request, expected),
        Some(Ok(Prepared::Skipped)) => json!("skipped"),
        Some(Ok(Prepared::NoUrl)) => json!("no url"),
        Some(Err(error)) => json!(format!("failed: {error}")),
        None => json!("none was prepared"),
    }
}

fn sent(request: &Request, expected: &Json) -> Json {
    let mut shown = Map::new();
    if request.method != "GET" {
        shown.insert("method".into(), json!(request.method));
    }
    shown.insert("url".into(), json!(without_chance(&request.url, &request.headers)));
    let mut headers: Map<String, Json> =
        headers_to_json(&request.headers).into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
    let expects_agent = expected["headers"].get("user-agent").is_some();
    // Every request carries it; the cases about it alone spell it out.
    let agent = if expects_agent { None } else { headers.remove("user-agent") };
    if !expects_agent && !agent.is_some_and(|agent| agent.as_str().is_some_and(|text| text.starts_with("connspec/"))) {
        shown.insert("user-agent".into(), json!("is not ours"));
    }
    for value in headers.values_mut() {
        if let Json::String(text) = value {
            *text = without_chance(text, &request.headers);
        }
    }
    let body = request.body.as_deref().map(|body| without_chance(&String::from_utf8_lossy(body), &request.headers));
    if !headers.is_empty() {
        shown.insert("headers".into(), Json::Object(headers));
    }
    if let Some(body) = body {
        shown.insert("body".into(), json!(body));
    }
    Json::Object(shown)
}

/// The boundary of a multipart body and the nonce of OAuth 1 come from the host's randomness.
fn without_chance(text: &str, headers: &Headers) -> String {
    let boundary = headers.get("content-type").and_then(|value| value.split("boundary=").nth(1));
    let text = boundary.map_or_else(|| text.to_owned(), |boundary| text.replace(boundary, "BOUNDARY"));
    let Some(after) = text.find("oauth_nonce=").map(|at| at + "oauth_nonce=".len()) else { return text };
    let start = after + usize::from(text[after..].starts_with('"'));
    let length = text[start..].bytes().take_while(u8::is_ascii_alphanumeric).count();
    assert_eq!(length, 32, "a nonce is a UUID without its hyphens");
    format!("{}NONCE{}", &text[..start], &text[start + length..])
}

/// Everything that came of it, by the keys of a case's `outcome`.
fn outcome(done: &Done, definition: &Definition) -> Map<String, Json> {
    let context = &done.context;
    let mut outcome = Map::new();
    outcome.insert("temp".into(), context.temp().to_tagged());
    outcome.insert("data".into(), context.data().to_tagged());
    if let Some(answer) = context.answer() {
        outcome.insert("body".into(), answer.body.to_tagged());
        outcome.insert("headers".into(), answer.headers.to_tagged());
    }
    if let Some(Ok(Prepared::Send(request))) = &done.prepared {
        outcome.insert("options".into(), options(request));
    }
    if let Some(again) = done.again {
        outcome.insert("again".into(), json!(again));
    }
    if let Some(Ok(redirect)) = &done.redirect {
        outcome.insert("redirect".into(), json!(redirect.url));
        outcome.insert("state".into(), json!(redirect.state));
    }
    let mut secrets = done.secrets.names();
    secrets.sort();
    outcome.insert("secrets".into(), json!(secrets));
    let failed = [
        done.prepared.as_ref().and_then(|prepared| prepared.as_ref().err()),
        done.effects.as_ref().and_then(|effects| effects.as_ref().err()),
        done.redirect.as_ref().and_then(|redirect| redirect.as_ref().err()),
    ];
    if let Some(failed) = failed.into_iter().flatten().next() {
        outcome.insert("error".into(), error(failed, definition));
    }
    if let Some(Ok(effects)) = &done.effects {
        outcome.extend(effects_of(effects));
    }
    outcome
}

fn effects_of(effects: &Effects) -> Map<String, Json> {
    let mut found = Map::new();
    found.insert("uid".into(), json!(effects.uid));
    found.insert("metadata".into(), json!(effects.metadata));
    found.insert("expires".into(), json!(effects.expires.map(|millis| Date { millis }.to_iso())));
    found.insert("scope".into(), json!(effects.scope));
    found
}

fn options(request: &Request) -> Json {
    let options = &request.options;
    json!({
        "timeout": options.timeout.as_millis() as u64,
        "followRedirects": options.follow_redirects,
        "followAllRedirects": options.follow_all_redirects,
        "maxRedirects": options.max_redirects,
        "ca": options.ca,
        "gzip": options.gzip,
        "rejectUnauthorized": options.reject_unauthorized,
        "confidential": options.confidential,
    })
}

/// An error, with the text of the definition it points at.
fn error(error: &RunError, definition: &Definition) -> Json {
    json!({
        "type": error.kind.name(),
        "message": error.message,
        "status": error.status,
        "block": error.block,
        "directive": error.directive,
        "at": error.place.map(|place| definition.sources.slice(place)),
        "retryAfter": error.retry_after,
    })
}
