//! How records are written, the same in every backend: a JSON document whose
//! secret part is sealed and whose remaining members are open to read.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::connection::{ConnectionSummary, DefinitionReference, RefreshRecord, SavedConnection};
use crate::sealing::{Sealing, SecretPart, hex};
use crate::{PendingAuthorization, Result, StoreError, StoreErrorKind};

/// The format this connspec writes and the newest it reads.
const FORMAT: u32 = 1;

/// A connection as written.
#[derive(Serialize, Deserialize)]
pub(crate) struct ConnectionDocument {
    format: u32,
    name: String,
    version: u64,
    definition: DefinitionReference,
    settings: Map<String, Value>,
    scope: Vec<String>,
    uid: Option<String>,
    metadata: Option<Value>,
    expires: Option<i64>,
    created: i64,
    updated: i64,
    invalidated: Option<i64>,
    needs_reauthorization: Option<String>,
    refresh: RefreshRecord,
    secret: SecretPart,
}

#[derive(Serialize, Deserialize)]
struct ConnectionSecrets {
    data: Map<String, Value>,
    common: Map<String, Value>,
}

/// A pending authorization as written. Its `state` is known only by its hash.
#[derive(Serialize, Deserialize)]
pub(crate) struct PendingDocument {
    format: u32,
    state_hash: String,
    name: String,
    definition: DefinitionReference,
    scope: Vec<String>,
    redirect_uri: String,
    created: i64,
    expires: i64,
    secret: SecretPart,
}

#[derive(Serialize, Deserialize)]
struct PendingSecrets {
    data: Map<String, Value>,
    common: Map<String, Value>,
    temp: Map<String, Value>,
    flow: Value,
}

impl ConnectionDocument {
    /// The document of `connection`, with `version` in place of its own.
    pub(crate) fn new(connection: &SavedConnection, version: u64, sealing: &Sealing) -> Result<Self> {
        let secrets = ConnectionSecrets { data: connection.data.clone(), common: connection.common.clone() };
        let secret = sealing.seal(&associated_with_connection(&connection.name), json(&secrets))?;
        let open = connection.clone();
        Ok(Self {
            format: FORMAT,
            name: open.name,
            version,
            definition: open.definition,
            settings: open.settings,
            scope: open.scope,
            uid: open.uid,
            metadata: open.metadata,
            expires: open.expires,
            created: open.created,
            updated: open.updated,
            invalidated: open.invalidated,
            needs_reauthorization: open.needs_reauthorization,
            refresh: open.refresh,
            secret,
        })
    }

    /// Reads the document kept for `name`; `place` says where it was found.
    /// Errors: `Corrupt`, `NewerSchema`.
    pub(crate) fn read(text: &[u8], name: &str, place: &str) -> Result<Self> {
        let what = describe_connection(name);
        let document: Self = read(text, &what, place)?;
        document.of(name, place)
    }

    /// The document, unless it is another connection's than `name`. Errors: `Corrupt`.
    pub(crate) fn of(self, name: &str, place: &str) -> Result<Self> {
        if self.name != name {
            return Err(corrupt(&describe_connection(name), place, "it belongs to a connection of another name"));
        }
        Ok(self)
    }

    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    pub(crate) fn text(&self) -> String {
        json(self)
    }

    /// The text with as much white space behind it as an answer may be longer than what announces its request: where
    /// this could be written, the answer can be, too.
    pub(crate) fn text_with_room(&self) -> String {
        let mut text = self.text();
        let room = 2_048 + text.len() / 8;
        text.extend(std::iter::repeat_n(' ', room));
        text
    }

    /// The connection, its secrets opened. Errors: `WrongKey`, `Corrupt`.
    pub(crate) fn open(self, sealing: &Sealing, place: &str) -> Result<SavedConnection> {
        let what = describe_connection(&self.name);
        let associated = associated_with_connection(&self.name);
        let text = sealing.open(&associated, &what, &self.secret)?;
        let secrets: ConnectionSecrets = read_secrets(&text, &what, place)?;
        Ok(SavedConnection {
            name: self.name,
            version: self.version,
            definition: self.definition,
            data: secrets.data,
            common: secrets.common,
            settings: self.settings,
            scope: self.scope,
            uid: self.uid,
            metadata: self.metadata,
            expires: self.expires,
            created: self.created,
            updated: self.updated,
            invalidated: self.invalidated,
            needs_reauthorization: self.needs_reauthorization,
            refresh: self.refresh,
        })
    }

    /// What a list shows: needs no key.
    pub(crate) fn summary(self) -> ConnectionSummary {
        ConnectionSummary {
            name: self.name,
            version: self.version,
            definition: self.definition,
            scope: self.scope,
            uid: self.uid,
            metadata: self.metadata,
            expires: self.expires,
            created: self.created,
            updated: self.updated,
            invalidated: self.invalidated,
            needs_reauthorization: self.needs_reauthorization,
            refresh: self.refresh,
        }
    }

    /// Seals the secrets anew; answers whether that was needed.
    pub(crate) fn reseal(&mut self, old: &Sealing, new: &Sealing) -> Result<bool> {
        let associated = associated_with_connection(&self.name);
        let what = describe_connection(&self.name);
        reseal(&mut self.secret, &associated, &what, old, new)
    }
}

impl PendingDocument {
    pub(crate) fn new(pending: &PendingAuthorization, sealing: &Sealing) -> Result<Self> {
        let secrets = PendingSecrets {
            data: pending.data.clone(),
            common: pending.common.clone(),
            temp: pending.temp.clone(),
            flow: pending.flow.clone(),
        };
        let state_hash = hash_of_state(&pending.state);
        let secret = sealing.seal(&associated_with_pending(&state_hash), json(&secrets))?;
        Ok(Self {
            format: FORMAT,
            state_hash,
            name: pending.name.clone(),
            definition: pending.definition.clone(),
            scope: pending.scope.clone(),
            redirect_uri: pending.redirect_uri.clone(),
            created: pending.created,
            expires: pending.expires,
            secret,
        })
    }

    /// Reads the document kept under `state_hash`. Errors: `Corrupt`, `NewerSchema`.
    pub(crate) fn read(text: &[u8], state_hash: &str, place: &str) -> Result<Self> {
        let document: Self = read(text, PENDING, place)?;
        if document.state_hash != state_hash {
            return Err(corrupt(PENDING, place, "it belongs to another `state`"));
        }
        Ok(document)
    }

    pub(crate) fn state_hash(&self) -> &str {
        &self.state_hash
    }

    pub(crate) fn expires(&self) -> i64 {
        self.expires
    }

    pub(crate) fn text(&self) -> String {
        json(self)
    }

    /// The authorization waiting for `state`. Errors: `WrongKey`, `Corrupt`.
    pub(crate) fn open(self, state: &str, sealing: &Sealing, place: &str) -> Result<PendingAuthorization> {
        let associated = associated_with_pending(&self.state_hash);
        let text = sealing.open(&associated, PENDING, &self.secret)?;
        let secrets: PendingSecrets = read_secrets(&text, PENDING, place)?;
        Ok(PendingAuthorization {
            state: state.to_owned(),
            name: self.name,
            definition: self.definition,
            data: secrets.data,
            common: secrets.common,
            temp: secrets.temp,
            scope: self.scope,
            redirect_uri: self.redirect_uri,
            flow: secrets.flow,
            created: self.created,
            expires: self.expires,
        })
    }

    /// Seals the secrets anew; answers whether that was needed.
    pub(crate) fn reseal(&mut self, old: &Sealing, new: &Sealing) -> Result<bool> {
        let associated = associated_with_pending(&self.state_hash);
        reseal(&mut self.secret, &associated, PENDING, old, new)
    }
}

const PENDING: &str = "a pending authorization";

/// What a `state` is filed under: with OAuth 1 it is a token, so it is not
/// written down itself.
pub(crate) fn hash_of_state(state: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::new().chain_update(b"connspec state\0").chain_update(state).finalize();
    hex(&digest)
}

fn associated_with_connection(name: &str) -> String {
    format!("connspec/{FORMAT}/connection/{name}")
}

fn associated_with_pending(state_hash: &str) -> String {
    format!("connspec/{FORMAT}/pending/{state_hash}")
}

fn describe_connection(name: &str) -> String {
    format!("connection \"{name}\"")
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("records hold string keys and JSON values only")
}

/// Parses a document, its format first. serde's own messages quote values, so
/// only line and column are taken from them.
fn read<T: DeserializeOwned>(text: &[u8], what: &str, place: &str) -> Result<T> {
    #[derive(Deserialize)]
    struct Head {
        format: u32,
    }
    let explain = |error: serde_json::Error| {
        let at = format!("it stops making sense at line {}, column {}", error.line(), error.column());
        corrupt(what, place, &at)
    };
    let head: Head = serde_json::from_slice(text).map_err(explain)?;
    if head.format > FORMAT {
        return Err(StoreError::new(
            StoreErrorKind::NewerSchema,
            format!(
                "{what} in {place} was written by a newer connspec (format {}, this one knows {FORMAT}); it was left untouched: use the newer connspec",
                head.format
            ),
        ));
    }
    serde_json::from_slice(text).map_err(explain)
}

fn read_secrets<T: DeserializeOwned>(text: &str, what: &str, place: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| corrupt(what, place, "its secret part has another shape"))
}

fn corrupt(what: &str, place: &str, fault: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Corrupt,
        format!(
            "{what} in {place} is not what connspec writes: {fault}; it was left untouched: restore it from a backup, or move it away and connect again"
        ),
    )
}

fn reseal(secret: &mut SecretPart, associated: &str, what: &str, old: &Sealing, new: &Sealing) -> Result<bool> {
    if new.is_current(secret) {
        new.open(associated, what, secret)?;
        return Ok(false);
    }
    let plain: Zeroizing<String> = old.open(associated, what, secret)?;
    *secret = new.seal(associated, plain.to_string())?;
    Ok(true)
}
