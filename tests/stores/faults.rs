//! Stores that are full, read-only, locked, gone, damaged, newer, or sealed with another key, met by the program: exit
//! code 2, words that say what to do, and nothing lost.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use connspec_provider::academy::{Decision, Person};
use serde_json::Value;
use sqlx::{AnyConnection, Connection, Executor};

use crate::is_long;
use crate::place::{Kind, POSTGRES, Place};
use crate::relay::{Relay, Target};
use crate::support::{ACADEMY, Ran, Sandbox, Served, block_on};

/// The user nobody.
const NOBODY: u32 = 65_534;

/// Jane's connection in a store, and the provider it was made with.
struct Scene {
    place: Place,
    served: Served,
    sandbox: Sandbox,
}

impl Scene {
    fn new(kind: Kind) -> Self {
        let sandbox = Sandbox::new();
        Self::at(Place::new(kind, &sandbox), sandbox)
    }

    fn at(place: Place, sandbox: Sandbox) -> Self {
        let served = sandbox.academy(&[]);
        let map = served.map();
        let waiting = sandbox.start(&[
            "connect",
            "academy-v2",
            "--no-browser",
            "--name",
            "jane",
            "--store",
            &place.url,
            "--map-origin",
            &map,
        ]);
        waiting.consent(Person::JaneBlack, Decision::Allow);
        waiting.finish().ended(0);
        Self { place, served, sandbox }
    }

    fn arguments<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        [arguments, &["--store", &self.place.url]].concat()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.sandbox.run(&self.arguments(arguments))
    }

    /// Leaves SQLite's one file: a process that ends may leave the rest of its log beside it.
    fn settle(&self) {
        let store = self.place.open(&self.sandbox);
        block_on(async {
            store.load("jane").await.unwrap();
            store.close().await;
        });
        assert!(!self.file().with_extension("db-wal").exists());
    }

    /// The SQLite file.
    fn file(&self) -> PathBuf {
        PathBuf::from(self.place.url.strip_prefix("sqlite:").unwrap())
    }

    /// Connecting fails with code 2 before anybody is sent to a browser.
    fn refuses_to_connect(&self, ran: &Ran, says: &str) {
        told(ran, says);
        assert!(!ran.stderr.contains("Open: "), "nobody is sent to the browser for nothing: {}", ran.stderr);
    }

    fn connect_arguments(&self) -> Vec<String> {
        let arguments = ["connect", "academy-v2", "--no-browser", "--name", "john", "--timeout", "5"];
        let further = ["--store".to_owned(), self.place.url.clone(), "--map-origin".to_owned(), self.served.map()];
        arguments.iter().map(|&argument| argument.to_owned()).chain(further).collect()
    }

    fn connect(&self) -> Ran {
        let arguments = self.connect_arguments();
        self.sandbox.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The connection works: it refreshes, and the provider takes the token.
    fn works(&self) {
        self.run(&["refresh", "jane", "--force"]).ended(0);
        self.run(&["info", "jane"]).ended(0);
    }
}

/// Exit code 2, and words.
#[track_caller]
fn told(ran: &Ran, says: &str) {
    let words = format!("{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.code(), 2, "{words}");
    assert!(words.contains(says), "should say {says:?}: {words}");
}

fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// No file may grow beyond so many blocks of 512 bytes: how a full disk looks to a process (`RLIMIT_FSIZE`). The signal
/// is ignored, so that writing answers EFBIG as a full disk answers ENOSPC.
fn within(sandbox: &Sandbox, blocks: usize, arguments: &[&str]) -> Ran {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script, env!("CARGO_BIN_EXE_connspec")]).args(arguments).current_dir(sandbox.path("."));
    shell.env("XDG_DATA_HOME", sandbox.path("data")).env("NO_COLOR", "1").stdin(std::process::Stdio::null());
    ran(&mut shell)
}

/// Sweeps the size no file may exceed: wherever room ends, the refresh is sent and saved, or not sent.
pub fn a_limit_on_file_sizes(kind: Kind) {
    let scene = Scene::new(kind);
    // Large enough that its pages reach beyond what SQLite needs in any case.
    let store = scene.place.open(&scene.sandbox);
    block_on(async {
        let mut connection = store.load("jane").await.unwrap();
        connection.data.insert("note".to_owned(), "x".repeat(60_000).into());
        store.save(&connection).await.unwrap();
        store.close().await;
    });
    let (mut refreshed, mut refused, mut rescued) = (0, 0, 0);
    let limits = (8..1_000).step_by(if is_long() { 31 } else { 124 });
    let places = limits.len();
    for blocks in limits {
        let ran = within(&scene.sandbox, blocks, &scene.arguments(&["refresh", "jane", "--force", "--json"]));
        match ran.code() {
            0 => refreshed += 1,
            _ => {
                told(&ran, "room");
                refused += 1;
                rescued += u32::from(bring_back(&scene, &ran));
            }
        }
        scene.works();
    }
    assert!(refreshed > 0 && refused > 0, "{refreshed} refreshed, {refused} refused");
    scene.refuses_to_connect(
        &within(&scene.sandbox, 8, &scene.connect_arguments().iter().map(String::as_str).collect::<Vec<_>>()),
        "room",
    );
    println!(
        "{kind}: file sizes limited at {places} places: {refreshed} refreshed, {refused} refused with code 2 ({rescued} rescued), 0 lost"
    );
}

/// Where new tokens came and could not be saved, does what the message says; answers whether that was so.
fn bring_back(scene: &Scene, ran: &Ran) -> bool {
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
    let message = report["error"]["message"].as_str().unwrap_or_default();
    let Some((_, rest)) = message.split_once("run `connspec connections import ") else { return false };
    let (rest, _) = rest.split_once('`').unwrap();
    let script = format!("exec '{}' connections import {rest}", env!("CARGO_BIN_EXE_connspec"));
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(scene.sandbox.path(".")).stdin(std::process::Stdio::null());
    shell.env("XDG_DATA_HOME", scene.sandbox.path("data")).env_remove("CONNSPEC_STORE").env_remove("CONNSPEC_KEY");
    self::ran(&mut shell).ended(0);
    true
}

/// A disk of one megabyte that something else fills up to the last few pages.
pub fn a_full_disk(kind: Kind) {
    let sandbox = Sandbox::new();
    let disk = Disk::mount(sandbox.path("disk"));
    let place = Place { kind, url: format!("sqlite:{}", disk.0.join("connections.db").display()) };
    let scene = Scene::at(place, sandbox);
    let filler = disk.0.join("filler");
    let (mut refreshed, mut refused, mut rescued) = (0, 0, 0);
    // From no room at all to room for everything.
    let (most, step) = if is_long() { (40, 1) } else { (20, 4) };
    for pages in (0..=most).step_by(step) {
        // What an earlier process left of its log would be room.
        scene.settle();
        fill(&filler, pages);
        if pages == 0 {
            scene.refuses_to_connect(&scene.connect(), "room");
        }
        let ran = scene.run(&["refresh", "jane", "--force", "--json"]);
        match ran.code() {
            0 => refreshed += 1,
            _ => {
                told(&ran, "room");
                refused += 1;
            }
        }
        std::fs::remove_file(&filler).unwrap();
        rescued += u32::from(bring_back(&scene, &ran));
        scene.works();
    }
    assert!(refreshed > 0 && refused > 0, "{refreshed} refreshed, {refused} refused");
    println!(
        "{kind}: disk with 0 to {most} pages left: {refreshed} refreshed, {refused} refused with code 2 ({rescued} rescued), 0 lost"
    );
}

/// Takes all room but `pages` pages.
fn fill(filler: &Path, pages: usize) {
    use std::io::Write;
    let mut file = std::fs::File::create(filler).unwrap();
    let mut length = 0;
    while file.write_all(&[0; 4096]).is_ok() {
        length += 4096;
    }
    file.set_len(length - pages as u64 * 4096).unwrap();
}

/// A small disk in memory; only root can make one.
pub struct Disk(PathBuf);

impl Disk {
    fn mount(path: PathBuf) -> Self {
        std::fs::create_dir_all(&path).unwrap();
        let made = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(&path).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Self(path)
    }

    /// Whether this user may make one here.
    pub fn is_there() -> bool {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        let made = mount.args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(folder.path()).output();
        let made = made.is_ok_and(|output| output.status.success());
        if made {
            drop(Self(folder.path().to_owned()));
        }
        made
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Another user may read the store, if that: reading works, everything else says why not.
pub fn a_read_only_folder(kind: Kind) {
    let scene = Scene::new(kind);
    let key = std::fs::read_to_string(scene.sandbox.path("data/connspec/key")).unwrap();
    scene.settle();
    let folder = scene.file().parent().unwrap().to_owned();
    let is_root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(&folder).unwrap()) == 0;
    let before = std::fs::read(scene.file()).unwrap();
    let program = scene.sandbox.path("connspec");
    std::fs::copy(env!("CARGO_BIN_EXE_connspec"), &program).unwrap();
    for (path, mode) in [(scene.sandbox.path("."), 0o755), (folder.clone(), 0o555), (scene.file(), 0o444)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.args(scene.arguments(arguments)).current_dir("/").stdin(std::process::Stdio::null());
        command.env("CONNSPEC_KEY", key.trim()).env("XDG_DATA_HOME", "/nonexistent").env("NO_COLOR", "1");
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        ran(&mut command)
    };
    run(&["connections", "list"]).ended(0);
    run(&["connections", "show", "jane"]).ended(0);
    told(&run(&["refresh", "jane", "--force"]), "make it writable");
    told(&run(&["connections", "remove", "jane", "--no-invalidate"]), "make it writable");
    let map = scene.served.map();
    let connect = ["connect", "academy-v2", "--no-browser", "--name", "john", "--timeout", "5", "--map-origin", &map];
    scene.refuses_to_connect(&run(&connect), "make it writable");
    std::fs::set_permissions(scene.file(), std::fs::Permissions::from_mode(0o600)).unwrap();
    told(&run(&["connections", "list"]), "belongs to this user");
    assert!(std::fs::read(scene.file()).unwrap() == before, "nothing was changed");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    scene.works();
}

/// Another program holds the database for longer than anybody waits.
pub fn a_locked_database(kind: Kind) {
    let scene = Scene::new(kind);
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut holder = runtime.block_on(async {
        let mut holder = AnyConnection::connect(&scene.place.sqlx_url()).await.unwrap();
        let lock = match kind {
            Kind::Sqlite => "BEGIN IMMEDIATE",
            Kind::Postgres => "BEGIN; LOCK TABLE connspec_connections, connspec_pending IN EXCLUSIVE MODE",
        };
        holder.execute(sqlx::raw_sql(lock)).await.unwrap();
        holder
    });
    told(&scene.run(&["refresh", "jane", "--force"]), "locked for more than 5 seconds");
    scene.refuses_to_connect(&scene.connect(), "locked for more than 5 seconds");
    scene.run(&["connections", "show", "jane"]).ended(0);
    runtime.block_on(async {
        holder.execute("ROLLBACK").await.unwrap();
        holder.close().await.unwrap();
    });
    scene.works();
}

/// A file that is no database, or a database cut off anywhere: told, and left as it is.
pub fn a_damaged_file(kind: Kind) {
    let scene = Scene::new(kind);
    scene.settle();
    let whole = std::fs::read(scene.file()).unwrap();
    let mut garbage = vec![0; whole.len()];
    getrandom::fill(&mut garbage).unwrap();
    let mut cases = vec![garbage, b"not a database, but a letter to a friend".to_vec()];
    // From the header alone up to the last page but one.
    cases.extend([40, 100, 2_000, 4_096, 8_192, whole.len() / 2].map(|length| whole[..length].to_vec()));
    for (case, content) in cases.iter().enumerate() {
        std::fs::write(scene.file(), content).unwrap();
        for command in [&["connections", "list"][..], &["connections", "show", "jane"], &["refresh", "jane", "--force"]]
        {
            told(&scene.run(command), "it was left untouched");
        }
        scene.refuses_to_connect(&scene.connect(), "restore it from a backup");
        assert!(std::fs::read(scene.file()).unwrap() == *content, "case {case}: it was left untouched");
    }
    for rest in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{rest}", scene.file().display()));
    }
    std::fs::write(scene.file(), whole).unwrap();
    scene.works();
    println!("{kind}: {} damaged files told and left untouched", cases.len());
}

pub fn a_newer_schema(kind: Kind) {
    let scene = Scene::new(kind);
    scene.place.execute("UPDATE connspec_schema SET version = version + 90");
    for command in [&["connections", "list"][..], &["connections", "show", "jane"], &["refresh", "jane", "--force"]] {
        told(&scene.run(command), "use the newer connspec");
    }
    scene.refuses_to_connect(&scene.connect(), "use the newer connspec");
    scene.place.execute("UPDATE connspec_schema SET version = version - 90");
    scene.works();
}

pub fn a_wrong_key(kind: Kind) {
    let scene = Scene::new(kind);
    for (key, says) in [("00".repeat(32), "hand in the key it was saved with"), ("abc".to_owned(), "not 32 bytes")] {
        for command in [&["connections", "show", "jane"][..], &["refresh", "jane", "--force"], &["token", "jane"]] {
            let arguments = scene.arguments(command);
            told(&ran(scene.sandbox.command(&arguments).env("CONNSPEC_KEY", &key)), says);
        }
    }
    scene.works();
}

/// Nothing readable stands in the database's own dump.
pub fn a_dump_shows_no_token(kind: Kind) {
    let scene = Scene::new(kind);
    let store = scene.place.open(&scene.sandbox);
    let saved = block_on(store.load("jane")).unwrap();
    let dump = Command::new("sqlite3").arg(scene.file()).arg(".dump").output().unwrap();
    let dump = String::from_utf8(dump.stdout).unwrap();
    assert!(dump.contains("INSERT INTO connspec_connections VALUES('jane'"), "{dump}");
    for (name, value) in saved.data.iter().filter(|(name, _)| name.ends_with("Token")) {
        let value = value.as_str().unwrap();
        assert!(!dump.contains(value), "{name} stands in the dump");
    }
    assert!(saved.data.contains_key("refreshToken") && !dump.contains("academy-demo-secret"));
}

/// The server is gone when it is first needed, and while a refresh is under way.
pub fn a_vanished_server(kind: Kind) {
    let sandbox = Sandbox::new();
    let (through, database) = through_a_relay(&Place::new(kind, &sandbox));
    let scene = Scene::at(Place { kind, url: through }, sandbox);
    let before = scene.run(&["token", "jane"]).ended(0).stdout;

    database.vanish();
    for command in [&["connections", "list"][..], &["connections", "show", "jane"], &["refresh", "jane", "--force"]] {
        let ran = scene.run(command).hides(&["SECRET"]);
        told(&ran, "check that the server runs");
    }
    scene.refuses_to_connect(&scene.connect(), "check that the server runs");
    database.come_back();
    assert_eq!(scene.run(&["token", "jane"]).ended(0).stdout, before, "nothing was sent, nothing is lost");

    // Midway: the provider is asked, and the server is gone before it answers.
    let armed = Arc::new(AtomicBool::new(true));
    let (watched, vanishing) = (armed.clone(), database.clone());
    let port = url::Url::parse(&scene.served.url).unwrap().port().unwrap();
    let provider = Relay::start(
        Target::Port(port),
        Arc::new(move |sent: &[u8]| {
            if sent.starts_with(b"POST /api/v2/refresh") && watched.swap(false, Ordering::SeqCst) {
                vanishing.vanish();
            }
        }),
    );
    let map = format!("{ACADEMY}=http://127.0.0.1:{}", provider.port);
    let midway = scene.run(&["refresh", "jane", "--force", "--json", "--map-origin", &map]).hides(&["SECRET"]);
    assert!(!armed.load(Ordering::SeqCst), "it was sent");
    told(&midway, "could not be saved");
    database.come_back();
    let copy = scene.sandbox.path("copy.json");
    std::fs::copy(rescued_file(&scene), &copy).unwrap();
    assert!(bring_back(&scene, &midway), "the new tokens are kept: {}", midway.stdout);
    let after = scene.run(&["token", "jane"]).ended(0).stdout;
    assert_ne!(after, before);
    scene.works();
    let again = scene.run(&["connections", "import", copy.to_str().unwrap(), "--replace"]);
    told(&again, "they are the older ones");
    scene.works();
}

/// The store is gone when the provider has given its tokens: they are kept, and brought back as the message says.
pub fn a_connection_that_could_not_be_saved_is_brought_back(kind: Kind) {
    let scene = Scene::new(kind);
    let port = url::Url::parse(&scene.served.url).unwrap().port().unwrap();
    // PostgreSQL vanishes behind a relay; SQLite's file is removed while it is open.
    let (place, database) = match kind {
        Kind::Sqlite => (scene.place.url.clone(), None),
        Kind::Postgres => {
            let (url, relay) = through_a_relay(&scene.place);
            (url, Some(relay))
        }
    };
    // A new connection, one that replaces another, one that is authorized again; and where even the data folder takes
    // nothing.
    let connect = ["connect", "academy-v2", "--no-browser", "--name"];
    let rescued = scene.sandbox.path("data/connspec/rescued");
    for (arguments, is_blocked) in [
        ([&connect[..], &["john"]].concat(), false),
        ([&connect[..], &["jane", "--replace"]].concat(), false),
        (vec!["reauthorize", "jane", "--no-browser"], false),
        (vec!["reauthorize", "jane", "--no-browser"], true),
    ] {
        if is_blocked {
            std::fs::remove_dir(&rescued).unwrap();
            std::fs::write(&rescued, "in the way").unwrap();
        }
        let (armed, lost) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(false)));
        let (watched, gone) = (Arc::clone(&armed), Arc::clone(&lost));
        let (vanishing, file) = (database.clone(), (database.is_none()).then(|| scene.file()));
        let provider = Relay::start(
            Target::Port(port),
            Arc::new(move |sent: &[u8]| {
                if sent.starts_with(b"POST /api/v2/token") && watched.swap(false, Ordering::SeqCst) {
                    match (&vanishing, &file) {
                        (Some(relay), _) => relay.vanish(),
                        (None, Some(file)) => remove_database(file),
                        (None, None) => unreachable!("one of them is there"),
                    }
                    gone.store(true, Ordering::SeqCst);
                }
            }),
        );
        let map = format!("{ACADEMY}=http://127.0.0.1:{}", provider.port);
        let further = ["--json", "--store", &place, "--map-origin", &map];
        let waiting = scene.sandbox.start(&[&arguments[..], &further].concat());
        let name = if arguments.contains(&"john") { "john" } else { "jane" };
        let person = if name == "john" { Person::JohnDoe } else { Person::JaneBlack };
        waiting.consent(person, Decision::Allow);
        let ran = waiting.finish().hides(&["SECRET"]);
        assert!(lost.load(Ordering::SeqCst), "the tokens were asked for");
        told(&ran, "could not be saved");
        assert_eq!(ran.json()["connection"]["data"]["refreshToken"], "«refreshToken»", "{}", ran.stdout);
        if let Some(relay) = &database {
            relay.come_back();
        }
        if !is_blocked {
            // A database file that is gone is told besides.
            let reminded = scene.run(&["connections", "list"]);
            assert_eq!(reminded.code(), if kind == Kind::Sqlite { 2 } else { 0 }, "{}", reminded.stderr);
            assert!(reminded.stderr.contains("holds secrets that could not be saved"), "{}", reminded.stderr);
            let rotate = scene.run(&["store", "rotate-key"]).ended(2);
            assert!(rotate.stderr.contains("nothing was changed"), "{}", rotate.stderr);
        }
        let elsewhere = ran.stdout.split('\'').find(|text| text.contains("connspec-rescued-"));
        assert_eq!(elsewhere.is_some(), is_blocked, "{}", ran.stdout);
        assert!(bring_back(&scene, &ran), "the tokens are kept: {}", ran.stdout);
        scene.run(&["info", name, "--map-origin", &scene.served.map()]).ended(0);
        scene.run(&["refresh", name, "--force", "--map-origin", &scene.served.map()]).ended(0);
        let reminded = scene.run(&["connections", "list"]).ended(0);
        assert!(!reminded.stderr.contains("could not be saved"), "it is told once: {}", reminded.stderr);
        if let Some(file) = elsewhere {
            std::fs::remove_dir(Path::new(file).parent().unwrap()).unwrap();
        }
    }
}

fn remove_database(file: &Path) {
    for rest in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{rest}", file.display()));
    }
}

/// The address of a PostgreSQL behind a relay, with a password that must not be shown.
fn through_a_relay(place: &Place) -> (String, Relay) {
    let url = url::Url::parse(&place.url).unwrap();
    let host = url.query_pairs().find(|(name, _)| name == "host").unwrap().1.into_owned();
    let schema = url.query_pairs().find(|(name, _)| name == "options[search_path]").unwrap().1.into_owned();
    let relay = Relay::start(Target::Socket(Path::new(&host).join(".s.PGSQL.5432")), Arc::new(|_| ()));
    let through = format!(
        "postgres://connspec:SECRET@127.0.0.1:{}/connspec?sslmode=disable&options[search_path]={schema}",
        relay.port
    );
    (through, relay)
}

fn rescued_file(scene: &Scene) -> String {
    scene.sandbox.path("data/connspec/rescued/jane.json").display().to_string()
}

/// Whether `sqlite3` can be run.
pub fn has_sqlite3() -> bool {
    Command::new("sqlite3").arg("-version").output().is_ok()
}

/// Whether the PostgreSQL of the tests is reached through a socket's folder, as that of postgres.sh is.
pub fn is_on_a_socket() -> bool {
    std::env::var(POSTGRES).is_ok_and(|url| url.contains("host=/"))
}
