//! `connections list`: page by page, with what a person must know of each, and what cannot be read.

use connspec_store::{
    ConnectionStore, DefinitionReference, FileStore, Presented, SavedConnection, Sealing, SealingKey,
};
use serde_json::{Value, json};

use crate::support::{Ran, Sandbox, block_on};

/// Connections of these names in `store` below the sandbox, each changed by `change`.
fn saved(sandbox: &Sandbox, names: &[&str], change: impl Fn(&mut SavedConnection)) {
    let sealing = Sealing::with_key(SealingKey::from_bytes([7; 32]));
    let store = block_on(FileStore::open(sandbox.path("store"), sealing)).unwrap();
    for name in names {
        let reference = DefinitionReference { spec: "academy-v2".into(), ..DefinitionReference::default() };
        let mut connection = SavedConnection::new(*name, reference, 1_700_000_000_000);
        change(&mut connection);
        block_on(store.save(&connection)).unwrap();
    }
}

/// Runs it with the store's key.
fn run(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    let output = sandbox.command(arguments).env("CONNSPEC_KEY", "07".repeat(32)).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn names(value: &Value) -> Vec<&str> {
    value["connections"].as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect()
}

#[test]
fn the_hint_of_each_page_leads_to_the_next() {
    let sandbox = Sandbox::new();
    saved(&sandbox, &["-dash", "Jane's $HOME", "b", "c", "d"], |_| ());
    let mut command = "connspec connections list --limit 2 --store file:store".to_owned();
    let mut seen = Vec::new();
    let program = env!("CARGO_BIN_EXE_connspec");
    for _ in 0..9 {
        let script = command.replacen("connspec", &format!("exec '{program}'"), 1);
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &script]).current_dir(sandbox.path(".")).env("XDG_DATA_HOME", sandbox.path("data"));
        let output = shell.env("CONNSPEC_KEY", "07".repeat(32)).output().unwrap();
        let complained = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{script}: {complained}");
        let table = String::from_utf8(output.stdout).unwrap();
        let rows: Vec<String> = table.lines().skip(1).map(|row| row.split("  ").next().unwrap().to_owned()).collect();
        assert!(rows.len() <= 2, "{table}");
        seen.extend(rows);
        match complained.trim().strip_prefix("more: ") {
            Some(next) => command = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, ["-dash", "Jane's $HOME", "b", "c", "d"]);
}

#[test]
fn pages_as_json_say_where_the_next_begins() {
    let sandbox = Sandbox::new();
    saved(&sandbox, &["a", "b", "c"], |_| ());
    let list = |rest: &[&str]| {
        let arguments = [&["connections", "list", "--json", "--limit", "2", "--store", "file:store"], rest].concat();
        run(&sandbox, &arguments).ended(0).json()
    };
    let first = list(&[]);
    assert_eq!((names(&first), &first["next"]), (vec!["a", "b"], &json!("b")));
    let second = list(&["--after", "b"]);
    assert_eq!((names(&second), &second["next"]), (vec!["c"], &json!(null)));
    let past = list(&["--after", "c"]);
    assert_eq!((names(&past), &past["next"]), (vec![], &json!(null)));
    let words = run(&sandbox, &["connections", "--store", "file:store", "list", "--after", "c"]).ended(0).stderr;
    assert!(words.contains("comes after `c`") && !words.contains("nothing is saved"), "{words}");
    std::fs::create_dir(sandbox.path("other")).unwrap();
    let empty = run(&sandbox, &["connections", "list", "--store", "file:other"]).ended(0).stderr;
    assert!(empty.contains("nothing is saved yet"), "{empty}");
}

#[test]
fn a_deadline_that_passed_and_a_refresh_without_answer_are_shown() {
    let sandbox = Sandbox::new();
    let far = 32_503_680_000_000; // the year 3000
    saved(&sandbox, &["good"], |connection| connection.expires = Some(far));
    saved(&sandbox, &["over"], |connection| connection.expires = Some(1_700_000_000_001));
    saved(&sandbox, &["sent"], |connection| {
        let marker =
            Presented { at: 1_700_000_000_000, holder: "process 7".into(), attempt: 3, unanswered_since: None };
        connection.refresh.presented = Some(marker);
    });
    let listed = run(&sandbox, &["connections", "--store", "file:store", "--json"]).ended(0).json();
    let states: Vec<&str> =
        listed["connections"].as_array().unwrap().iter().map(|entry| entry["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["saved", "connect again: its time is over", "refresh unanswered"]);
    let table = run(&sandbox, &["connections", "--store", "file:store"]).ended(0).stdout;
    for state in states {
        assert!(table.contains(state), "{table}");
    }
    let shown = run(&sandbox, &["connections", "show", "sent", "--store", "file:store"]).ended(0).stdout;
    let line = shown.lines().find(|line| line.starts_with("refreshes.unanswered.sent")).unwrap_or_default();
    assert!(line.contains("2023-11-14 22:13:20 UTC") && shown.contains("process 7"), "{shown}");
    // The longest name is a space away from its text, and all texts stand under each other.
    let column = "refreshes.unanswered.attempt ".len();
    let aligned = |line: &str| line.as_bytes()[column - 1] == b' ' && line.as_bytes()[column] != b' ';
    assert!(shown.lines().all(aligned), "{shown}");
    let shown = run(&sandbox, &["connections", "show", "sent", "--store", "file:store", "--json"]).ended(0).json();
    assert_eq!(shown["refreshes"]["unanswered"]["attempt"], 3);
    for (end, state) in [("2023-11-14T22:13:20.000Z", "access token ended"), ("2999-01-01T00:00:00.000Z", "saved")] {
        let name = state.split(' ').next().unwrap();
        saved(&sandbox, &[name], |connection| {
            connection.data.insert("expires".into(), end.into());
        });
        let shown = run(&sandbox, &["connections", "show", name, "--json", "--store", "file:store"]).ended(0).json();
        assert_eq!((&shown["state"], shown["accessTokenEnds"].is_string()), (&json!(state), true), "{shown:#}");
    }
}

#[test]
fn a_record_that_cannot_be_read_is_told_and_hides_no_other() {
    let sandbox = Sandbox::new();
    saved(&sandbox, &["a", "b"], |_| ());
    sandbox.write("store/connections/b.json", "garbage");
    let ran = run(&sandbox, &["connections", "--store", "file:store", "--json"]).ended(2);
    let list = ran.json();
    assert_eq!(names(&list), ["a"]);
    assert_eq!(list["unreadable"][0]["name"], "b");
    assert!(list["unreadable"][0]["message"].as_str().unwrap().contains("left untouched"), "{list:#}");
    let table = run(&sandbox, &["connections", "--store", "file:store"]).ended(2);
    assert!(table.stdout.contains('a') && table.stderr.contains("`b` cannot be read"), "{}", table.stderr);
    sandbox.write("store/connections/a.json", "garbage");
    let none = run(&sandbox, &["connections", "--store", "file:store"]).ended(2);
    assert!(!none.stderr.contains("nothing is saved"), "{}", none.stderr);
}

#[test]
fn an_unknown_name_brings_what_is_near_and_not_the_whole_store() {
    let sandbox = Sandbox::new();
    let show = |name: &str| run(&sandbox, &["connections", "show", name, "--store", "file:store"]).ended(2).stderr;
    std::fs::create_dir(sandbox.path("store")).unwrap();
    assert!(show("jane").contains("nothing is saved yet"));
    saved(&sandbox, &["jane", "zoe"], |_| ());
    assert!(show("jnae").contains("did you mean `jane`?"));
    let few = show("somebody else");
    assert!(few.contains("saved are: jane, zoe"), "{few}");
    let many: Vec<String> = (0..30).map(|number| format!("account {number}")).collect();
    saved(&sandbox, &many.iter().map(String::as_str).collect::<Vec<_>>(), |_| ());
    let words = show("somebody else");
    assert!(words.contains("`connspec connections` lists them") && !words.contains("account"), "{words}");
    assert!(show("acount 7").contains("did you mean `account 7`?"));
}

/// `RLIMIT_FSIZE` stands for a full disk, as in the store's own tests.
#[cfg(unix)]
#[test]
fn an_export_that_found_no_room_leaves_nothing_and_can_be_repeated() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    saved(&sandbox, &["a"], |connection| {
        connection.data.insert("padding".into(), "x".repeat(20_000).into());
    });
    let export = ["connections", "export", "a", "--reveal", "-o", "out/a.json", "--store", "file:store"];
    std::fs::create_dir(sandbox.path("out")).unwrap();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_connspec")]).args(export);
    shell.current_dir(sandbox.path(".")).env("XDG_DATA_HOME", sandbox.path("data"));
    let full = shell.env("CONNSPEC_KEY", "07".repeat(32)).output().unwrap();
    assert_eq!(full.status.code(), Some(2), "{}", String::from_utf8_lossy(&full.stderr));
    let left: Vec<_> = std::fs::read_dir(sandbox.path("out")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    run(&sandbox, &export).ended(0);
    let mode = std::fs::metadata(sandbox.path("out/a.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = std::fs::read(sandbox.path("out/a.json")).unwrap();
    let again = run(&sandbox, &export).ended(2);
    assert!(again.stderr.contains("out/a.json"), "{}", again.stderr);
    assert_eq!(std::fs::read(sandbox.path("out/a.json")).unwrap(), before, "a file that is there is kept");
}

#[test]
fn every_command_has_a_manual_page_of_its_own() {
    let sandbox = Sandbox::new();
    let page = sandbox.run(&["man", "connections", "list"]).ended(0).stdout;
    assert!(page.contains("connspec connections list") || page.contains("connspec\\-connections\\-list"), "{page}");
    let unknown = sandbox.run(&["man", "conect"]).ended(2);
    assert!(unknown.stderr.contains("did you mean `connect`?"), "{}", unknown.stderr);
    sandbox.run(&["man", "--all", "man1"]).ended(0);
    for page in ["connspec.1", "connspec-connect.1", "connspec-connections-list.1"] {
        let text = std::fs::read_to_string(sandbox.path("man1").join(page)).unwrap();
        assert!(text.contains(".SH SYNOPSIS"), "{page}: {text}");
    }
}

#[test]
fn several_are_removed_at_once_or_none_where_one_is_unknown() {
    let sandbox = Sandbox::new();
    saved(&sandbox, &["a", "b", "c", "d"], |_| ());
    let left = || {
        let list = run(&sandbox, &["connections", "--json", "--store", "file:store"]).ended(0).json();
        names(&list).join(" ")
    };
    let refused = run(&sandbox, &["connections", "remove", "a", "x", "b", "--no-invalidate", "--store", "file:store"]);
    assert!(refused.ended(2).stderr.contains("named \"x\""));
    assert_eq!(left(), "a b c d");
    let removed = run(&sandbox, &["connections", "remove", "a", "c", "a", "--no-invalidate", "--store", "file:store"]);
    assert_eq!(removed.ended(0).stdout, "removed a\nremoved c\n");
    assert_eq!(left(), "b d");
    // Each is told to its provider; what cannot be told keeps neither.
    let told = run(&sandbox, &["connections", "remove", "b", "d", "--store", "file:store"]).ended(0);
    assert_eq!(told.stderr.matches("the provider was not told").count(), 2, "{}", told.stderr);
    assert_eq!(left(), "");
}

/// Two places of a terminal for some letters, none for others.
#[test]
fn the_columns_of_a_table_stand_under_each_other() {
    let sandbox = Sandbox::new();
    saved(&sandbox, &["Jane", "山田太郎", "Zoe\u{301}"], |connection| {
        connection.uid = Some(format!("uid of {}", connection.name));
    });
    let table = run(&sandbox, &["connections", "--store", "file:store"]).ended(0).stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines,
        [
            "NAME      ACCOUNT          STATE  DEFINITION",
            "Jane      uid of Jane      saved  academy-v2",
            "Zoe\u{301}       uid of Zoe\u{301}       saved  academy-v2",
            "山田太郎  uid of 山田太郎  saved  academy-v2",
        ]
    );
}

/// What the provider calls an account is shown, and not obeyed by the terminal.
#[test]
fn an_account_with_control_characters_stays_on_its_line() {
    let sandbox = Sandbox::new();
    saved(&sandbox, &["a", "b"], |connection| {
        connection.metadata = Some(json!({"type": "text", "value": "Jane\n\u{1b}[2JBlack"}));
    });
    let table = run(&sandbox, &["connections", "--store", "file:store"]).ended(0).stdout;
    assert_eq!(table.lines().count(), 3, "{table}");
    let shown = run(&sandbox, &["connections", "show", "a", "--store", "file:store"]).ended(0).stdout;
    assert!(!table.contains('\u{1b}') && !shown.contains('\u{1b}') && shown.contains("Black"), "{shown}");
    let value = run(&sandbox, &["connections", "show", "a", "--json", "--store", "file:store"]).ended(0).json();
    assert_eq!(value["metadata"]["value"], "Jane\n\u{1b}[2JBlack", "a program gets what is there");
}
