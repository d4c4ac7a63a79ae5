//! The fixture file: a recorded flow that can be replayed without a network (cli.md, "Fixture file").

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The newest fixture version this program reads, and the one it writes.
pub const FIXTURE_VERSION: u32 = 1;

/// One recorded flow. Every secret in it is a placeholder such as `«accessToken#1»`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fixture {
    /// The version of the format, see [`FIXTURE_VERSION`].
    pub version: u32,
    /// The definition the flow belongs to, as the recording command was given it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
    /// What was done, in order: `connect`, `info`, `refresh`, `invalidate`.
    #[serde(default)]
    pub steps: Vec<String>,
    /// The moment the flow started, ISO 8601 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// The seed of the flow's randomness.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// What the flow was given: `parameters`, `common`, `scope`, …
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub inputs: Map<String, Value>,
    /// The query the browser came back with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<Map<String, Value>>,
    /// What was sent and answered, in order.
    #[serde(default)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedRequest {
    /// The method in upper case.
    pub method: String,
    /// The absolute URL with its query.
    pub url: String,
    /// The header fields the definition sent; a repeated name holds an array.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub headers: Map<String, Value>,
    /// JSON as JSON, other text as text, anything else as `{"base64": "…"}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedResponse {
    /// The status code.
    pub status: u16,
    /// The header fields; a repeated name holds an array.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub headers: Map<String, Value>,
    /// JSON as JSON, other text as text, anything else as `{"base64": "…"}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}
