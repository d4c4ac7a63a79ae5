//! An authorization on its way through the user's browser.

use std::fmt;

use serde_json::{Map, Value};

use crate::connection::{DefinitionReference, Names};
use crate::{Result, StoreError};

/// How long a redirect may take: 900 seconds (connection.md §4.2).
pub const PENDING_LIFETIME_MILLIS: i64 = 900_000;

/// How long after its end an authorization is forgotten: a day.
const FORGOTTEN_AFTER_MILLIS: i64 = 86_400_000;

/// Everything needed to answer the callback, perhaps in another process.
///
/// Taken exactly once. `data`, `common`, `temp` and `flow` hold secrets (the
/// PKCE verifier among them): sealed at rest and absent from `Debug`, as is `state`.
#[derive(Clone, Default, PartialEq)]
pub struct PendingAuthorization {
    /// The random `state` sent (OAuth 2) or the request token (OAuth 1).
    pub state: String,
    /// Name the connection will be saved under.
    pub name: String,
    /// The definition being connected.
    pub definition: DefinitionReference,
    /// Form input and what `preauthorize` stored.
    pub data: Map<String, Value>,
    /// Common data handed in.
    pub common: Map<String, Value>,
    /// `temp` survives the redirect (connection.md §4.4).
    pub temp: Map<String, Value>,
    /// The scopes asked for.
    pub scope: Vec<String>,
    /// The redirect URI sent; the token request must repeat it.
    pub redirect_uri: String,
    /// The flow's own serialised state, opaque here.
    pub flow: Value,
    /// When it began, Unix milliseconds.
    pub created: i64,
    /// When it stops being accepted.
    pub expires: i64,
}

impl PendingAuthorization {
    /// An authorization beginning `now` and accepted for fifteen minutes.
    pub fn new(state: impl Into<String>, name: impl Into<String>, definition: DefinitionReference, now: i64) -> Self {
        Self {
            state: state.into(),
            name: name.into(),
            definition,
            created: now,
            expires: now.saturating_add(PENDING_LIFETIME_MILLIS),
            ..Self::default()
        }
    }

    /// Those that ended before this are forgotten when this one begins: a day of room, because another process's clock
    /// may be ahead of ours and the callback may still be on its way there.
    pub(crate) fn forgotten_before(&self) -> i64 {
        self.created.saturating_sub(FORGOTTEN_AFTER_MILLIS)
    }

    /// The authorization, unless `now` is at or past its end. Errors: `Expired`.
    pub(crate) fn unexpired(self, now: i64) -> Result<Self> {
        if now >= self.expires {
            return Err(StoreError::pending_expired());
        }
        Ok(self)
    }
}

impl fmt::Debug for PendingAuthorization {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PendingAuthorization")
            .field("name", &self.name)
            .field("definition", &self.definition)
            .field("data", &Names(&self.data))
            .field("common", &Names(&self.common))
            .field("temp", &Names(&self.temp))
            .field("scope", &self.scope)
            .field("redirect_uri", &self.redirect_uri)
            .field("created", &self.created)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}
