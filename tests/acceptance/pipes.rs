//! Paths that are no files: named pipes, pipes of a shell, devices, folders named like a file.

#![cfg(unix)]

use std::io::Write;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::Sandbox;

const PLAIN: &str = r#"{ "url": "http://api.acme.test/me", "header": { "a": "b" } }"#;

/// Longer than any wait of these tests may take, shorter than for ever.
const PATIENCE: Duration = Duration::from_secs(20);

fn pipe(sandbox: &Sandbox, name: &str) {
    let status = std::process::Command::new("mkfifo").arg(sandbox.path(name)).status().unwrap();
    assert!(status.success());
}

/// How it ended; it is killed when it does not end at all.
fn end_of(mut child: Child) -> Option<std::process::ExitStatus> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

#[test]
fn a_pipe_nobody_writes_into_is_told() {
    let sandbox = Sandbox::new();
    pipe(&sandbox, "api.json");
    sandbox.write("app/connections/acme/parameters.imljson", "[]");
    pipe(&sandbox, "app/connections/acme/api.imljson");
    for (path, code) in [("api.json", 2), ("app", 1)] {
        let begun = Instant::now();
        let ran = sandbox.run(&["check", path]).ended(code);
        let said = ran.stdout + &ran.stderr;
        for words in ["api.", "is a named pipe that nobody writes into", "start what writes into it"] {
            assert!(said.contains(words), "{path}: {words}:\n{said}");
        }
        assert!(begun.elapsed() < PATIENCE);
    }
}

#[test]
fn a_pipe_is_read_until_its_writer_closes_it() {
    let sandbox = Sandbox::new();
    sandbox.write("plain/api.json", PLAIN);
    pipe(&sandbox, "api.json");
    let path = sandbox.path("api.json");
    let writer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        let mut pipe = std::fs::File::options().write(true).open(path).unwrap();
        for part in [&PLAIN[..20], &PLAIN[20..]] {
            std::thread::sleep(Duration::from_millis(300));
            pipe.write_all(part.as_bytes()).unwrap();
        }
    });
    let shown = sandbox.run(&["check", "api.json", "--format", "json"]).ended(0).stdout;
    writer.join().unwrap();
    let expected = sandbox.run(&["check", "plain/api.json", "--format", "json"]).ended(0).stdout;
    assert_eq!(shown, expected.replace("plain/", ""));
}

#[test]
fn what_a_shell_pipes_is_read_by_any_of_its_names() {
    let sandbox = Sandbox::new();
    let expected = sandbox.run_with_input(&["check", "-", "--format", "json"], PLAIN).ended(0).stdout;
    let named = sandbox.run_with_input(&["check", "/dev/stdin", "--format", "json"], PLAIN).ended(0).stdout;
    assert_eq!(named, expected.replace("<stdin>", "/dev/stdin"));
    let binary = env!("CARGO_BIN_EXE_connspec");
    let bash = |script: &str| std::process::Command::new("bash").args(["-c", script]).output();
    let piped = format!("'{binary}' check <(sleep 0.3; printf '%s' '{PLAIN}') --format json");
    let Ok(ran) = bash(&piped) else { return };
    let shown: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    assert_eq!(shown.as_array().unwrap().len(), expected.as_array().unwrap().len());
    // Who is gone comes back to no pipe of a shell.
    let begun = Instant::now();
    let ran = bash(&format!("'{binary}' check <(true)")).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{}", String::from_utf8_lossy(&ran.stdout));
    assert!(begun.elapsed() < Duration::from_millis(1_500));
}

#[test]
fn what_never_ends_is_not_read_to_its_end() {
    let sandbox = Sandbox::new();
    for path in ["/dev/zero", "-"] {
        let zero = std::fs::File::open("/dev/zero").unwrap();
        let ran = sandbox.command(&["check", path]).stdin(zero).output().unwrap();
        let said = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(2), "{said}");
        assert!(said.contains("4 MiB") && said.contains("no section of a definition"), "{said}");
    }
}

#[test]
fn what_can_be_read_once_is_neither_mended_nor_watched() {
    let sandbox = Sandbox::new();
    pipe(&sandbox, "api.json");
    for option in ["--fix", "--watch"] {
        for path in ["api.json", "/dev/null", "-"] {
            let said = sandbox.run(&["check", path, option]).ended(2).stderr;
            assert!(said.contains("neither mended nor watched") && said.contains("name the file"), "{path}: {said}");
        }
    }
}

#[test]
fn a_folder_named_like_a_file_is_called_a_folder() {
    let sandbox = Sandbox::new();
    sandbox.write("api.json/readme.md", "x");
    let said = sandbox.run(&["check", "api.json"]).ended(2).stderr;
    assert!(said.contains("in the folder `api.json`"), "{said}");
}

/// Whatever a command waits for.
#[test]
fn a_command_that_waits_for_a_silent_writer_ends_when_it_is_interrupted() {
    let sandbox = Sandbox::new();
    pipe(&sandbox, "api.json");
    // Opened for both, so that opening waits for nobody; it never writes.
    let _silent = std::fs::File::options().read(true).write(true).open(sandbox.path("api.json")).unwrap();
    for arguments in [vec!["check", "api.json"], vec!["connect", "api.json", "--no-save"], vec!["connect", "-"]] {
        let mut command = sandbox.command(&arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let _open = child.stdin.take();
        std::thread::sleep(Duration::from_millis(500));
        assert!(child.try_wait().unwrap().is_none(), "{arguments:?} did not wait");
        let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(status.success());
        let ended = end_of(child).unwrap_or_else(|| panic!("{arguments:?} did not end"));
        let by_signal = std::os::unix::process::ExitStatusExt::signal(&ended) == Some(2);
        assert!(by_signal || ended.code() == Some(130), "{arguments:?}: {ended}");
    }
}
