//! `log.sanitize`: the paths a definition hides from logs (communication.md §5 log.sanitize).

use serde_json::Value;

use super::Secrets;
use super::fields::{is_secret_field, secret_name};
use crate::body::{exchange_json, form_pairs, write_form_pairs};
use crate::{Request, Response};

/// Values found at a sanitized path are looked for elsewhere too only from this length on, unless
/// the field's own name says that it is a secret; hiding every `Bearer` or `3600` helps nobody.
const WORTH_LEARNING: usize = 12;

/// The paths of one definition's `log.sanitize`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SanitizePaths {
    paths: Vec<SanitizePath>,
}

/// One path of `log.sanitize`, such as ``request.headers.`X-Api-Key` `` or `response.body`.
///
/// Names compare without regard to case; backticks may stand around any segment; a path that ends
/// early covers everything below it; within arrays it covers every item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SanitizePath {
    message: &'static str,
    part: Part,
    segments: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Everything,
    Url,
    Query,
    Headers,
    Body,
}

/// Why a path of `log.sanitize` hides nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSanitizePath {
    /// It does not start with `request` or `response`.
    #[error("`{0}` hides nothing: a path of log.sanitize starts with `request.` or `response.`")]
    NoMessage(String),
    /// Its second segment is none of the parts of that message.
    #[error(
        "`{0}` hides nothing: after `request.` comes `url`, `qs`, `headers` or `body`, after `response.` comes `headers` or `body`"
    )]
    NoPart(String),
}

/// One value at a sanitized path.
#[derive(Clone, PartialEq, Eq)]
pub struct Sanitized {
    /// The name to show instead: the field's, as [`secret_name`] writes it.
    pub name: String,
    /// The secret itself.
    pub value: String,
    /// Whether the path names this very field rather than something around it.
    pub exact: bool,
}

impl std::fmt::Debug for Sanitized {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "«{}»", self.name)
    }
}

impl SanitizePath {
    /// Reads one path.
    ///
    /// # Errors
    /// [`InvalidSanitizePath`] if it cannot match anything.
    pub fn parse(path: &str) -> Result<Self, InvalidSanitizePath> {
        let mut segments = split(path).into_iter();
        let message = match segments.next().map(|segment| segment.to_lowercase()).as_deref() {
            Some("request") => "request",
            Some("response") => "response",
            _ => return Err(InvalidSanitizePath::NoMessage(path.to_owned())),
        };
        let part = match (message, segments.next().map(|segment| segment.to_lowercase()).as_deref()) {
            (_, None) => Part::Everything,
            (_, Some("headers")) => Part::Headers,
            (_, Some("body")) => Part::Body,
            ("request", Some("url")) => Part::Url,
            ("request", Some("qs" | "query")) => Part::Query,
            _ => return Err(InvalidSanitizePath::NoPart(path.to_owned())),
        };
        Ok(Self { message, part, segments: segments.collect() })
    }

    fn covers(&self, part: Part) -> bool {
        self.part == part || self.part == Part::Everything
    }
}

impl SanitizePaths {
    /// Reads the paths; those that cannot match are left out (a check reports them).
    pub fn new<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        Self { paths: paths.into_iter().filter_map(|path| SanitizePath::parse(path).ok()).collect() }
    }

    /// The values which these paths hide in one exchange.
    pub fn values(&self, request: &Request, response: Option<&Response>) -> Vec<Sanitized> {
        let mut found: Vec<Sanitized> = Vec::new();
        let mut exchange = exchange_json(request, response);
        self.visit(&mut exchange, &mut |name, value, exact| {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => return,
            };
            let value = credentials(&text).to_owned();
            let sanitized = Sanitized { name: secret_name(name), value, exact };
            if !sanitized.value.is_empty() && !found.contains(&sanitized) {
                found.push(sanitized);
            }
        });
        found
    }

    /// Teaches `secrets` the hidden values that are worth hiding elsewhere too.
    pub fn learn(&self, secrets: &Secrets, request: &Request, response: Option<&Response>) {
        for Sanitized { name, value, exact } in self.values(request, response) {
            let long = exact && value.chars().count() >= WORTH_LEARNING;
            if long || is_secret_field(&name) || name == "authorization" {
                secrets.learn(&name, &value);
            }
        }
    }

    /// Replaces what these paths hide in a report's step `{"request": {"url", "headers", "body"},
    /// "response": {"headers", "body"}}` by `«name»`, whatever the values are.
    pub fn mask(&self, step: &mut Value) {
        self.visit(step, &mut |name, value, _| *value = Value::String(format!("«{}»", secret_name(name))));
    }

    /// Calls `on` with the name and the value of every leaf that is covered.
    fn visit(&self, exchange: &mut Value, on: &mut dyn FnMut(&str, &mut Value, bool)) {
        for path in &self.paths {
            let Some(message) = exchange.get_mut(path.message) else { continue };
            if path.covers(Part::Headers)
                && let Some(headers) = message.get_mut("headers")
            {
                walk(headers, &path.segments, "headers", on);
            }
            if path.covers(Part::Body)
                && let Some(body) = message.get_mut("body")
            {
                walk_body(body, &path.segments, on);
            }
            let Some(url) = message.get_mut("url") else { continue };
            if path.part == Part::Url {
                on("url", url, true);
            } else if path.covers(Part::Query) {
                walk_query(url, &path.segments, on);
            }
        }
    }
}

/// The part of a header value after its authentication scheme: `abc` of `Bearer abc`.
fn credentials(value: &str) -> &str {
    match value.split_once(' ') {
        Some((scheme, rest))
            if !rest.contains(' ') && scheme.chars().all(|character| character.is_ascii_alphabetic()) =>
        {
            rest
        }
        _ => value,
    }
}

fn walk(value: &mut Value, segments: &[String], name: &str, on: &mut dyn FnMut(&str, &mut Value, bool)) {
    match value {
        Value::Array(items) => {
            let rest = match segments {
                [first, rest @ ..] if first.bytes().all(|byte| byte.is_ascii_digit()) => rest,
                all => all,
            };
            items.iter_mut().for_each(|item| walk(item, rest, name, on));
        }
        Value::Object(members) => match segments {
            [] => members.iter_mut().for_each(|(key, member)| walk_below(member, key, on)),
            [first, rest @ ..] => members
                .iter_mut()
                .filter(|(key, _)| key.to_lowercase() == first.to_lowercase())
                .for_each(|(key, member)| walk(member, rest, key, on)),
        },
        Value::Null => {}
        leaf if segments.is_empty() => on(name, leaf, true),
        _ => {}
    }
}

/// Everything below a path that ended.
fn walk_below(value: &mut Value, name: &str, on: &mut dyn FnMut(&str, &mut Value, bool)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk_below(item, name, on)),
        Value::Object(members) => members.iter_mut().for_each(|(key, member)| walk_below(member, key, on)),
        Value::Null => {}
        leaf => on(name, leaf, false),
    }
}

/// A body is JSON, form pairs in a text, or a text that is hidden as a whole.
fn walk_body(body: &mut Value, segments: &[String], on: &mut dyn FnMut(&str, &mut Value, bool)) {
    match body {
        Value::String(text) => match form_pairs(text) {
            Some(pairs) => walk_pairs(text, pairs, segments, on),
            None if segments.is_empty() => on("body", body, true),
            None => {}
        },
        other => walk(other, segments, "body", on),
    }
}

fn walk_query(url: &mut Value, segments: &[String], on: &mut dyn FnMut(&str, &mut Value, bool)) {
    let Value::String(url) = url else { return };
    let Some((before, rest)) = url.split_once('?') else { return };
    let (query, fragment) = match rest.split_once('#') {
        Some((query, fragment)) => (query, format!("#{fragment}")),
        None => (rest, String::new()),
    };
    let Some(pairs) = form_pairs(query) else { return };
    let mut masked = query.to_owned();
    walk_pairs(&mut masked, pairs, segments, on);
    *url = format!("{before}?{masked}{fragment}");
}

fn walk_pairs(
    text: &mut String,
    pairs: Vec<(String, String)>,
    segments: &[String],
    on: &mut dyn FnMut(&str, &mut Value, bool),
) {
    let mut changed = false;
    let mut written = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        let covered = match segments {
            [] => true,
            [only] => only.to_lowercase() == name.to_lowercase(),
            _ => false,
        };
        let mut leaf = Value::String(value);
        if covered {
            let before = leaf.clone();
            on(&name, &mut leaf, !segments.is_empty());
            changed |= leaf != before;
        }
        written.push((name, leaf.as_str().unwrap_or_default().to_owned()));
    }
    if changed {
        *text = write_form_pairs(&written);
    }
}

/// The segments of a path: separated by dots, backticks and array brackets left out.
fn split(path: &str) -> Vec<String> {
    let mut segments = vec![String::new()];
    let mut quoted = false;
    for character in path.trim().chars() {
        match character {
            '`' => quoted = !quoted,
            '.' | '[' if !quoted => segments.push(String::new()),
            ']' if !quoted => {}
            other => segments.last_mut().expect("starts with one segment").push(other),
        }
    }
    segments.into_iter().map(|segment| segment.trim().to_owned()).filter(|segment| !segment.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn exchange() -> (Request, Response) {
        let request = Request::new("POST", "https://a.example/token?api_key=query-secret-1&page=2")
            .with_header("X-Api-Key", "header-secret-1")
            .with_header("Authorization", "Bearer bearer-secret-1")
            .with_form([("client_secret", "form secret 1"), ("grant_type", "authorization_code")]);
        let response = Response::json(
            200,
            &json!({"access_token": "body-secret-1", "user": {"pin": 123456}, "keys": [{"value": "array-secret-1"}, {"value": "array-secret-2"}]}),
        );
        (request, response)
    }

    fn found(path: &str) -> Vec<(String, String)> {
        let (request, response) = exchange();
        SanitizePaths::new([path])
            .values(&request, Some(&response))
            .into_iter()
            .map(|sanitized| (sanitized.name, sanitized.value))
            .collect()
    }

    #[test]
    fn every_spelling_of_a_path_finds_its_value() {
        let table = [
            ("request.headers.X-Api-Key", "xApiKey", "header-secret-1"),
            ("request.headers.x-api-key", "xApiKey", "header-secret-1"),
            ("request.headers.`X-API-KEY`", "xApiKey", "header-secret-1"),
            ("Request.Headers.`x-api-key`", "xApiKey", "header-secret-1"),
            ("request.headers.authorization", "authorization", "bearer-secret-1"),
            ("request.qs.api_key", "apiKey", "query-secret-1"),
            ("request.body.client_secret", "clientSecret", "form secret 1"),
            ("response.body.access_token", "accessToken", "body-secret-1"),
            ("response.body.ACCESS_TOKEN", "accessToken", "body-secret-1"),
            ("response.body.user.pin", "pin", "123456"),
        ];
        for (path, name, value) in table {
            assert_eq!(found(path), [(name.to_owned(), value.to_owned())], "{path}");
        }
    }

    #[test]
    fn arrays_are_covered_item_by_item() {
        for path in ["response.body.keys.value", "response.body.keys[].value", "response.body.keys[1].value"] {
            assert_eq!(found(path).len(), 2, "{path}");
        }
    }

    #[test]
    fn subtrees_cover_everything_below() {
        assert_eq!(found("response.body").len(), 4);
        assert_eq!(found("response.body.user"), [("pin".to_owned(), "123456".to_owned())]);
        assert_eq!(found("request.headers").len(), 3);
        assert_eq!(found("request").len(), 7);
        assert_eq!(found("request.headers.token"), [], "a wrong path finds nothing");
    }

    #[test]
    fn paths_that_cannot_match_are_refused_in_words() {
        let message = |path| SanitizePath::parse(path).unwrap_err();
        assert!(matches!(message("headers.authorization"), InvalidSanitizePath::NoMessage(_)));
        assert!(matches!(message(""), InvalidSanitizePath::NoMessage(_)));
        assert!(matches!(message("request.header.authorization"), InvalidSanitizePath::NoPart(_)));
        assert!(matches!(message("response.qs.code"), InvalidSanitizePath::NoPart(_)));
    }

    #[test]
    fn learning_leaves_common_words_alone() {
        let (request, response) = exchange();
        let secrets = Secrets::new();
        SanitizePaths::new(["request", "response.body.access_token"]).learn(&secrets, &request, Some(&response));
        assert_eq!(secrets.redact("grant_type=authorization_code&page=2"), "grant_type=authorization_code&page=2");
        assert_eq!(secrets.redact("body-secret-1"), "«accessToken»");
        assert_eq!(secrets.redact("form%20secret%201"), "«clientSecret»");
    }

    #[test]
    fn masking_works_by_position() {
        let mut step = json!({
            "request": {"url": "https://a.example/x?api_key=1&page=2", "headers": {"X-Api-Key": "1"}, "body": "client_secret=1&a=b"},
            "response": {"status": 200, "headers": {}, "body": {"access_token": "1", "n": 1, "list": [true, null]}}
        });
        SanitizePaths::new([
            "request.qs.api_key",
            "request.headers.x-api-key",
            "request.body.client_secret",
            "response.body",
        ])
        .mask(&mut step);
        assert_eq!(
            step,
            json!({
                "request": {"url": "https://a.example/x?api_key=«apiKey»&page=2", "headers": {"X-Api-Key": "«xApiKey»"}, "body": "client_secret=«clientSecret»&a=b"},
                "response": {"status": 200, "headers": {}, "body": {"access_token": "«accessToken»", "n": "«n»", "list": ["«list»", null]}}
            })
        );
    }
}
