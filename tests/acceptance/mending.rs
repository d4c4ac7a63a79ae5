//! `check --fix` writes each file whole or not at all, and changes nothing else about it.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::support::Sandbox;

const BEFORE: &str = "{ \"url\": \"https://api.acme.test/me\", \"header\": { \"a\": \"b\" } }\n";

fn after() -> String {
    BEFORE.replace("\"header\"", "\"headers\"")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn permissions_and_links_stay() {
    let sandbox = Sandbox::new();
    let file = sandbox.write("real/api.json", BEFORE);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::create_dir(sandbox.path("app")).unwrap();
    symlink("../real/api.json", sandbox.path("app/api.json")).unwrap();
    let ran = sandbox.run(&["check", "app/api.json", "--fix", "--select", "unknown-directive"]).ended(0);
    assert!(ran.stderr.contains("1 fix applied"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), after());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_link(sandbox.path("app/api.json")).unwrap(), Path::new("../real/api.json"));
    assert_eq!((names(&sandbox.path("real")).len(), names(&sandbox.path("app")).len()), (1, 1));
}

#[test]
fn a_file_that_cannot_be_replaced_stays_as_it_is() {
    let sandbox = Sandbox::new();
    let file = sandbox.write("app/api.json", BEFORE);
    let folder = sandbox.path("app");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    let may_write_anyway = std::fs::write(folder.join("probe"), "").is_ok();
    let ran = sandbox.run(&["check", "app/api.json", "--fix", "--select", "unknown-directive"]);
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    if may_write_anyway {
        return; // root
    }
    assert!(ran.ended(2).stderr.contains("app/api.json cannot be written"));
    assert_eq!(std::fs::read_to_string(file).unwrap(), BEFORE);
}

/// At whatever moment.
#[test]
fn who_interrupts_it_finds_each_file_old_or_new_and_nothing_else() {
    const FILES: usize = 300;
    const MOMENTS: u32 = 20;
    let sandbox = Sandbox::new();
    let folder = sandbox.path("app");
    let fill = || {
        for number in 0..FILES {
            sandbox.write(&format!("app/f{number}.json"), BEFORE);
        }
    };
    fill();
    let expected = names(&folder);
    let paths: Vec<_> = expected.iter().map(|name| format!("app/{name}")).collect();
    let start = || {
        let mut arguments = vec!["check", "--fix", "--select", "unknown-directive"];
        arguments.extend(paths.iter().map(String::as_str));
        sandbox.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let begun = Instant::now();
    assert!(start().wait().unwrap().success());
    let whole = begun.elapsed();
    let mut between = 0;
    for moment in 0..MOMENTS {
        fill();
        let mut child = start();
        std::thread::sleep(whole * moment / MOMENTS);
        Command::new("kill").args(["-INT", &child.id().to_string()]).stderr(Stdio::null()).status().unwrap();
        let status = child.wait().unwrap();
        let by_signal = std::os::unix::process::ExitStatusExt::signal(&status) == Some(2);
        assert!(by_signal || matches!(status.code(), Some(0 | 130)), "{status}");
        assert_eq!(names(&folder), expected, "at {moment} of {MOMENTS}");
        let texts: Vec<_> = paths.iter().map(|path| std::fs::read_to_string(sandbox.path(path)).unwrap()).collect();
        let new = texts.iter().filter(|text| **text == after()).count();
        let old = texts.iter().filter(|text| *text == BEFORE).count();
        assert_eq!(new + old, FILES, "at {moment} of {MOMENTS}");
        between += usize::from(new > 0 && old > 0);
    }
    assert!(between > 0, "it was never interrupted while it wrote");
}
