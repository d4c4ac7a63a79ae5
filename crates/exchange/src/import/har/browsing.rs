//! The browser's part of a recorded flow: where it was sent, the pages a person saw, and where it came back.

use serde_json::{Map, Value, json};
use url::Url;

use super::entry::Entry;
use crate::Fixture;

/// Where a browser comes back to after a person agreed (connection.md §4.2).
const CALLBACK_PATH: &str = "/oauth/cb/";

/// What browsers load beside the requests that matter.
const DECORATION: [&str; 11] = [
    "font",
    "image",
    "manifest",
    "media",
    "other",
    "ping",
    "preflight",
    "script",
    "stylesheet",
    "texttrack",
    "websocket",
];

/// Parameters of which an authorization address has at least one (RFC 6749 §4.1.1).
const OF_AUTHORIZE: [&str; 3] = ["client_id", "redirect_uri", "response_type"];

/// Where in the list of entries the browser was sent away and came back: each attempt, the one that counts last.
pub(super) struct Browsing {
    attempts: Vec<Attempt>,
}

struct Attempt {
    authorize: Option<usize>,
    callback: usize,
    /// The address the browser came back to, with its query.
    url: String,
}

impl Browsing {
    /// Finds each return of the browser, and the address it had been sent to: the first with the same `state`
    /// (OAuth 2), or with the same `oauth_token` (OAuth 1).
    pub(super) fn of(entries: &[Entry]) -> Self {
        let queries: Vec<Vec<(String, String)>> = entries.iter().map(|entry| query(&entry.request.url)).collect();
        let value = |at: usize, name: &str| {
            let mut pairs = queries[at].iter();
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|text| !text.is_empty())
        };
        let redirect_uris: Vec<String> = queries
            .iter()
            .flatten()
            .filter(|(name, value)| name == "redirect_uri" && value.contains("://"))
            .map(|(_, value)| value.clone())
            .collect();
        let returns = |url: &str| is_callback(url) || brings_back(url, &redirect_uris);
        let mut callbacks: Vec<(usize, String)> = (0..entries.len())
            .filter(|at| returns(&entries[*at].request.url))
            .map(|at| (at, entries[at].request.url.clone()))
            .collect();
        // Where nothing listens at the address, the browser's way there is all there is.
        if callbacks.is_empty() {
            let led = (0..entries.len()).filter_map(|at| Some((at, entries[at].redirect()?)));
            callbacks.extend(led.filter(|(_, url)| returns(url)));
        }
        let attempts = callbacks.into_iter().map(|(callback, url)| {
            let back = query(&url);
            let of_callback = |name: &str| {
                back.iter()
                    .find(|(key, _)| key == name)
                    .map(|(_, value)| value.as_str())
                    .filter(|text| !text.is_empty())
            };
            let sent_away = |at: &usize| {
                let same = |name: &str| value(*at, name).is_some() && value(*at, name) == of_callback(name);
                let of_oauth2 = OF_AUTHORIZE.iter().any(|name| value(*at, name).is_some());
                entries[*at].request.method.eq_ignore_ascii_case("get")
                    && (same("state") && of_oauth2 || same("oauth_token"))
            };
            Attempt { authorize: (0..=callback).find(sent_away), callback, url: url.clone() }
        });
        Self { attempts: attempts.collect() }
    }

    /// Writes what the browser did into `frame`; `address` gives the definition's own form of a URL.
    pub(super) fn tell(&self, entries: &[Entry], address: &dyn Fn(&str) -> String, frame: &mut Fixture) {
        let Some(attempt) = self.attempts.last() else { return };
        let callback = &attempt.url;
        let members: Map<String, Value> =
            query(callback).into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        let mut redirect_uri = callback.split(['?', '#']).next().unwrap_or_default().to_owned();
        if let Some(sent) = attempt.authorize.map(|at| &entries[at].request.url) {
            frame.authorize = Some(address(sent));
            let stated = query(sent).into_iter().find(|(name, _)| name == "redirect_uri");
            redirect_uri = stated.map_or(redirect_uri, |(_, uri)| uri);
        }
        frame.callback = Some(members);
        frame.inputs.insert("redirectUri".to_owned(), json!(redirect_uri));
    }

    /// Whether the entry at `at` is the browser's own: a page, what a page loads for its looks, the way to it and back.
    pub(super) fn has(&self, at: usize, entry: &Entry) -> bool {
        let kind = entry.resource_type.as_deref().unwrap_or_default();
        let returns = self.attempts.iter().any(|attempt| attempt.callback == at);
        if returns || is_callback(&entry.request.url) || kind == "document" || DECORATION.contains(&kind) {
            return true;
        }
        let sent = |name: &str| entry.request.header(name).is_some();
        let navigates = entry.request.header("sec-fetch-mode") == Some("navigate");
        // A page of another origin asks before it sends (Fetch §3.2.2).
        let preflight = entry.request.method == "OPTIONS" && sent("access-control-request-method");
        navigates || preflight || self.is_on_the_way(at) && entry.response.is_page()
    }

    /// Which of the `own` requests belong to the last login: those after the browser was sent away, and those
    /// `asked_before` that came after the login before it.
    pub(super) fn of_last(&self, own: &[bool], asked_before: impl Fn(usize) -> bool) -> Vec<bool> {
        let begins = |attempt: &Attempt| attempt.authorize.unwrap_or(attempt.callback);
        let (first, before) = match &self.attempts[..] {
            [.., before, last] => (begins(last), before.callback),
            _ => (0, 0),
        };
        let counts = |(at, own): (usize, &bool)| *own && (at >= first || at > before && asked_before(at));
        own.iter().enumerate().map(counts).collect()
    }

    fn is_on_the_way(&self, at: usize) -> bool {
        self.attempts
            .iter()
            .any(|attempt| attempt.authorize.is_some_and(|authorize| (authorize..=attempt.callback).contains(&at)))
    }
}

/// Whether the browser comes back with `url` to one of `redirect_uris`.
fn brings_back(url: &str, redirect_uris: &[String]) -> bool {
    const BROUGHT: [&str; 4] = ["code", "error", "oauth_token", "oauth_verifier"];
    let address = url.split(['?', '#']).next().unwrap_or_default();
    let known = redirect_uris.iter().any(|uri| uri.split(['?', '#']).next() == Some(address));
    known && query(url).iter().any(|(name, _)| BROUGHT.contains(&name.as_str()))
}

fn is_callback(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.path().starts_with(CALLBACK_PATH))
}

fn query(url: &str) -> Vec<(String, String)> {
    Url::parse(url).map(|url| url.query_pairs().into_owned().collect()).unwrap_or_default()
}
