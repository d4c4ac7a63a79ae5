//! What a replay found to differ, as data and in words.

use std::fmt::Write as _;

use serde_json::Value;

use super::hidden;
use crate::placeholder::without_fragment;
use crate::{Request, Secrets, TransportError, TransportErrorKind};

/// A request that does not fit the recording. Its values hold no secret.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// The block the request came from.
    pub block: String,
    /// The request's position within the block.
    pub index: usize,
    /// The request's method.
    pub method: String,
    /// The request's address, without its query.
    pub address: String,
    /// The exchange of the fixture that was expected next in this block, from 0; `None` if there is
    /// none left.
    pub expected: Option<usize>,
    /// The exchange of the fixture that the request is compared with: the expected one, or another
    /// that is nearer.
    pub nearest: Option<usize>,
    /// How the request differs from the nearest one. Empty if it fits, but out of turn.
    pub differences: Vec<Difference>,
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The field: `/method`, `/url`, `/query/NAME`, `/headers/name` in lower case (a parameter of an OAuth 1 signature:
    /// `/headers/authorization/oauth_token`), or a JSON pointer below `/body`.
    pub pointer: String,
    /// What was recorded; `None` if there was nothing.
    pub expected: Option<Value>,
    /// What was sent; `None` if there was nothing.
    pub actual: Option<Value>,
}

/// A recorded exchange that nothing asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// Its position in the fixture, from 0.
    pub index: usize,
    /// The block it was recorded in.
    pub block: String,
    /// The recorded method.
    pub method: String,
    /// The recorded URL, with placeholders.
    pub url: String,
}

impl Mismatch {
    /// A request in whose block `expected` came next and differs.
    pub(super) fn new(
        request: &Request,
        expected: usize,
        found: Vec<Difference>,
        nearest: Option<(usize, Vec<Difference>)>,
        secrets: &Secrets,
    ) -> Self {
        let (nearest, found) = match nearest {
            Some((index, fewer)) if fewer.len() < found.len() => (index, fewer),
            _ => (expected, found),
        };
        Self { expected: Some(expected), ..Self::described(request, Some((nearest, found)), secrets) }
    }

    /// A request in whose block nothing is left.
    pub(super) fn unexpected(request: &Request, nearest: Option<(usize, Vec<Difference>)>, secrets: &Secrets) -> Self {
        Self::described(request, nearest, secrets)
    }

    fn described(request: &Request, nearest: Option<(usize, Vec<Difference>)>, secrets: &Secrets) -> Self {
        let address = without_fragment(&request.url).split('?').next().unwrap_or_default();
        let (nearest, found) = nearest.map_or((None, Vec::new()), |(index, found)| (Some(index), found));
        Self {
            block: request.label.block.clone(),
            index: request.label.index,
            method: request.method.clone(),
            address: hidden::redacted(address, secrets),
            expected: None,
            nearest,
            differences: found.into_iter().map(|difference| difference.without_secrets(secrets)).collect(),
        }
    }

    /// The error that a transport answers with.
    pub(super) fn into_error(self) -> TransportError {
        TransportError {
            kind: TransportErrorKind::NotRecorded,
            message: self.to_string(),
            mismatch: Some(Box::new(self)),
        }
    }
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.method, self.address)?;
        match (self.block.as_str(), self.index) {
            ("", _) => {}
            (block, 0) => write!(formatter, " of {block}")?,
            (block, index) => write!(formatter, " of {block}[{}]", index + 1)?,
        }
        match (self.expected, self.nearest) {
            (None, _) => write!(formatter, " is not in the fixture: no exchange is left for it")?,
            (Some(expected), Some(nearest)) if self.differences.is_empty() => {
                let (nearest, expected) = (nearest + 1, expected + 1);
                write!(
                    formatter,
                    " comes out of turn: it is exchange {nearest} of the fixture, and exchange {expected} is next"
                )?;
            }
            (Some(_), _) => write!(formatter, " differs from the fixture")?,
        }
        // People count from 1, the pointers below from 0 (RFC 6901 §4).
        if let Some(nearest) = self.nearest
            && !self.differences.is_empty()
        {
            write!(formatter, "; compared with exchange {} (/exchanges/{nearest}):", nearest + 1)?;
        }
        for difference in &self.differences {
            write!(formatter, "\n  {difference}")?;
        }
        Ok(())
    }
}

impl Difference {
    pub(super) fn new(pointer: impl Into<String>, expected: Option<Value>, actual: Option<Value>) -> Self {
        Self { pointer: pointer.into(), expected, actual }
    }

    /// What was sent may be a real secret: known ones show their name, unknown ones in places made
    /// for secrets, or where one was recorded, do not show at all.
    pub(super) fn without_secrets(self, secrets: &Secrets) -> Self {
        let field = self.pointer.rsplit('/').next().unwrap_or_default();
        let field = if field == "code" { "access_token" } else { field };
        let actual = self.actual.and_then(|actual| hidden::shown(field, self.expected.as_ref(), &actual, secrets));
        Self { actual, ..self }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |value: &Option<Value>| match value {
            Some(value) => shortened(&value.to_string()),
            None => "nothing".to_owned(),
        };
        write!(formatter, "{}: recorded {}, sent {}", self.pointer, shown(&self.expected), shown(&self.actual))
    }
}

/// The beginning of a long value.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 200;
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        let _ = write!(short, "… ({} characters)", text.chars().count());
    }
    short
}
