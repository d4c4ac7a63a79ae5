//! Stores that are damaged, locked, read-only, full or not there.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // a test may panic

#[path = "../common/mod.rs"]
mod common;
#[cfg(unix)]
mod restricted;

use std::fs::{self, File};
use std::path::Path;

use common::{NOW, connection, pending, sealing};
use connspec_store::{ConnectionStore, StoreErrorKind, open};

async fn file_store(folder: &Path) -> Box<dyn ConnectionStore> {
    open(&format!("file:{}", folder.display()), sealing()).await.unwrap()
}

/// A new connection that takes more than `bytes`.
#[cfg(unix)]
fn connection_with(bytes: usize) -> connspec_store::SavedConnection {
    let mut large = connection("large");
    large.data.insert("padding".into(), "x".repeat(bytes).into());
    large
}

#[tokio::test]
async fn addresses_that_cannot_be_opened_are_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let a_file = folder.path().join("file");
    fs::write(&a_file, "").unwrap();
    let below_a_file = format!("file:{}/store", a_file.display());
    for (url, kind, says) in [
        ("redis://me:SECRET@host", StoreErrorKind::InvalidUrl, "`redis` is no kind of store"),
        ("connections.db", StoreErrorKind::InvalidUrl, "sqlite:FILE"),
        ("", StoreErrorKind::InvalidUrl, "sqlite:FILE"),
        ("file:", StoreErrorKind::InvalidUrl, "names no path"),
        ("sqlite://", StoreErrorKind::InvalidUrl, "names no path"),
        ("memory:x", StoreErrorKind::InvalidUrl, "no kind of store"),
        (&below_a_file, StoreErrorKind::Unreadable, "another place"),
    ] {
        let error = open(url, sealing()).await.err().unwrap();
        assert_eq!(error.kind, kind, "{url}: {error}");
        assert!(error.message.contains(says), "{url}: {error}");
        assert!(!error.message.contains("SECRET"), "{url}: {error}");
    }
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_server_that_is_not_there_is_told_without_the_password() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("postgres://me:SECRET@localhost/db?host={}", folder.path().display());
    let error = open(&url, sealing()).await.err().unwrap();
    assert_eq!(error.kind, StoreErrorKind::Unreachable, "{error}");
    assert!(!error.message.contains("SECRET"), "{error}");

    let error = open("postgres://me:SECRET@[bad/db", sealing()).await.err().unwrap();
    assert_eq!(error.kind, StoreErrorKind::InvalidUrl, "{error}");
    assert!(!error.message.contains("SECRET"), "{error}");
}

#[tokio::test]
async fn a_damaged_record_is_told_kept_and_does_not_hide_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let store = file_store(folder.path()).await;
    for name in ["one", "two", "three"] {
        store.save(&connection(name)).await.unwrap();
    }
    let path = folder.path().join("connections/two.json");
    let whole = fs::read_to_string(&path).unwrap();
    let moved = fs::read_to_string(folder.path().join("connections/one.json")).unwrap();
    let resealed = moved.replace("\"name\":\"one\"", "\"name\":\"two\"");
    for damaged in ["", "garbage", "[]", "{}", "\u{0}\u{0}", &whole[..whole.len() / 2], &moved, &resealed] {
        fs::write(&path, damaged).unwrap();
        let error = store.load("two").await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Corrupt, "{damaged:.40}: {error}");
        assert!(error.message.contains("two"), "{error}");
        assert!(!error.message.contains("SECRET"), "{error}");

        let mut replacing = connection("two");
        replacing.version = 1;
        if store.save(&replacing).await.is_err() {
            assert_eq!(fs::read_to_string(&path).unwrap(), damaged, "left untouched");
        } else {
            assert_eq!(damaged, resealed, "only a record whose open part is sound is replaced");
        }
        let page = store.list(None, 9).await.unwrap();
        assert_eq!(page.connections.len() + page.unreadable.len(), 3);
        assert!(store.load("three").await.is_ok());
    }
}

#[tokio::test]
async fn files_that_are_not_ours_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = file_store(folder.path()).await;
    store.save(&connection("one")).await.unwrap();
    for name in ["README", "Not-Encoded.json", "x.json.bak", "%2f.json"] {
        fs::write(folder.path().join("connections").join(name), "mine").unwrap();
    }
    let page = store.list(None, 9).await.unwrap();
    assert_eq!((page.connections.len(), page.unreadable.len()), (1, 0));
    assert_eq!(store.rotate_key(&sealing(), &sealing()).await.unwrap(), 0);
    assert_eq!(fs::read_to_string(folder.path().join("connections/README")).unwrap(), "mine");
}

#[tokio::test]
async fn what_killed_writers_left_is_swept_unless_somebody_writes() {
    let folder = tempfile::tempdir().unwrap();
    let store = file_store(folder.path()).await;
    store.save(&connection("one")).await.unwrap();
    let stale = folder.path().join("connections/.0123.tmp");
    fs::write(&stale, "half a rec").unwrap();
    assert_eq!(store.list(None, 9).await.unwrap().connections.len(), 1);

    let lock = File::open(folder.path().join("lock")).unwrap();
    lock.lock().unwrap();
    file_store(folder.path()).await;
    assert!(stale.exists(), "it may be somebody's at work");
    drop(lock);
    file_store(folder.path()).await;
    assert!(!stale.exists());
    assert!(store.load("one").await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_locked_for_too_long_is_told_and_still_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = file_store(folder.path()).await;
    let mut saved = connection("one");
    saved.version = store.save(&saved).await.unwrap();
    let lock = File::open(folder.path().join("lock")).unwrap();
    lock.lock().unwrap();
    let error = store.save(&saved).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Locked, "{error}");
    assert_eq!(store.load("one").await.unwrap().version, 1);
    drop(lock);
    assert_eq!(store.save(&saved).await.unwrap(), 2);
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_locked_for_too_long_is_told_and_still_read() {
    use sqlx::Connection;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = open(&format!("sqlite:{}", path.display()), sealing()).await.unwrap();
    let mut saved = connection("one");
    saved.version = store.save(&saved).await.unwrap();
    let mut other = sqlx::AnyConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let transaction = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let error = store.save(&saved).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Locked, "{error}");
    assert_eq!(store.load("one").await.unwrap().version, 1);
    transaction.rollback().await.unwrap();
    assert_eq!(store.save(&saved).await.unwrap(), 2);
}

/// SQLite goes on writing into a file that is gone from its folder, without an error.
#[cfg(all(feature = "sqlite", unix))]
#[tokio::test]
async fn a_database_removed_or_replaced_while_it_is_open_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let url = format!("sqlite:{}", path.display());
    for replaced in [false, true] {
        let store = open(&url, sealing()).await.unwrap();
        let name = format!("before {replaced}");
        store.save(&connection(&name)).await.unwrap();
        // Lets the connection come back into the pool, so that it is the one that is used again.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        for rest in ["", "-wal", "-shm"] {
            fs::remove_file(format!("{}{rest}", path.display())).unwrap();
        }
        if replaced {
            open(&url, sealing()).await.unwrap().save(&connection("theirs")).await.unwrap();
        }
        let error = store.save(&connection("ours")).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Unreadable, "{error}");
        let new = open(&url, sealing()).await.unwrap();
        let there = new.list(None, 9).await.unwrap().connections;
        assert_eq!(
            there.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
            if replaced { &["theirs"][..] } else { &[] }
        );
    }
}

/// Pending authorizations that cannot be read are not mistaken for unknown ones.
#[tokio::test]
async fn a_damaged_pending_authorization_is_told_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = file_store(folder.path()).await;
    store.put_pending(&pending("state")).await.unwrap();
    let entry = fs::read_dir(folder.path().join("pending")).unwrap().next().unwrap().unwrap().path();
    fs::write(&entry, "{").unwrap();
    let error = store.take_pending("state", NOW).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Corrupt, "{error}");
    assert!(entry.exists());
}
