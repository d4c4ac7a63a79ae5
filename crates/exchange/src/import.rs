//! Other recorders' files as fixtures: HAR, nock, and the pairs of Make's mock-ups.
//!
//! None of them says which block of a definition an exchange belongs to, so `block` stays empty (unless
//! we wrote the HAR ourselves) and such an exchange answers any block, in order. Secrets are replaced
//! by placeholders as in a recording.

mod expected;
mod har;
mod mock;
mod nock;

use serde_json::{Map, Value};

use crate::fixture::{Fixture, RecordedExchange};
use crate::record::{RecordingError, seal};
use crate::{Headers, Secrets, headers_to_json};

pub use expected::Expected;
pub use har::har;
pub use mock::mock;
pub use nock::nock;

/// Headers of a request that its sender's machinery added and a definition did not.
const INCIDENTAL_HEADERS: [&str; 19] = [
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-length",
    "dnt",
    "host",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "origin",
    "postman-token",
    "pragma",
    "priority",
    "proxy-connection",
    "referer",
    "te",
    "transfer-encoding",
    "user-agent",
];

/// Headers of an answer that say how it was carried; its body is recorded decoded.
const CARRYING_HEADERS: [&str; 5] =
    ["connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"];

/// Why a file cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The file is not JSON.
    #[error("the file is not JSON: {0}")]
    Syntax(String),
    /// The file is JSON, but not of this kind.
    #[error("the file is not {expected}: {found}")]
    Shape {
        /// What the file should be.
        expected: &'static str,
        /// What is missing or wrong, and where.
        found: String,
    },
    /// The file holds nothing that the definition sends.
    #[error(
        "none of its {total} requests goes to an address of the definition; where another server answered for it, say so with --map-origin"
    )]
    NotOfDefinition {
        /// How many requests there are.
        total: usize,
    },
    /// A secret would remain in the fixture.
    #[error(transparent)]
    Secret(#[from] RecordingError),
}

fn parse(text: &str) -> Result<Value, ImportError> {
    // Some tools write a byte order mark, which JSON does not allow (RFC 8259 §8.1).
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| ImportError::Syntax(error.to_string()))
}

/// A file read.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The fixture, without secrets.
    pub fixture: Fixture,
    /// What is worth knowing: what was made up, and what is missing and what to do about it.
    pub notes: Vec<String>,
}

/// A fixture of these exchanges, without secrets.
fn finished(
    exchanges: Vec<RecordedExchange>,
    frame: Fixture,
    expected: &Expected,
    mut notes: Vec<String>,
    secrets: &Secrets,
) -> Result<Imported, ImportError> {
    let mut fixture = Fixture { exchanges, ..frame };
    notes.extend(expected.bring_back(&mut fixture));
    Ok(Imported { fixture: seal(fixture, secrets)?, notes })
}

/// Headers of a request without what is incidental.
fn request_headers(headers: Headers) -> Map<String, Value> {
    let meant = headers.into_iter().filter(|(name, value)| {
        let lower = name.to_ascii_lowercase();
        let incidental = INCIDENTAL_HEADERS.contains(&lower.as_str()) || lower == "accept" && value == "*/*";
        !(incidental || lower.starts_with(':') || lower.starts_with("sec-"))
    });
    headers_to_json(&meant.collect())
}

/// Headers of an answer without what only carried it.
fn response_headers(headers: Headers) -> Map<String, Value> {
    let meant = headers.into_iter().filter(|(name, _)| {
        let lower = name.to_ascii_lowercase();
        !(CARRYING_HEADERS.contains(&lower.as_str()) || lower.starts_with(':'))
    });
    headers_to_json(&meant.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_refused_in_words() {
        for import in [har, nock, mock] {
            let error = import("{", &Expected::default(), &Secrets::new()).unwrap_err();
            assert!(matches!(error, ImportError::Syntax(_)), "{error}");
            let error = import("{\"a\": 1}", &Expected::default(), &Secrets::new()).unwrap_err();
            assert!(error.to_string().starts_with("the file is not a"), "{error}");
        }
    }

    #[test]
    fn incidental_headers_are_left_out() {
        let headers =
            Headers::from_iter([(":authority", "a"), ("User-Agent", "b"), ("sec-ch-ua", "c"), ("X-Api-Key", "d")]);
        assert_eq!(request_headers(headers).keys().collect::<Vec<_>>(), ["X-Api-Key"]);
    }
}
