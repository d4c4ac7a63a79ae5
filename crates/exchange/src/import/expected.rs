//! What is known of the flow a file holds, besides the file.

use serde_json::{Value, json};

use crate::OriginMapping;
use crate::body::form_pairs;
use crate::fixture::{Fixture, RecordedRequest};
use crate::placeholder::without_fragment;

/// What is known of the flow a file holds, besides the file.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// Origins that were answered by others when it was recorded: addresses of TO are written as those of FROM.
    pub mappings: Vec<OriginMapping>,
    /// The addresses the definition sends requests to, without their query; `*` stands for any text. Where there are
    /// any, other requests are left out.
    pub addresses: Vec<String>,
    /// Those of them that are asked before the browser is sent away (`preauthorize`, `requestToken`).
    pub before: Vec<String>,
    /// Whether the flow waits for a browser to come back.
    pub browser: bool,
    /// Whether it brings a code (RFC 6749 §4.1).
    pub brings_code: bool,
}

impl Expected {
    /// Whether the definition may have sent a request to `url`.
    pub(super) fn has(&self, url: &str) -> bool {
        self.addresses.is_empty() || any_fits(&self.addresses, url)
    }

    /// Whether that was before the browser was sent away.
    pub(super) fn is_asked_before(&self, url: &str) -> bool {
        any_fits(&self.before, url)
    }

    /// Makes the browser's return of the code that was sent, where the file does not hold it; what was done, or what is
    /// missing.
    pub(super) fn bring_back(&self, fixture: &mut Fixture) -> Option<String> {
        if !self.browser || fixture.callback.is_some() {
            return None;
        }
        let Some((code, redirect_uri)) = fixture.exchanges.iter().find_map(|exchange| code_of(&exchange.request))
        else {
            return Some(
                "the browser's return is not in the file (a request for /oauth/cb/… or for the redirect URI), and no \
                 request sends its code: record again from before the login on, or write `callback` into the fixture by hand"
                    .to_owned(),
            );
        };
        fixture.callback = json!({"code": code, "state": "«state#1»"}).as_object().cloned();
        if let Some(redirect_uri) = redirect_uri {
            fixture.inputs.insert("redirectUri".to_owned(), redirect_uri.into());
        }
        Some("the browser's return is not in the file, so `callback` was made of the code that is sent".to_owned())
    }
}

/// The code a request sends, and the redirect URI beside it (RFC 6749 §4.1.3).
fn code_of(request: &RecordedRequest) -> Option<(String, Option<String>)> {
    let query = without_fragment(&request.url).split_once('?').map(|(_, query)| query.to_owned());
    let form = request.body.as_ref().and_then(Value::as_str).map(str::to_owned);
    let pairs = query.into_iter().chain(form).flat_map(|text| form_pairs(&text).unwrap_or_default());
    let members = request.body.iter().filter_map(Value::as_object).flatten();
    let members = members.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    let sent: Vec<(String, String)> = pairs.chain(members).collect();
    let value = |wanted: &str| sent.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    Some((value("code")?, value("redirect_uri")))
}

/// Whether one of `patterns` is the address of `url`.
fn any_fits(patterns: &[String], url: &str) -> bool {
    let address = url.split(['?', '#']).next().unwrap_or_default();
    patterns.iter().any(|pattern| fits(pattern, address))
}

/// Whether `text` is `pattern`, in which `*` stands for any text.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        let found = if parts.peek().is_none() {
            rest.ends_with(part).then_some(rest.len())
        } else {
            rest.find(part).map(|at| at + part.len())
        };
        let Some(end) = found else { return false };
        rest = &rest[end..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_addresses() {
        for (pattern, text, expected) in [
            ("https://a/x", "https://a/x", true),
            ("https://a/x", "https://a/xy", false),
            ("https://*/x", "https://b.c/x", true),
            ("https://*.a/*/x", "https://b.a/1/2/x", true),
            ("https://*.a/*/x", "https://b.a/1/2/y", false),
            ("*", "https://b.a/", true),
            ("*ab", "aab", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
