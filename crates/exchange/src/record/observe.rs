//! What in an exchange is secret by its place: learnt so that a fixture does not hold it.

use serde_json::Value;

use crate::body::{body_to_value, form_pairs, headers_from_json};
use crate::encode::percent;
use crate::fixture::{Fixture, RecordedExchange};
use crate::multipart::Form;
use crate::placeholder::{decode_base64, without_fragment};
use crate::redact::{is_secret_field, secret_name};
use crate::{Headers, Request, Response, Secrets};

/// Words that stand in secret fields without being secrets.
const WORDS: [&str; 7] = ["bearer", "false", "none", "null", "true", "undefined", "unknown"];

/// Cookies shorter than this are settings rather than sessions, unless their names say otherwise.
const SESSION_COOKIE: usize = 12;

/// Longer tags are not those of an element called like a secret.
const LONGEST_TAG: usize = 200;

/// Learns from one request and its response.
pub(super) fn exchange(request: &Request, response: Option<&Response>, secrets: &Secrets) {
    query(&request.url, secrets);
    headers(&request.headers, secrets);
    if let Some(value) = request.body.as_ref().and_then(|body| body_to_value(&request.headers, body)) {
        body(&value, secrets);
    }
    let Some(response) = response else { return };
    headers(&response.headers, secrets);
    if let Some(value) = body_to_value(&response.headers, &response.body) {
        body(&value, secrets);
    }
}

/// Learns from an exchange that was recorded elsewhere.
pub(super) fn recorded(exchange: &RecordedExchange, secrets: &Secrets) {
    query(&exchange.request.url, secrets);
    let messages =
        [(&exchange.request.headers, &exchange.request.body), (&exchange.response.headers, &exchange.response.body)];
    for (fields, value) in messages {
        headers(&headers_from_json(fields), secrets);
        value.iter().for_each(|value| body(value, secrets));
    }
}

/// Learns from what a flow was given and ended with.
pub(super) fn inputs(fixture: &Fixture, secrets: &Secrets) {
    fixture.inputs.iter().for_each(|(name, value)| member(name, value, secrets));
    for call in fixture.steps.iter().filter_map(|step| step.request.as_ref()) {
        query(&call.url, secrets);
        call.query.iter().filter_map(|(name, value)| Some((name, value.as_str()?))).for_each(|(name, value)| {
            parameter(name, value, secrets);
        });
        headers(&headers_from_json(&call.headers), secrets);
        call.body.iter().for_each(|value| body(value, secrets));
    }
    if let Some(url) = &fixture.authorize {
        query(url, secrets);
        one_time(url, secrets);
    }
    for (name, value) in fixture.callback.iter().flatten() {
        if let Value::String(text) = value {
            parameter(name, text, secrets);
        }
    }
    if let Some(value) = &fixture.expect {
        member("", value, secrets);
    }
}

fn learn(name: &str, value: &str, secrets: &Secrets) {
    if !WORDS.contains(&value.to_ascii_lowercase().as_str()) {
        secrets.learn(&secret_name(name), value);
    }
}

/// A parameter of a query or form; here `code` is the authorization code (RFC 6749 §4.1.3), while in
/// JSON it mostly is an error's.
fn parameter(name: &str, value: &str, secrets: &Secrets) {
    if name == "code" || is_secret_field(name) {
        learn(name, value, secrets);
    } else if value.contains("://") {
        query(value, secrets);
    }
}

/// The query, the fragment (RFC 6749 §4.2.2 puts tokens there) and the password before the host (RFC 3986 §3.2.1).
fn query(url: &str, secrets: &Secrets) {
    let whole = without_fragment(url);
    let fragment = url[whole.len()..].strip_prefix('#');
    for part in whole.split_once('?').map(|(_, query)| query).into_iter().chain(fragment) {
        for (name, value) in form_pairs(part).unwrap_or_default() {
            parameter(&name, &value, secrets);
        }
    }
    let authority = whole.split_once("://").and_then(|(_, rest)| rest.split(['/', '?']).next());
    let user = authority.and_then(|authority| authority.rsplit_once('@'));
    if let Some((_, password)) = user.and_then(|(user, _)| user.split_once(':')) {
        learn("password", &percent::decode(password), secrets);
    }
}

/// What an authorization address holds for one attempt only (RFC 6749 §10.12, OpenID Connect Core §3.1.2.1): another
/// in each recording, so that a placeholder keeps two of them alike.
fn one_time(url: &str, secrets: &Secrets) {
    let Some((_, query)) = without_fragment(url).split_once('?') else { return };
    for (name, value) in form_pairs(query).unwrap_or_default() {
        if matches!(name.as_str(), "state" | "nonce") {
            learn(&name, &value, secrets);
        }
    }
}

fn body(value: &Value, secrets: &Secrets) {
    match value {
        Value::String(text) => {
            let parts = Form::read(text).map(|form| form.contents);
            for (name, value) in form_pairs(text).or(parts).unwrap_or_default() {
                parameter(&name, &value, secrets);
            }
            elements(text, secrets);
            // JSON is sent under other types, too.
            nested(text, secrets);
        }
        other => member("", other, secrets),
    }
}

/// JSON within a text.
fn nested(text: &str, secrets: &Secrets) {
    if text.trim_start().starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str::<Value>(text)
    {
        member("", &value, secrets);
    }
}

/// The texts of XML elements that are called like a secret.
fn elements(text: &str, secrets: &Secrets) {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        let Some(end) = after.bytes().take(LONGEST_TAG).position(|byte| byte == b'>') else { continue };
        let (tag, behind) = (&after[..end], &after[end + 1..]);
        let name = tag.split_whitespace().next().unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or_default();
        if tag.ends_with('/') || !is_secret_field(local) {
            continue;
        }
        if let Some((value, closing)) = behind.split_once('<')
            && closing.starts_with('/')
        {
            learn(local, &entities(value.trim()), secrets);
        }
    }
}

/// A text of XML as it is meant (XML 1.0 §4.6).
fn entities(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

fn member(name: &str, value: &Value, secrets: &Secrets) {
    match value {
        Value::String(text) if is_secret_field(name) => learn(name, text, secrets),
        Value::String(text) => nested(text, secrets),
        Value::Array(items) => items.iter().for_each(|item| member(name, item, secrets)),
        Value::Object(members) => members.iter().for_each(|(name, value)| member(name, value, secrets)),
        _ => {}
    }
}

fn headers(headers: &Headers, secrets: &Secrets) {
    for (name, value) in headers.iter() {
        match name.to_ascii_lowercase().as_str() {
            "authorization" | "proxy-authorization" => authorization(value, secrets),
            "cookie" => value.split(';').for_each(|pair| cookie(pair, secrets)),
            "set-cookie" => cookie(value.split(';').next().unwrap_or_default(), secrets),
            "location" => query(value, secrets),
            _ if is_secret_field(name) => learn(name, value, secrets),
            _ => {}
        }
    }
}

fn cookie(pair: &str, secrets: &Secrets) {
    let of_session = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["auth", "csrf", "sess", "sid", "token", "xsrf"].iter().any(|word| name.contains(word))
    };
    if let Some((name, value)) = pair.trim().split_once('=')
        && (value.len() >= SESSION_COOKIE || of_session(name))
    {
        secrets.learn(&secret_name(&format!("cookie {name}")), value);
    }
}

/// Credentials by their scheme (RFC 9110 §11.4). What is known already keeps its name.
fn authorization(value: &str, secrets: &Secrets) {
    let (scheme, credentials) = match value.split_once(' ') {
        Some((scheme, credentials)) => (scheme.to_ascii_lowercase(), credentials.trim()),
        None => (String::new(), value),
    };
    match scheme.as_str() {
        _ if secrets.contains_secret(credentials).is_some() && scheme != "oauth" => {}
        "basic" => basic(credentials, secrets),
        "bearer" | "token" => learn("accessToken", credentials, secrets),
        "oauth" => {
            for parameter in credentials.split(',') {
                if let Some((name, value)) = parameter.trim().split_once('=')
                    && is_secret_field(name)
                {
                    learn(name, &percent::decode(value.trim_matches('"')), secrets);
                }
            }
        }
        _ => learn("authorization", credentials, secrets),
    }
}

/// The password of a Basic pair, or the user where the password is empty: keys are sent like that.
fn basic(credentials: &str, secrets: &Secrets) {
    let decoded = decode_base64(credentials).and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded.as_deref().and_then(|pair| pair.split_once(':')) {
        Some((key, "")) => learn("apiKey", key, secrets),
        Some((_, password)) => learn("password", password, secrets),
        None => learn("authorization", credentials, secrets),
    }
}
