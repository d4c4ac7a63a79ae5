//! The fixture file: a recorded flow that can be replayed without a network (cli.md, "Fixture file").

mod older;
mod step;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::lenient;
use crate::placeholder::Pattern;

pub use step::{FixtureStep, StepRequest};

/// The newest fixture version this program reads, and the one it writes. Since 2, a `refresh` follows `refresh.condition`
/// unless it says that it was forced, steps may move the clock, and `request` is one.
pub const FIXTURE_VERSION: u32 = 2;

/// One recorded flow. Every secret in it is a placeholder: `«accessToken#1»` stands for one value
/// wherever it occurs, `«base64:user:«password#1»»` for the Base64 of what is inside (`base64url` for
/// the URL-safe alphabet without padding).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Fixture {
    /// The version of the format, see [`FIXTURE_VERSION`].
    pub version: u32,
    /// The definition the flow belongs to, as the recording command was given it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
    /// Names the state of the definition at the time, as `sha256:…`; a replay says when it has changed since.
    #[serde(rename = "specHash", default, skip_serializing_if = "Option::is_none")]
    pub spec_hash: Option<String>,
    /// What was done, in order.
    #[serde(default)]
    pub steps: Vec<FixtureStep>,
    /// The moment the flow started, ISO 8601 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// The seed of the flow's randomness.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The switches the flow ran with, as far as they were turned.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub compat: Map<String, Value>,
    /// What the flow was given: `parameters`, `common`, `scope`, …
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub inputs: Map<String, Value>,
    /// The address the browser was sent to. Without it, a replay does not look at that address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorize: Option<String>,
    /// The query the browser came back with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<Map<String, Value>>,
    /// What was sent and answered, in order.
    pub exchanges: Vec<RecordedExchange>,
    /// How the flow ended: `data`, `scope`, `uid`, `metadata`, `expires`, or `error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Value>,
}

/// One request and its response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedExchange {
    /// The block of the definition that sent it.
    pub block: String,
    /// What was sent.
    pub request: RecordedRequest,
    /// What came back.
    pub response: RecordedResponse,
}

/// What was sent.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedRequest {
    /// The method in upper case.
    pub method: String,
    /// The absolute URL with its query.
    pub url: String,
    /// The header fields the definition sent; a repeated name holds an array. Without any, a replay
    /// does not look at headers.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub headers: Map<String, Value>,
    /// JSON as JSON, other text as text, anything else as `{"base64": "…"}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

/// What came back.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RecordedResponse {
    /// The status code; 0 beside a `failure`.
    pub status: u16,
    /// The header fields; a repeated name holds an array.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub headers: Map<String, Value>,
    /// JSON as JSON, other text as text, anything else as `{"base64": "…"}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Why nothing came back, as [`crate::TransportErrorKind::name`] calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// Why a text is no fixture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FixtureError {
    /// The text is neither JSON nor JSON5.
    #[error("the fixture is not JSON: {}", .0.message)]
    Syntax(lenient::Malformed),
    /// The version is missing or none.
    #[error(
        "the fixture has no `version`. This program reads version {FIXTURE_VERSION}: if the file is a fixture, write \"version\": {FIXTURE_VERSION} at its top"
    )]
    NoVersion,
    /// The file was written by a newer program.
    #[error(
        "the fixture has version {0}, and this program reads versions up to {FIXTURE_VERSION}. Update connspec, or record the flow again"
    )]
    Newer(u64),
    /// What was sent and answered is missing: without it a replay would compare nothing.
    #[error(
        "the fixture has no `exchanges`, what was sent and answered. Write them, or \"exchanges\": [] if nothing was sent"
    )]
    NoExchanges,
    /// A member is missing or of the wrong kind.
    #[error("the fixture cannot be used: {message}")]
    Shape {
        /// Which, and what it should be.
        message: String,
        /// Line and column of it, from 1; not known of JSON5.
        place: Option<(usize, usize)>,
    },
}

impl FixtureError {
    /// Line and column of what is wrong, from 1, where that can be said.
    pub fn place(&self) -> Option<(usize, usize)> {
        match self {
            Self::Syntax(malformed) => malformed.place,
            Self::Shape { place, .. } => *place,
            Self::NoVersion | Self::Newer(_) | Self::NoExchanges => None,
        }
    }
}

impl Fixture {
    /// A fixture of the current version that holds nothing yet.
    pub fn new() -> Self {
        Self {
            version: FIXTURE_VERSION,
            spec: None,
            spec_hash: None,
            steps: Vec::new(),
            clock: None,
            seed: None,
            compat: Map::new(),
            inputs: Map::new(),
            authorize: None,
            callback: None,
            exchanges: Vec::new(),
            expect: None,
        }
    }

    /// Reads a fixture file: JSON, or JSON5 where a person wrote it.
    ///
    /// # Errors
    /// [`FixtureError`], in words.
    pub fn from_text(text: &str) -> Result<Self, FixtureError> {
        let mut value = lenient::parse(text).map_err(FixtureError::Syntax)?;
        match value.get("version").and_then(Value::as_u64) {
            None | Some(0) => return Err(FixtureError::NoVersion),
            Some(version) if version > u64::from(FIXTURE_VERSION) => return Err(FixtureError::Newer(version)),
            Some(_) if value.get("exchanges").is_none() => return Err(FixtureError::NoExchanges),
            Some(version) => older::bring_up_to_date(version, &mut value),
        }
        serde_json::from_value(value).map_err(|error| {
            // Only a reader of the text knows where in it the fault lies.
            let placed = serde_json::from_str::<Self>(text).err().filter(serde_json::Error::is_data);
            let message = error.to_string();
            FixtureError::Shape { message, place: placed.map(|error| (error.line(), error.column())) }
        })
    }

    /// The query the browser comes back with in a replay, if the flow has a callback.
    ///
    /// `state` is chosen anew by each flow (RFC 6749 §10.12) and only it knows the right one, so where
    /// a placeholder was recorded, the flow's own goes there. A state recorded in plain text is a wrong
    /// one on purpose and stays.
    pub fn callback_query(&self, state: &str) -> Option<Vec<(String, String)>> {
        let query = self.callback.as_ref()?.iter().map(|(name, value)| {
            let recorded = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let placeholder = name == "state" && !Pattern::parse(&recorded).names().is_empty();
            (name.clone(), if placeholder { state.to_owned() } else { recorded })
        });
        Some(query.collect())
    }

    /// The text of the file: keys in a fixed order, two spaces a level, a newline at the end.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("keys are texts and no value can fail");
        text.push('\n');
        text
    }
}

/// A fixture that is not sealed yet holds what was really given, sent and stored: only its outline is shown.
impl fmt::Debug for Fixture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Fixture")
            .field("version", &self.version)
            .field("spec", &self.spec)
            .field("steps", &self.steps)
            .field("clock", &self.clock)
            .field("exchanges", &self.exchanges)
            .finish_non_exhaustive()
    }
}

/// A request that is not sealed yet holds what was really sent: neither values of headers, query nor body are shown.
impl fmt::Debug for RecordedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("address", &self.url.split(['?', '#']).next().unwrap_or_default())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// As of a request: neither values of headers nor body are shown.
impl fmt::Debug for RecordedResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RecordedResponse")
            .field("status", &self.status)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl Default for Fixture {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn debug_shows_no_value() {
        let fixture: Fixture = serde_json::from_value(json!({
            "version": 1, "inputs": { "parameters": { "key": "c4nary" } }, "callback": { "code": "c4nary" },
            "exchanges": [{
                "block": "token",
                "request": { "method": "GET", "url": "https://a.test/x?k=c4nary", "headers": { "x": "c4nary" }, "body": "c4nary" },
                "response": { "status": 200, "headers": { "set-cookie": "c4nary" }, "body": { "t": "c4nary" } },
            }],
            "expect": { "data": { "t": "c4nary" } },
        }))
        .unwrap();
        let shown = format!("{fixture:?} {fixture:#?}");
        assert!(shown.contains("https://a.test/x") && !shown.contains("c4nary"), "{shown}");
    }

    #[test]
    fn a_file_reads_back_as_it_was_written() {
        let text = r#"{
  "version": 2,
  "spec": "academy-v2",
  "steps": [
    "connect",
    {
      "step": "refresh",
      "force": true
    }
  ],
  "clock": "2026-01-02T03:04:05.678Z",
  "seed": 18446744073709551615,
  "inputs": {
    "z": 1,
    "a": "«password#1»"
  },
  "callback": {
    "code": "«code#1»"
  },
  "exchanges": [
    {
      "block": "token",
      "request": {
        "method": "POST",
        "url": "https://a.example/token",
        "headers": {
          "content-type": "application/json"
        },
        "body": {
          "code": "«code#1»"
        }
      },
      "response": {
        "status": 204
      }
    }
  ],
  "expect": {
    "uid": null
  }
}
"#;
        let fixture = Fixture::from_text(text).unwrap();
        assert_eq!(fixture.to_text(), text);
        assert_eq!(fixture.inputs.keys().collect::<Vec<_>>(), ["z", "a"]);
    }

    #[test]
    fn people_may_write_json5() {
        let fixture = Fixture::from_text("{version: 1, // by hand\n exchanges: [],}").unwrap();
        assert_eq!(fixture, Fixture::new());
    }

    #[test]
    fn the_callback_of_a_replay_has_the_states_own_value() {
        let query = |callback: Value| {
            let mut fixture = Fixture::new();
            fixture.callback = callback.as_object().cloned();
            fixture.callback_query("fresh")
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(query(json!(null)), None);
        assert_eq!(
            query(json!({"code": "«code#1»", "state": "«state#1»", "n": 1})).unwrap(),
            [pair("code", "«code#1»"), pair("state", "fresh"), pair("n", "1")]
        );
        assert_eq!(query(json!({"state": "forged"})).unwrap(), [pair("state", "forged")]);
    }

    #[test]
    fn version_1_forced_the_refreshes_it_holds_an_exchange_of() {
        let steps = |blocks: &[&str], expect: Value| {
            let exchange = |block: &&str| json!({"block": block, "request": {"method": "GET", "url": "https://a.test"}, "response": {"status": 200}});
            let exchanges: Vec<Value> = blocks.iter().map(exchange).collect();
            let file = json!({"version": 1, "steps": ["connect", "refresh"], "exchanges": exchanges, "expect": expect});
            let fixture = Fixture::from_text(&file.to_string()).unwrap();
            assert_eq!(fixture.version, FIXTURE_VERSION);
            fixture.steps
        };
        let plain = ["connect".into(), "refresh".into()];
        let forced = ["connect".into(), FixtureStep { force: true, ..FixtureStep::named("refresh") }];
        assert_eq!(steps(&["token", "refresh"], json!({})), forced);
        assert_eq!(steps(&["token", "token"], json!({})), forced);
        assert_eq!(steps(&["token"], json!({"error": "no"})), forced);
        assert_eq!(steps(&["token", "info"], json!({})), plain);
        assert_eq!(steps(&["token", "info"], Value::Null), plain);
    }

    #[test]
    fn hostile_files_are_refused() {
        for text in
            ["[".repeat(200_000), "{a:".repeat(200_000), format!("{}1", "-".repeat(200_000)), "\u{0}".repeat(10)]
        {
            assert!(Fixture::from_text(&text).is_err());
        }
    }

    #[test]
    fn what_is_no_fixture_is_refused_in_words() {
        let message = |text: &str| Fixture::from_text(text).unwrap_err().to_string();
        assert!(message("{").contains("not JSON"));
        assert!(message("{}").contains("no `version`"));
        assert!(message("[]").contains("no `version`"));
        assert!(message(r#"{"version": "1"}"#).contains("no `version`"));
        let newer = message(&json!({"version": 3, "later": true}).to_string());
        assert!(newer.contains("version 3") && newer.contains("Update connspec"), "{newer}");
        assert!(message(r#"{"version": 1, "exchanges": [{"block": "token"}]}"#).contains("request"));
        for text in [r#"{"version": 1}"#, r#"{"version": 2, "exchange": [], "expect": {}}"#] {
            assert!(message(text).contains("no `exchanges`") && message(text).contains("\"exchanges\": []"));
        }
        assert!(message(r#"{"version": 2, "exchanges": null}"#).contains("null"));
        assert!(Fixture::from_text(r#"{"version": 2, "exchanges": []}"#).is_ok());
    }

    #[test]
    fn what_is_wrong_is_placed() {
        let table = [
            ("{\n  \"version\": 2,\n  \"exchanges\": [\n    {\"block\": \"token\"}\n  ]\n}", Some((4, 22))),
            ("{\n  \"exchanges\": [], \"version\": 2,\n  \"seed\": -1\n}", Some((3, 12))),
            ("{\n  \"exchanges\": [], \"version\": 2,\n  \"steps\": [{\"forced\": true}]\n}", Some((3, 29))),
            ("{\n  \"version\": 2,\n  \"seed\" 1\n}", Some((3, 10))),
            ("{version: 2, exchanges: [], seed: -1}", None),
        ];
        for (text, place) in table {
            let error = Fixture::from_text(text).unwrap_err();
            assert_eq!(error.place(), place, "{text}: {error}");
        }
    }
}
