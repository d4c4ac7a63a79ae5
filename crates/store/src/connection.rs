//! A saved connection, and what is known about its refreshes.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The definition a connection was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionReference {
    /// The SPEC argument: a path made absolute, or the name of a bundled definition.
    pub spec: String,
    /// Which connection of an app with several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    /// Hash of the definition as it was then, so that a later change can be noticed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
}

/// One connection as it is kept between runs (connection.md §3).
///
/// Times are Unix milliseconds. `data` and `common` hold secrets: they are
/// sealed at rest and absent from `Debug`.
#[derive(Clone, Default, PartialEq)]
pub struct SavedConnection {
    /// The name it is saved under.
    pub name: String,
    /// 0 for a connection not saved yet; every save adds one.
    pub version: u64,
    /// What it was made from.
    pub definition: DefinitionReference,
    /// Form input and `response.data`: one map, three names in expressions.
    pub data: Map<String, Value>,
    /// Common data handed in at creation, needed again for refresh and invalidate.
    pub common: Map<String, Value>,
    /// Settings of the caller that are no secrets (compat switches, callback address …).
    pub settings: Map<String, Value>,
    /// The scopes granted, or asked for where the provider does not say.
    pub scope: Vec<String>,
    /// The account's id at the provider, from `info`.
    pub uid: Option<String>,
    /// `{type, value}` from `info`.
    pub metadata: Option<Value>,
    /// `response.expires`: after this the user must authorize again (connection.md §7).
    pub expires: Option<i64>,
    /// When it was first saved.
    pub created: i64,
    /// When it was last saved, as the saver says.
    pub updated: i64,
    /// When `invalidate` ran, if it did.
    pub invalidated: Option<i64>,
    /// Why the user must connect again, if so.
    pub needs_reauthorization: Option<String>,
    /// What is known about its refreshes.
    pub refresh: RefreshRecord,
}

/// What is known about a connection's refreshes, kept so that no process
/// sends a refresh token again without knowing that it was sent before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RefreshRecord {
    /// How many refreshes were begun.
    pub attempts: u64,
    /// How many of them were answered with new tokens and saved.
    pub successes: u64,
    /// Written before a refresh is sent and cleared by its answer: while it is
    /// there, the refresh token may already have been used up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presented: Option<Presented>,
    /// When new tokens last took the place of older ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success: Option<i64>,
    /// The last failure since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<RecordedFailure>,
    /// Failures in a row since the last success.
    pub failures: u32,
    /// No refresh before this time: backing off after a temporary failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<i64>,
}

/// A refresh that was sent and whose answer is not saved (yet).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presented {
    /// When it was sent, Unix milliseconds.
    pub at: i64,
    /// Who sent it.
    pub holder: String,
    /// Number of the attempt ([`RefreshRecord::attempts`]).
    pub attempt: u64,
    /// When the same token was first sent without an answer, if this is a repetition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered_since: Option<i64>,
}

/// A refresh that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedFailure {
    /// When, Unix milliseconds.
    pub at: i64,
    /// Number of the attempt.
    pub attempt: u64,
    /// Whether only the user can mend it (for example `invalid_grant`).
    pub permanent: bool,
    /// In words, without secrets.
    pub message: String,
}

impl SavedConnection {
    /// A new connection, not saved yet: version 0, both times `now`.
    pub fn new(name: impl Into<String>, definition: DefinitionReference, now: i64) -> Self {
        Self { name: name.into(), definition, created: now, updated: now, ..Self::default() }
    }

    /// When the tokens it holds were obtained, by the clock of whoever did, Unix milliseconds.
    pub fn tokens_since(&self) -> i64 {
        self.refresh.last_success.unwrap_or(self.created)
    }

    /// What a list shows of it.
    pub fn summary(&self) -> ConnectionSummary {
        ConnectionSummary {
            name: self.name.clone(),
            version: self.version,
            definition: self.definition.clone(),
            scope: self.scope.clone(),
            uid: self.uid.clone(),
            metadata: self.metadata.clone(),
            expires: self.expires,
            created: self.created,
            updated: self.updated,
            invalidated: self.invalidated,
            needs_reauthorization: self.needs_reauthorization.clone(),
            refresh: self.refresh.clone(),
        }
    }
}

impl fmt::Debug for SavedConnection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SavedConnection")
            .field("name", &self.name)
            .field("version", &self.version)
            .field("definition", &self.definition)
            .field("data", &Names(&self.data))
            .field("common", &Names(&self.common))
            .field("settings", &Names(&self.settings))
            .field("scope", &self.scope)
            .field("expires", &self.expires)
            .field("invalidated", &self.invalidated)
            .field("refresh", &self.refresh)
            .finish_non_exhaustive()
    }
}

/// Shows the keys of a map and none of its values.
pub(crate) struct Names<'a>(pub(crate) &'a Map<String, Value>);

impl fmt::Debug for Names<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

/// What a list shows of a connection: nothing secret, so it needs no key.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionSummary {
    /// The name it is saved under.
    pub name: String,
    /// Its version.
    pub version: u64,
    /// What it was made from.
    pub definition: DefinitionReference,
    /// The scopes granted.
    pub scope: Vec<String>,
    /// The account's id at the provider.
    pub uid: Option<String>,
    /// `{type, value}` from `info`.
    pub metadata: Option<Value>,
    /// After this the user must authorize again.
    pub expires: Option<i64>,
    /// When it was first saved.
    pub created: i64,
    /// When it was last saved.
    pub updated: i64,
    /// When `invalidate` ran, if it did.
    pub invalidated: Option<i64>,
    /// Why the user must connect again, if so.
    pub needs_reauthorization: Option<String>,
    /// What is known about its refreshes.
    pub refresh: RefreshRecord,
}

/// A stretch of the list, in order of the names' bytes.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The connections that could be read.
    pub connections: Vec<ConnectionSummary>,
    /// Names whose record could not be read, and why; they are left untouched.
    pub unreadable: Vec<(String, crate::StoreError)>,
    /// Hand this in as `after` for the next page; `None` at the end.
    pub next: Option<String>,
}
