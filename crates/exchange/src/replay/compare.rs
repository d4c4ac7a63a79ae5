//! Compares a request with a recorded one, field by field and by meaning.

use serde_json::Value;

use super::body;
use super::mismatch::Difference;
use crate::Request;
use crate::body::headers_from_json;
use crate::encode::percent;
use crate::fixture::{RecordedExchange, RecordedRequest};
use crate::placeholder::{Bindings, Pattern, without_fragment};
use crate::record::is_own_agent;

/// Headers that transports add or that change without meaning; compared only if they were recorded.
const TRANSPORT_HEADERS: [&str; 5] = ["accept-encoding", "connection", "content-length", "host", "transfer-encoding"];

/// Headers every program sends in its own way; where another one's recording was imported, compared only if they were
/// recorded.
const OF_THE_PROGRAM: [&str; 2] = ["accept", "user-agent"];

/// Everything in which `request` differs from what was `recorded`; placeholders met on the way are bound.
pub(super) fn differences(recorded: &RecordedExchange, request: &Request, bindings: &mut Bindings) -> Vec<Difference> {
    let mut found = Vec::new();
    // Imports do not know blocks.
    let imported = recorded.block.is_empty();
    let recorded = &recorded.request;
    if !recorded.method.eq_ignore_ascii_case(&request.method) {
        found.push(Difference::new("/method", text(&recorded.method), text(&request.method)));
    }
    compare_url(&recorded.url, &request.url, bindings, &mut found);
    if !recorded.headers.is_empty() {
        compare_headers(recorded, request, imported, bindings, &mut found);
    }
    body::compare(recorded, request, bindings, &mut found);
    found
}

fn text(value: &str) -> Option<Value> {
    Some(Value::String(value.to_owned()))
}

pub(super) fn compare_url(recorded: &str, sent: &str, bindings: &mut Bindings, found: &mut Vec<Difference>) {
    let (recorded_address, recorded_query) = split_url(recorded);
    let (sent_address, sent_query) = split_url(sent);
    if !Pattern::parse(&recorded_address).matches(&sent_address, bindings) {
        found.push(Difference::new("/url", text(&recorded_address), text(&sent_address)));
    }
    compare_pairs("/query", &pairs(&recorded_query), &pairs(&sent_query), bindings, found);
}

/// The address as it is meant (case, default port and escapes aside) and the query.
fn split_url(url: &str) -> (String, String) {
    let url = without_fragment(url);
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let scheme = scheme.to_ascii_lowercase();
    let mut authority = authority.to_owned();
    if !authority.contains('«') {
        authority.make_ascii_lowercase();
    }
    let default_port = if scheme == "http" { ":80" } else { ":443" };
    let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
    let path = if path.is_empty() { "/".to_owned() } else { percent::decode(path) };
    (format!("{scheme}://{authority}{path}"), query.to_owned())
}

pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// Compares named values: the order of different names does not matter, that of one name's does.
pub(super) fn compare_pairs(
    place: &str,
    recorded: &[(String, String)],
    sent: &[(String, String)],
    bindings: &mut Bindings,
    found: &mut Vec<Difference>,
) {
    compare_meanings(place, recorded, sent, |_, value| value.to_owned(), bindings, found);
}

/// As [`compare_pairs`], where values of the same `meaning` are alike; told are the values as they are written.
fn compare_meanings(
    place: &str,
    recorded: &[(String, String)],
    sent: &[(String, String)],
    meaning: impl Fn(&str, &str) -> String,
    bindings: &mut Bindings,
    found: &mut Vec<Difference>,
) {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in recorded.iter().chain(sent) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    for name in names {
        let values = |pairs: &[(String, String)]| -> Vec<String> {
            pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
        };
        let (recorded, sent) = (values(recorded), values(sent));
        for index in 0..recorded.len().max(sent.len()) {
            let (expected, actual) = (recorded.get(index), sent.get(index));
            let fits = match (expected, actual) {
                (Some(expected), Some(actual)) => {
                    Pattern::parse(&meaning(name, expected)).matches(&meaning(name, actual), bindings)
                }
                _ => false,
            };
            if !fits {
                let pointer = format!("{place}/{}", body::escaped(name));
                let value = |text: Option<&String>| text.cloned().map(Value::String);
                found.push(Difference::new(pointer, value(expected), value(actual)));
            }
        }
    }
}

fn compare_headers(
    recorded: &RecordedRequest,
    request: &Request,
    imported: bool,
    bindings: &mut Bindings,
    found: &mut Vec<Difference>,
) {
    let lower = |headers: crate::Headers| -> Vec<(String, String)> {
        headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect()
    };
    let mut expected = lower(headers_from_json(&recorded.headers));
    let mut sent = lower(request.headers.clone());
    sent.retain(|(name, value)| {
        let recorded = expected.iter().any(|(key, _)| key == name);
        let by_program = OF_THE_PROGRAM.contains(&name.as_str()) && (imported || is_own_agent(value));
        recorded || !(by_program || TRANSPORT_HEADERS.contains(&name.as_str()))
    });
    if let (Some(recorded), Some(signed)) = (signature(&expected), signature(&sent)) {
        compare_pairs("/headers/authorization", &recorded, &signed, bindings, found);
        for pairs in [&mut expected, &mut sent] {
            pairs.retain(|(name, _)| name != "authorization");
        }
    }
    compare_meanings("/headers", &expected, &sent, header_meaning, bindings, found);
}

/// The parameters of an OAuth 1 signature (RFC 5849 §3.5.1).
fn signature(headers: &[(String, String)]) -> Option<Vec<(String, String)>> {
    let (_, value) = headers.iter().find(|(name, _)| name == "authorization")?;
    let (_, parameters) = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("oauth"))?;
    let parameters = parameters.split(',').filter_map(|parameter| parameter.trim().split_once('='));
    Some(parameters.map(|(name, value)| (name.to_owned(), percent::decode(value.trim_matches('"')))).collect())
}

/// A header's value without spellings that mean the same: the case of a media type or an
/// authentication scheme (RFC 9110 §8.3.1, §11.1: `bearer` is `Bearer`), the boundary of a multipart body, the character set everything has anyway.
fn header_meaning(name: &str, value: &str) -> String {
    match name {
        "content-type" => {
            let mut parts = value.split(';').map(str::trim);
            let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
            let meant = parts
                .map(str::to_ascii_lowercase)
                .filter(|part| !(part.is_empty() || part.starts_with("boundary=") || part == "charset=utf-8"));
            meant.fold(essence, |meaning, parameter| format!("{meaning}; {parameter}"))
        }
        "authorization" => match value.split_once(' ') {
            Some((scheme, credentials)) => format!("{} {}", scheme.to_ascii_lowercase(), credentials.trim()),
            None => value.to_owned(),
        },
        _ => value.trim().to_owned(),
    }
}
