//! Encryption at rest: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03; RFC 8439)
//! over the secret part of every record.
//!
//! A sealed text is bound to the record it belongs to by its associated data,
//! so it cannot be moved to another record; it names its key by an id, so that
//! rotation can tell what is sealed with which key.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{Result, StoreError, StoreErrorKind};

const NONCE_BYTES: usize = 24;

/// A key of 32 bytes and the id derived from it. Wiped from memory when dropped.
#[derive(Clone)]
pub struct SealingKey {
    bytes: Zeroizing<[u8; 32]>,
    id: String,
}

impl SealingKey {
    /// A key from its 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let digest = Sha256::new().chain_update(b"connspec sealing key id\0").chain_update(bytes).finalize();
        Self { bytes: Zeroizing::new(bytes), id: hex(&digest[..6]) }
    }

    /// A new random key from the operating system. Errors: `InvalidKey` where
    /// the system gives no randomness.
    pub fn generate() -> Result<Self> {
        let mut bytes = [0; 32];
        fill_random(&mut bytes)?;
        Ok(Self::from_bytes(bytes))
    }

    /// Names the key without telling it: 12 hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key as Base64: what a key file and an environment variable hold.
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(*self.bytes))
    }

    /// Reads a key from Base64 (44 characters) or hexadecimal digits (64).
    /// Errors: `InvalidKey`.
    pub fn from_text(text: &str) -> Result<Self> {
        let text = text.trim();
        let bytes = match text.len() {
            64 => unhex(text),
            _ => STANDARD.decode(text).ok(),
        };
        let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self::from_bytes).ok_or_else(|| {
            StoreError::new(
                StoreErrorKind::InvalidKey,
                "the key of the saved connections is not 32 bytes in Base64 or hexadecimal, so nothing can be opened or sealed with it; make one with `head -c 32 /dev/urandom | base64`",
            )
        })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.bytes).into())
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SealingKey({})", self.id)
    }
}

/// Which keys a store seals and opens with.
#[derive(Clone, Debug, Default)]
pub struct Sealing {
    seals: Option<SealingKey>,
    also_opens: Vec<SealingKey>,
}

/// The secret part of a record as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum SecretPart {
    /// Sealed: the id of the key, then nonce and ciphertext in Base64.
    Sealed {
        /// Id of the key.
        key: String,
        /// Nonce and ciphertext.
        sealed: String,
    },
    /// Not sealed: JSON text.
    Plain {
        /// The JSON text.
        plain: String,
    },
}

impl Sealing {
    /// Writes secrets as they are. For stores that leave no trace (memory), or
    /// where the disk itself is encrypted.
    pub fn none() -> Self {
        Self::default()
    }

    /// Seals and opens with `key`.
    pub fn with_key(key: SealingKey) -> Self {
        Self { seals: Some(key), also_opens: Vec::new() }
    }

    /// Opens with `key` as well, for the time of a rotation.
    #[must_use]
    pub fn and_opening(mut self, key: SealingKey) -> Self {
        self.also_opens.push(key);
        self
    }

    /// The key new records are sealed with.
    pub fn key(&self) -> Option<&SealingKey> {
        self.seals.as_ref()
    }

    /// Seals `plain` for the record that `associated` names.
    pub(crate) fn seal(&self, associated: &str, plain: String) -> Result<SecretPart> {
        let Some(key) = &self.seals else {
            return Ok(SecretPart::Plain { plain });
        };
        let plain = Zeroizing::new(plain);
        let mut nonce = [0; NONCE_BYTES];
        fill_random(&mut nonce)?;
        let payload = Payload { msg: plain.as_bytes(), aad: associated.as_bytes() };
        let ciphertext = key
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .expect("a record is far smaller than the cipher's limit of 256 GiB");
        Ok(SecretPart::Sealed {
            key: key.id.clone(),
            sealed: STANDARD.encode([nonce.as_slice(), &ciphertext].concat()),
        })
    }

    /// Opens the secret part of the record that `associated` names; `what`
    /// names it for people. Errors: `WrongKey`, `Corrupt`.
    pub(crate) fn open(&self, associated: &str, what: &str, secret: &SecretPart) -> Result<Zeroizing<String>> {
        let (key_id, sealed) = match secret {
            SecretPart::Plain { plain } => return Ok(Zeroizing::new(plain.clone())),
            SecretPart::Sealed { key, sealed } => (key, sealed),
        };
        let key = self.key_with_id(key_id, what)?;
        let damaged = || {
            StoreError::new(
                StoreErrorKind::Corrupt,
                format!(
                    "the secrets of {what} do not open although the key is the right one: the record was damaged or moved from another one; restore it from a backup or connect again"
                ),
            )
        };
        let bytes = STANDARD.decode(sealed).map_err(|_| damaged())?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or_else(damaged)?;
        let payload = Payload { msg: ciphertext, aad: associated.as_bytes() };
        let plain = key.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| damaged())?;
        String::from_utf8(plain).map(Zeroizing::new).map_err(|_| damaged())
    }

    /// Whether `secret` is already as this sealing would write it.
    pub(crate) fn is_current(&self, secret: &SecretPart) -> bool {
        match (secret, &self.seals) {
            (SecretPart::Plain { .. }, None) => true,
            (SecretPart::Sealed { key, .. }, Some(current)) => *key == current.id,
            _ => false,
        }
    }

    fn key_with_id(&self, id: &str, what: &str) -> Result<&SealingKey> {
        let mut keys = self.seals.iter().chain(&self.also_opens);
        keys.find(|key| key.id == id).ok_or_else(|| {
            let ours = match &self.seals {
                Some(key) => format!("the key handed in is {}", key.id),
                None => "no key was handed in".to_owned(),
            };
            StoreError::new(
                StoreErrorKind::WrongKey,
                format!(
                    "{what} is sealed with key {id}, but {ours}, so its tokens cannot be read; nothing was changed: hand in the key it was saved with"
                ),
            )
        })
    }
}

pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| {
        StoreError::new(
            StoreErrorKind::InvalidKey,
            format!(
                "the operating system gives no random bytes ({error}), so nothing can be sealed safely; try again later"
            ),
        )
    })
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks_exact(2);
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}
