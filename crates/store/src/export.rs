//! One connection as a text to carry elsewhere: sealed with a passphrase, or readable.
//!
//! The key comes from the passphrase by Argon2id (RFC 9106 §4, the second
//! recommended choice, on one lane); its parameters and the name are open to
//! read and bound to the sealed part.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::ConnectionDocument;
use crate::sealing::{SecretPart, fill_random};
use crate::{Result, SavedConnection, Sealing, SealingKey, StoreError, StoreErrorKind};

const FORMAT: u32 = 1;

/// What an import is ready to spend: more would be an attack on this machine.
const MOST_MEMORY_KIB: u32 = 1_048_576;
const MOST_PASSES: u32 = 16;
const MOST_LANES: u32 = 16;

#[derive(Serialize, Deserialize)]
struct Export {
    connspec_export: u32,
    name: String,
    kdf: Kdf,
    secret: SecretPart,
}

/// An export that anybody can read: the document with its secret part as JSON.
#[derive(Serialize, Deserialize)]
struct Readable {
    connspec_export: u32,
    name: String,
    connection: Value,
}

/// The member of a document that holds its secret part, and within it the text of one that is not sealed.
const SECRET: &str = "secret";
const PLAIN: &str = "plain";

/// How the key is made from the passphrase.
#[derive(Clone, Serialize, Deserialize)]
struct Kdf {
    name: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

/// The connection as text, sealed with `passphrase`. Errors: `InvalidExport`
/// for an empty passphrase.
pub fn export(connection: &SavedConnection, passphrase: &str) -> Result<String> {
    let mut salt = [0; 16];
    fill_random(&mut salt)?;
    let salt = STANDARD.encode(salt);
    let kdf = Kdf { name: "argon2id".to_owned(), memory_kib: 65_536, passes: 3, lanes: 1, salt };
    export_with(connection, passphrase, kdf)
}

fn export_with(connection: &SavedConnection, passphrase: &str, kdf: Kdf) -> Result<String> {
    let key = key(passphrase, &kdf)?;
    let document = ConnectionDocument::new(connection, connection.version, &Sealing::none())?.text();
    let associated = associated(&connection.name, &kdf);
    let secret = Sealing::with_key(key).seal(&associated, document)?;
    let export = Export { connspec_export: FORMAT, name: connection.name.clone(), kdf, secret };
    Ok(serde_json::to_string_pretty(&export).expect("numbers and text are always JSON"))
}

/// The connection as text with every secret in the open, for people to read and for [`import`].
pub fn export_readable(connection: &SavedConnection) -> Result<String> {
    let document = ConnectionDocument::new(connection, connection.version, &Sealing::none())?;
    let mut document = serde_json::to_value(&document).expect("records hold string keys and JSON values only");
    let secret = document[SECRET][PLAIN].as_str().and_then(|plain| serde_json::from_str(plain).ok());
    document[SECRET] = secret.expect("without a key the secret part is JSON text");
    let readable = Readable { connspec_export: FORMAT, name: connection.name.clone(), connection: document };
    Ok(serde_json::to_string_pretty(&readable).expect("JSON values are always JSON"))
}

/// Whether the exported `text` is sealed with a passphrase. Errors: `InvalidExport` where it is no export.
pub fn needs_passphrase(text: &str) -> Result<bool> {
    if serde_json::from_str::<Readable>(text).is_ok() {
        return Ok(false);
    }
    let export: Export = serde_json::from_str(text).map_err(|error| not_an_export(&error))?;
    check_format(export.connspec_export)?;
    Ok(true)
}

/// The connection in an exported text, not saved yet (version 0): rename it if
/// need be and save it. A readable text needs no passphrase. Errors: `InvalidExport`
/// for a wrong passphrase or another text, `NewerSchema`.
pub fn import(text: &str, passphrase: &str) -> Result<SavedConnection> {
    if let Ok(readable) = serde_json::from_str::<Readable>(text) {
        return import_readable(readable);
    }
    let export: Export = serde_json::from_str(text).map_err(|error| not_an_export(&error))?;
    check_format(export.connspec_export)?;
    let SecretPart::Sealed { sealed, .. } = export.secret else {
        return Err(invalid("its secret part is not sealed"));
    };
    let key = key(passphrase, &export.kdf)?;
    // The id is ours, so that a wrong passphrase reads as one and not as a wrong key.
    let secret = SecretPart::Sealed { key: key.id().to_owned(), sealed };
    let associated = associated(&export.name, &export.kdf);
    let document = Sealing::with_key(key)
        .open(&associated, "the export", &secret)
        .map_err(|_| invalid("the passphrase is not the one it was sealed with, or it was changed since"))?;
    open(document.as_bytes(), &export.name)
}

fn import_readable(readable: Readable) -> Result<SavedConnection> {
    check_format(readable.connspec_export)?;
    let mut document = readable.connection;
    if let Some(secret) = document.get_mut(SECRET) {
        let plain = secret.to_string();
        *secret = serde_json::json!({ PLAIN: plain });
    }
    open(document.to_string().as_bytes(), &readable.name)
}

fn check_format(format: u32) -> Result<()> {
    if format > FORMAT {
        return Err(StoreError::new(
            StoreErrorKind::NewerSchema,
            "this connection was exported by a newer connspec; import it with that one",
        ));
    }
    Ok(())
}

/// The connection in a document that is not sealed, as a new one.
fn open(document: &[u8], name: &str) -> Result<SavedConnection> {
    let place = "the export";
    let mut connection = ConnectionDocument::read(document, name, place)?.open(&Sealing::none(), place)?;
    connection.version = 0;
    Ok(connection)
}

fn not_an_export(error: &serde_json::Error) -> StoreError {
    invalid(&format!("it is not an exported connection (line {}, column {})", error.line(), error.column()))
}

fn associated(name: &str, kdf: &Kdf) -> String {
    let Kdf { name: kdf, memory_kib, passes, lanes, salt } = kdf;
    format!("connspec/export/{FORMAT}/{kdf}/{memory_kib}/{passes}/{lanes}/{salt}/{name}")
}

fn key(passphrase: &str, kdf: &Kdf) -> Result<SealingKey> {
    if passphrase.is_empty() {
        return Err(invalid("an empty passphrase protects nothing; choose one of several words"));
    }
    let unusable = || invalid("the way its key is made is not one connspec uses");
    if kdf.name != "argon2id" || kdf.memory_kib > MOST_MEMORY_KIB || kdf.passes > MOST_PASSES || kdf.lanes > MOST_LANES
    {
        return Err(unusable());
    }
    let salt = STANDARD.decode(&kdf.salt).map_err(|_| unusable())?;
    let parameters = Params::new(kdf.memory_kib, kdf.passes, kdf.lanes, Some(32)).map_err(|_| unusable())?;
    let mut bytes = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into(passphrase.as_bytes(), &salt, &mut bytes)
        .map_err(|_| unusable())?;
    Ok(SealingKey::from_bytes(bytes))
}

fn invalid(fault: &str) -> StoreError {
    StoreError::new(StoreErrorKind::InvalidExport, format!("the exported connection cannot be used: {fault}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DefinitionReference;

    fn cheap() -> Kdf {
        let salt = STANDARD.encode([3; 16]);
        Kdf { name: "argon2id".to_owned(), memory_kib: 64, passes: 1, lanes: 1, salt }
    }

    fn connection() -> SavedConnection {
        let mut connection = SavedConnection::new("academy", DefinitionReference::default(), 5);
        connection.data.insert("accessToken".to_owned(), "ACCESS-SECRET".into());
        connection.version = 7;
        connection
    }

    #[test]
    fn what_is_exported_is_imported_as_new() {
        let text = export_with(&connection(), "three small words", cheap()).unwrap();
        assert!(!text.contains("ACCESS-SECRET"));
        let imported = import(&text, "three small words").unwrap();
        assert_eq!(imported, SavedConnection { version: 0, ..connection() });
    }

    #[test]
    fn a_wrong_passphrase_a_changed_text_and_another_text_are_told() {
        let text = export_with(&connection(), "right", cheap()).unwrap();
        for (text, passphrase, says) in [
            (text.clone(), "wrong", "passphrase is not the one"),
            (text.clone(), "", "empty passphrase"),
            (text.replace("academy", "another"), "right", "changed since"),
            (text.replace("\"passes\": 1", "\"passes\": 2"), "right", "changed since"),
            (text.replace("\"memory_kib\": 64", "\"memory_kib\": 4000000000"), "right", "not one connspec uses"),
            (text.replace("\"memory_kib\": 64", "\"memory_kib\": 0"), "right", "not one connspec uses"),
            ("{}".to_owned(), "right", "not an exported connection"),
            (String::new(), "right", "not an exported connection"),
        ] {
            let error = import(&text, passphrase).unwrap_err();
            assert_eq!(error.kind, StoreErrorKind::InvalidExport, "{error}");
            assert!(error.message.contains(says), "{error} should say {says:?}");
        }
        let newer = text.replace("\"connspec_export\": 1", "\"connspec_export\": 2");
        assert_eq!(import(&newer, "right").unwrap_err().kind, StoreErrorKind::NewerSchema);
    }

    #[test]
    fn a_readable_export_shows_everything_and_is_imported_without_a_passphrase() {
        let mut connection = connection();
        connection.common.insert("clientSecret".to_owned(), "CLIENT-SECRET".into());
        let text = export_readable(&connection).unwrap();
        assert!(
            text.contains("\"accessToken\": \"ACCESS-SECRET\"") && text.contains("\"clientSecret\": \"CLIENT-SECRET\"")
        );
        assert_eq!(needs_passphrase(&text), Ok(false));
        assert_eq!(import(&text, "").unwrap(), SavedConnection { version: 0, ..connection });
        let newer = text.replace("\"connspec_export\": 1", "\"connspec_export\": 2");
        assert_eq!(import(&newer, "").unwrap_err().kind, StoreErrorKind::NewerSchema);
        let broken = text.replace("\"scope\": []", "\"scope\": 7");
        assert_eq!(import(&broken, "").unwrap_err().kind, StoreErrorKind::Corrupt);
        assert!(needs_passphrase(&export_with(&connection_named("x"), "right", cheap()).unwrap()).unwrap());
    }

    fn connection_named(name: &str) -> SavedConnection {
        SavedConnection::new(name, DefinitionReference::default(), 5)
    }

    /// The strong parameters, once: 64 MiB take a while without optimisation.
    #[test]
    fn the_parameters_in_use_work() {
        let text = export(&connection(), "right").unwrap();
        assert!(import(&text, "right").is_ok());
    }
}
