//! No secret in a store's files, in `Debug`, or within others' reach.
#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use common::{connection, map, pending, sealing};
use connspec_store::refresh::Updated;
use connspec_store::{KeySource, Sealing, SealingKey, StoreErrorKind, open, rotate_key_file};
use serde_json::json;

const SECRETS: [&str; 6] =
    ["ACCESS-SECRET", "REFRESH-SECRET", "CLIENT-SECRET", "VERIFIER-SECRET", "FLOW-SECRET", "STATE-SECRET"];

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// The secrets that can be read in any file below `folder`, in any common form.
fn readable_secrets(folder: &Path) -> Vec<&'static str> {
    let contents: Vec<Vec<u8>> = files_below(folder).iter().map(|path| fs::read(path).unwrap()).collect();
    let found =
        |form: &str| contents.iter().any(|content| content.windows(form.len()).any(|window| window == form.as_bytes()));
    let is_readable = |secret: &&'static str| {
        // Base64 of the middle differs by where it starts; drop what overlaps.
        let forms = [0, 1, 2].map(|offset| STANDARD.encode(&secret[offset..offset + 9]));
        found(secret) || found(&URL_SAFE_NO_PAD.encode(secret)) || forms.iter().any(|form| found(form))
    };
    SECRETS.into_iter().filter(is_readable).collect()
}

async fn fill(url: &str, sealing: Sealing) {
    let store = open(url, sealing).await.unwrap();
    let mut saved = connection("academy");
    for _ in 0..3 {
        saved.version = store.save(&saved).await.unwrap();
    }
    store.put_pending(&pending("STATE-SECRET")).await.unwrap();
    store.save(&connection("removed")).await.unwrap();
    store.remove("removed").await.unwrap();
}

fn urls(folder: &Path) -> Vec<String> {
    let file = format!("file:{}", folder.join("file/store").display());
    let sqlite = format!("sqlite:{}", folder.join("sqlite/store.db").display());
    if cfg!(feature = "sqlite") { vec![file, sqlite] } else { vec![file] }
}

#[tokio::test]
async fn a_sealed_store_shows_no_secret_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    for url in urls(folder.path()) {
        fill(&url, sealing()).await;
    }
    assert!(files_below(folder.path()).len() >= 3);
    assert_eq!(readable_secrets(folder.path()), Vec::<&str>::new());
}

/// The search above finds what is there: an unsealed store shows everything
/// but the `state`, which is only ever kept as a hash.
#[tokio::test]
async fn the_search_finds_the_secrets_of_an_unsealed_store() {
    let folder = tempfile::tempdir().unwrap();
    for (url, place) in urls(folder.path()).iter().zip(["file", "sqlite"]) {
        fill(url, Sealing::none()).await;
        assert_eq!(readable_secrets(&folder.path().join(place)), SECRETS[..5], "{url}");
    }
}

/// Even unsealed: what is removed is gone from the file, not only from the tables.
#[tokio::test]
async fn a_removed_connection_leaves_no_readable_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for url in urls(folder.path()) {
        let store = open(&url, Sealing::none()).await.unwrap();
        store.save(&connection("academy")).await.unwrap();
        store.close().await;
        let store = open(&url, Sealing::none()).await.unwrap();
        store.remove("academy").await.unwrap();
        store.close().await;
    }
    assert_eq!(readable_secrets(folder.path()), Vec::<&str>::new());
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_for_this_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    for url in urls(folder.path()) {
        fill(&url, sealing()).await;
    }
    KeySource::File(folder.path().join("key/key")).resolve().unwrap();
    for path in files_below(folder.path()) {
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        assert_eq!(mode(path.parent().unwrap()), 0o700, "{}", path.display());
    }
}

#[test]
fn debug_shows_names_and_no_values() {
    let mut shown = connection("academy");
    shown.metadata = Some(json!({"type": "text", "value": "ok"}));
    let updated = Updated { data: map(json!({"accessToken": "ACCESS-SECRET"})), ..Updated::default() };
    let key = SealingKey::from_bytes([7; 32]);
    let text = format!(
        "{shown:?} {shown:#?} {:?} {updated:?} {:?} {key:?} {:?}",
        pending("STATE-SECRET"),
        Sealing::with_key(key.clone()),
        KeySource::text(key.to_base64().to_string()),
    );
    assert!(text.contains("accessToken") && text.contains("code_verifier") && text.contains("academy"));
    for secret in SECRETS.into_iter().chain([key.to_base64().as_str()]) {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_file_is_made_once_whoever_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/key");
    let tasks = (0..12).map(|_| {
        let source = KeySource::File(path.clone());
        tokio::task::spawn_blocking(move || source.resolve().unwrap().key().unwrap().id().to_owned())
    });
    let mut ids = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        ids.push(task.await.unwrap());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "one key for all");
    assert_eq!(files_below(folder.path()), [path], "and nothing left over");
}

#[test]
fn a_key_that_cannot_be_one_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let bytes = SealingKey::from_bytes([1; 32]).to_base64();
    for text in ["", "short", &bytes[..40], &format!("{}00", &"0".repeat(60)), &"zz".repeat(32), &"+1".repeat(32)] {
        let error = KeySource::text(text).resolve().unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::InvalidKey, "{text}");
        fs::write(&path, text).unwrap();
        make_private(&path);
        let error = KeySource::File(path.clone()).resolve().unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::InvalidKey, "{text}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "left as it was");
    }
    let hexadecimal = "01".repeat(32);
    let from_hexadecimal = SealingKey::from_text(&hexadecimal).unwrap();
    assert_eq!(from_hexadecimal.id(), SealingKey::from_text(&bytes).unwrap().id());
}

#[cfg(unix)]
#[test]
fn a_key_file_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, SealingKey::from_bytes([1; 32]).to_base64().as_bytes()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let error = KeySource::File(path).resolve().unwrap_err();
    assert!(error.message.contains("chmod 600"), "{error}");
}

fn make_private(path: &Path) {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    #[cfg(not(unix))]
    let _ = path;
}

#[tokio::test]
async fn a_key_file_is_rotated_and_a_late_process_still_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let source = KeySource::File(path.clone());
    for (number, url) in urls(folder.path()).into_iter().enumerate() {
        let late = open(&url, source.resolve().unwrap()).await.unwrap();
        late.save(&connection("one")).await.unwrap();
        late.save(&connection("two")).await.unwrap();

        let rotation = rotate_key_file(&*late, &path).await.unwrap();
        assert_eq!(rotation.resealed, 2);
        assert_ne!(rotation.old, rotation.new);
        late.save(&connection("three")).await.unwrap(); // with the key it knows

        let sealing = source.resolve().unwrap();
        assert_eq!(sealing.key().unwrap().id(), rotation.new);
        let store = open(&url, sealing).await.unwrap();
        for name in ["one", "two", "three"] {
            store.load(name).await.unwrap();
        }
        assert_eq!(late.load("one").await.unwrap_err().kind, StoreErrorKind::WrongKey);
        assert_eq!(rotate_key_file(&*store, &path).await.unwrap().resealed, 3);
        for name in ["one", "two", "three"] {
            store_with(&url, &source).await.load(name).await.unwrap();
        }
        let keys = fs::read_to_string(&path).unwrap().lines().count();
        assert_eq!(keys, 1 + 2 * (number + 1), "the first key, and that of each rotation");
    }
}

/// Stores of one user share a key file: however often one is rotated, the others open.
#[tokio::test]
async fn rotating_one_store_locks_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let source = KeySource::File(path.clone());
    let urls = urls(folder.path());
    for url in &urls {
        store_with(url, &source).await.save(&connection("one")).await.unwrap();
    }
    let quiet = format!("sqlite:{}", folder.path().join("quiet.db").display());
    store_with(&quiet, &source).await.save(&connection("quiet")).await.unwrap();
    for round in 0..4 {
        for url in &urls {
            rotate_key_file(&*store_with(url, &source).await, &path).await.unwrap();
        }
        for url in &urls {
            store_with(url, &source)
                .await
                .load("one")
                .await
                .unwrap_or_else(|error| panic!("{url}, round {round}: {error}"));
        }
        store_with(&quiet, &source).await.load("quiet").await.unwrap();
    }
}

async fn store_with(url: &str, source: &KeySource) -> Box<dyn connspec_store::ConnectionStore> {
    open(url, source.resolve().unwrap()).await.unwrap()
}
