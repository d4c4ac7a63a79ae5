//! A folder one may only read, and a disk without room: both shown to a
//! process of its own, because they concern a whole process.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use connspec_store::{StoreErrorKind, open};

use crate::common::{connection, sealing};

/// What the restricted process is to open, and what saving must answer there.
const ORDERS: &str = "CONNSPEC_STORE_TEST_RESTRICTED";

/// Not a test: the entry of the restricted process, idle in an ordinary run.
#[tokio::test]
async fn restricted_process() {
    let Ok(orders) = std::env::var(ORDERS) else { return };
    let (expected, url) = orders.split_once(' ').unwrap();
    let store = open(url, sealing()).await.unwrap();
    let before = store.load("one").await.unwrap();
    let mut grown = before.clone();
    grown.data.insert("padding".into(), "x".repeat(200_000).into());
    let error = store.save(&grown).await.unwrap_err();
    assert_eq!(format!("{:?}", error.kind), expected, "{error}");
    let error = store.save(&crate::connection_with(200_000)).await.unwrap_err();
    assert_eq!(format!("{:?}", error.kind), expected, "{error}");
    assert_eq!(store.load("one").await.unwrap(), before, "what was saved is untouched");
    println!("restricted: {error}");
}

fn check(output: &Output) {
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("restricted: "), "{said}\n{complained}");
}

async fn urls(folder: &Path) -> Vec<String> {
    let mut urls = vec![format!("file:{}", folder.join("store").display())];
    if cfg!(feature = "sqlite") {
        urls.push(format!("sqlite:{}", folder.join("db/store.db").display()));
    }
    for url in &urls {
        let store = open(url, sealing()).await.unwrap();
        store.save(&connection("one")).await.unwrap();
        store.close().await;
    }
    urls
}

/// `RLIMIT_FSIZE` stands for a full disk: no file may grow beyond 64 KiB.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_room_saving_fails_in_words_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    for url in urls(folder.path()).await {
        let exe = std::env::current_exe().unwrap();
        // The signal ignored, writing answers EFBIG as a full disk answers ENOSPC.
        let script = "trap '' XFSZ; ulimit -f 128; exec \"$0\" --exact restricted::restricted_process --nocapture";
        let output = Command::new("sh")
            .args(["-c", script])
            .arg(exe)
            .env(ORDERS, format!("{:?} {url}", StoreErrorKind::Full))
            .output()
            .unwrap();
        check(&output);
        let store = open(&url, sealing()).await.unwrap();
        assert_eq!(store.load("one").await.unwrap().version, 1);
    }
    let left: Vec<_> = fs::read_dir(folder.path().join("store/connections")).unwrap().collect();
    assert_eq!(left.len(), 1, "no half a file left: {left:?}");
}

/// Root may write anywhere, so root hands over to the user nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_one_may_only_read_reading_works_and_saving_says_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let urls = urls(folder.path()).await;
    let as_root = fs::metadata(folder.path()).map(|own| std::os::unix::fs::MetadataExt::uid(&own)).unwrap() == 0;
    set_mode_below(folder.path(), |is_folder| if is_folder { 0o555 } else { 0o444 });
    let exe = folder.path().with_extension("exe");
    fs::copy(std::env::current_exe().unwrap(), &exe).unwrap();
    let outputs: Vec<Output> = urls
        .iter()
        .map(|url| {
            let mut command = Command::new(&exe);
            command.args(["--exact", "restricted::restricted_process", "--nocapture"]).current_dir("/");
            if as_root {
                command.uid(65_534).gid(65_534);
            }
            command.env(ORDERS, format!("{:?} {url}", StoreErrorKind::ReadOnly)).output().unwrap()
        })
        .collect();
    fs::remove_file(exe).unwrap();
    set_mode_below(folder.path(), |is_folder| if is_folder { 0o700 } else { 0o600 });
    outputs.iter().for_each(check);
}

fn set_mode_below(folder: &Path, mode: fn(bool) -> u32) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            set_mode_below(&path, mode);
        } else {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode(false))).unwrap();
        }
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(mode(true))).unwrap();
}
