//! New tokens that came and could not be saved: put into a file of their own, sealed with the store's key, because the
//! old refresh token may be worth nothing any more.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::document::ConnectionDocument;
use crate::file::atomic;
use crate::files::create_folder;
use crate::name::to_file_stem;
use crate::{Result, SavedConnection, Sealing, StoreError, StoreErrorKind};

const FORMAT: u32 = 1;
const PLACE: &str = "the rescued file";

#[derive(Serialize, Deserialize)]
struct Rescued {
    connspec_rescue: u32,
    name: String,
    connection: ConnectionDocument,
}

/// Keeps `connection` in a new file of its own in `folder` (mode 0600, the folder 0700); what was rescued before stays,
/// as it may be another store's connection of the same name. Answers the file. Errors: `Full`, `ReadOnly`, `Unreadable`.
pub fn rescue(folder: &Path, connection: &SavedConnection, sealing: &Sealing) -> Result<PathBuf> {
    create_folder(folder)?;
    let document = ConnectionDocument::new(connection, connection.version, sealing)?;
    let rescued = Rescued { connspec_rescue: FORMAT, name: connection.name.clone(), connection: document };
    let text = serde_json::to_string_pretty(&rescued).expect("records hold string keys and JSON values only");
    let stem = to_file_stem(&connection.name);
    let numbered = (2_u64..).map(|number| format!("{stem}-{number}.json"));
    for name in std::iter::once(format!("{stem}.json")).chain(numbered) {
        let file = folder.join(name);
        if atomic::create(&file, text.as_bytes())? {
            return Ok(file);
        }
    }
    unreachable!("one of infinitely many names is free")
}

/// The files in `folder` that hold rescued tokens, by name; none where there is no such folder.
pub fn rescued_files(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = atomic::entries(folder)?;
    files.retain(|file| file.extension().is_some_and(|kind| kind == "json"));
    files.sort_unstable();
    Ok(files)
}

/// Whether a text is such a file's, as far as can be told without the key.
pub fn is_rescued(text: &str) -> bool {
    serde_json::from_str::<Rescued>(text).is_ok()
}

/// The connection in the text of such a file; `None` where the text is another file's. Its version is the one it was
/// to be saved over. Errors: `WrongKey`, `Corrupt`, `NewerSchema`.
pub fn read_rescued(text: &str, sealing: &Sealing) -> Result<Option<SavedConnection>> {
    let Ok(rescued) = serde_json::from_str::<Rescued>(text) else { return Ok(None) };
    if rescued.connspec_rescue > FORMAT {
        return Err(StoreError::new(
            StoreErrorKind::NewerSchema,
            "these tokens were rescued by a newer connspec; import them with that one",
        ));
    }
    rescued.connection.of(&rescued.name, PLACE)?.open(sealing, PLACE).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DefinitionReference, SealingKey};

    #[test]
    fn what_is_rescued_is_read_with_the_key_and_holds_no_secret_in_the_open() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = SavedConnection::new("Jane's", DefinitionReference::default(), 5);
        connection.data.insert("refreshToken".to_owned(), "REFRESH-SECRET".into());
        connection.version = 7;
        let sealing = Sealing::with_key(SealingKey::from_bytes([1; 32]));
        let place = folder.path().join("rescued");
        assert_eq!(rescued_files(&place).unwrap(), Vec::<PathBuf>::new());
        let file = rescue(&place, &connection, &sealing).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("REFRESH-SECRET"));
        assert!(is_rescued(&text) && !is_rescued("{}"));
        assert_eq!(read_rescued(&text, &sealing).unwrap(), Some(connection));
        let other = Sealing::with_key(SealingKey::from_bytes([2; 32]));
        assert_eq!(read_rescued(&text, &other).unwrap_err().kind, StoreErrorKind::WrongKey);
        assert_eq!(read_rescued("{\"connspec_export\": 1}", &sealing), Ok(None));
        let moved = text.replacen("Jane's", "Joan's", 1);
        assert_eq!(read_rescued(&moved, &sealing).unwrap_err().kind, StoreErrorKind::Corrupt);
    }

    #[test]
    fn what_was_rescued_before_stays() {
        let folder = tempfile::tempdir().unwrap();
        let sealing = Sealing::with_key(SealingKey::from_bytes([1; 32]));
        let mut files = Vec::new();
        for token in ["one", "two", "three"] {
            let mut connection = SavedConnection::new("a", DefinitionReference::default(), 5);
            connection.data.insert("token".to_owned(), token.into());
            files.push(rescue(folder.path(), &connection, &sealing).unwrap());
        }
        let mut listed = rescued_files(folder.path()).unwrap();
        let kept = |file: &PathBuf| {
            let text = std::fs::read_to_string(file).unwrap();
            read_rescued(&text, &sealing).unwrap().unwrap().data["token"].clone()
        };
        assert_eq!(files.iter().map(kept).collect::<Vec<_>>(), ["one", "two", "three"]);
        files.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, files, "and nothing half written beside them");
        #[cfg(unix)]
        for file in files {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
