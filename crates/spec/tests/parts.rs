//! Apps without a connection, and parts of apps that are no connection's, given alone.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;

use connspec_spec::layout::{discover, load_app_from};
use connspec_spec::{App, ComponentKind, Layout, Memory};

const REQUEST: &str = r#"{"url": "https://api.acme.test/me"}"#;
const MODULE: &str = r#"{"url": "/x", "response": {"output": "{{body}}"}}"#;
const BASE: &str = r#"{"baseUrl": "https://api.acme.test"}"#;

fn app(files: &Memory, path: &str) -> App {
    load_app_from(files, path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What was asked for, by name.
fn asked_for(app: &App) -> Vec<&str> {
    let asked = app.asked_for.as_ref().expect("a part was named").iter();
    asked.map(|source| app.sources.get(*source).name()).collect()
}

#[test]
fn an_app_may_have_no_connection() {
    for (files, layout) in [
        (vec![("a/base.imljson", BASE), ("a/modules/m/api.imljson", MODULE)], Layout::Export),
        (vec![("a/.sdk", "{}"), ("a/metadata.json", "{}"), ("a/modules/m/api.imljson", MODULE)], Layout::Export),
        (
            vec![
                ("a/metadata.json", r#"{"$id": "1"}"#),
                ("a/base.imljson", BASE),
                ("a/modules/m/communication.imljson", MODULE),
                ("a/modules/m/metadata.json", "{}"),
            ],
            Layout::GitHubSync,
        ),
        (vec![("a/base.json", BASE), ("a/modules/m.json", MODULE)], Layout::Loose),
    ] {
        let has_base = files.iter().any(|(path, _)| path.starts_with("a/base"));
        let files: Memory = files.into_iter().collect();
        let app = app(&files, "a");
        assert_eq!((app.connections.len(), app.components.len(), app.layout), (0, 1, layout));
        assert_eq!((app.components[0].kind, app.components[0].name.as_str()), (ComponentKind::Module, "m"));
        assert_eq!((app.base.is_some(), app.asked_for.is_none()), (has_base, true));
        assert_eq!(discover(&files, "a").unwrap(), [PathBuf::from("a")]);
        assert_eq!(discover(&files, "").unwrap(), [PathBuf::from("a")]);
        let error = connspec_spec::layout::load_from(&files, "a", &Default::default()).unwrap_err();
        assert_eq!(error.to_string(), "`a` has no connection");
    }
}

#[test]
fn other_folders_of_json_are_no_apps() {
    for files in [
        vec![("a/modules/m.json", "{}"), ("a/package.json", "{}")],
        vec![("a/base.json", "{}"), ("a/functions/f/index.js", "")],
        vec![("a/samples.json", "{}"), ("a/interface.json", "{}")],
    ] {
        let files: Memory = files.into_iter().collect();
        assert!(load_app_from(&files, "a").is_err());
    }
}

#[test]
fn a_connection_below_an_app_without_one_is_found_too() {
    let files = Memory::from([
        ("a/base.imljson", BASE),
        ("a/modules/m/api.imljson", MODULE),
        ("a/old/connections/one/api.imljson", REQUEST),
    ]);
    assert_eq!(discover(&files, "a").unwrap(), [PathBuf::from("a"), PathBuf::from("a/old")]);
}

fn export() -> Memory {
    Memory::from([
        ("e/.sdk", "{}"),
        ("e/metadata.json", "{}"),
        ("e/base.imljson", BASE),
        ("e/common.imljson", "{}"),
        ("e/connections/one/api.imljson", REQUEST),
        ("e/modules/groups.json", "[]"),
        ("e/modules/watch/api.imljson", MODULE),
        ("e/modules/watch/epoch.imljson", MODULE),
        ("e/modules/watch/metadata.json", "{}"),
        ("e/modules/get/api.imljson", MODULE),
        ("e/webhooks/hook/attach.imljson", REQUEST),
        ("e/rpcs/list/api.imljson", MODULE),
        ("e/rpcs/list/parameters.imljson", "[]"),
    ])
}

const WATCH: [&str; 3] =
    ["e/modules/watch/metadata.json", "e/modules/watch/api.imljson", "e/modules/watch/epoch.imljson"];

#[test]
fn a_part_given_alone_is_read_with_the_app_around_it() {
    let files = export();
    let list = ["e/rpcs/list/api.imljson", "e/rpcs/list/parameters.imljson"];
    let modules = [&["e/modules/get/api.imljson"][..], &WATCH].concat();
    for (path, wanted) in [
        ("e/modules/watch/api.imljson", &WATCH[..]),
        ("e/modules/watch/epoch.imljson", &WATCH),
        ("e/modules/watch/metadata.json", &WATCH),
        ("e/modules/watch", &WATCH),
        ("./e/modules/../modules/watch/", &WATCH),
        ("e/modules", &modules),
        ("e/rpcs/list/parameters.imljson", &list),
        ("e/webhooks/hook/attach.imljson", &["e/webhooks/hook/attach.imljson"]),
        ("e/base.imljson", &["e/base.imljson"]),
        ("e/common.imljson", &["e/common.imljson"]),
        // Nothing of them is judged, and nothing is made a connection.
        ("e/metadata.json", &[]),
        ("e/modules/groups.json", &[]),
    ] {
        let app = app(&files, path);
        let mut asked: Vec<_> = asked_for(&app).into_iter().map(|name| name.trim_start_matches("./")).collect();
        asked.iter_mut().for_each(|name| *name = name.strip_prefix("e/modules/../").unwrap_or(name));
        asked.sort_unstable();
        let mut wanted = wanted.to_vec();
        wanted.sort_unstable();
        if !path.contains("..") {
            assert_eq!(asked, wanted, "{path}");
        }
        assert_eq!(asked.len(), wanted.len(), "{path}");
        assert_eq!((app.connections.len(), app.base.is_some(), app.components.len()), (1, true, 4), "{path}");
        assert_eq!(discover(&files, path).unwrap(), [PathBuf::from(path)]);
    }
    assert!(app(&files, "e").asked_for.is_none());
    assert!(app(&files, "e/connections/one/api.imljson").asked_for.is_none());
}

#[test]
fn a_part_that_the_manifest_names_is_found_wherever_it_lies() {
    let manifest = r#"{"fileVersion": 1,
        "generalCodeFiles": {"base": "general/base.iml.json", "common": "general/common.json"},
        "components": {
            "connection": {"acme": {"codeFiles": {"communication": "c/acme.json"}}},
            "module": {"get": {"codeFiles": {"communication": "m/get.json", "mappableParams": "m/form.json"}}},
            "function": {"shout": {"codeFiles": {"code": "f/shout.js"}}}}}"#;
    let files = Memory::from([
        ("app/makecomapp.json", manifest),
        ("app/general/base.iml.json", BASE),
        ("app/general/common.json", "{}"),
        ("app/c/acme.json", REQUEST),
        ("app/m/get.json", MODULE),
        ("app/m/form.json", "[]"),
        ("app/f/shout.js", "function shout() {}"),
        ("app/modules/groups.json", "[]"),
        ("app/modules/new/new.communication.iml.json", MODULE),
    ]);
    for (path, wanted) in [
        ("app/m/get.json", &["app/m/get.json", "app/m/form.json"][..]),
        ("app/m/form.json", &["app/m/get.json", "app/m/form.json"]),
        ("app/m", &["app/m/get.json", "app/m/form.json"]),
        ("app/f/shout.js", &["app/f/shout.js"]),
        ("app/general/base.iml.json", &["app/general/base.iml.json"]),
        ("app/general", &["app/general/base.iml.json", "app/general/common.json"]),
        ("app/modules/groups.json", &[]),
        // The manifest does not know it yet.
        ("app/modules/new/new.communication.iml.json", &["app/modules/new/new.communication.iml.json"]),
    ] {
        let app = app(&files, path);
        assert_eq!(asked_for(&app), wanted, "{path}");
        assert_eq!(app.connections.len(), 1, "{path}");
    }
}

#[test]
fn without_an_app_around_it_a_part_is_still_no_connection() {
    let page = r#"{"url": "https://api.acme.test/x", "pagination": {"qs": {"page": 2}}}"#;
    let hook = r#"{"respond": {"status": 202}, "output": "{{body}}"}"#;
    let one_file = format!(r#"{{"label": "Get", "communication": [{REQUEST}], "parameters": []}}"#);
    let several = format!("[{REQUEST}, {MODULE}]");
    for (files, path, kind) in [
        (vec![("x/modules/get/api.json", REQUEST)], "x/modules/get/api.json", ComponentKind::Module),
        (vec![("x/modules/get.json", REQUEST)], "x/modules/get.json", ComponentKind::Module),
        (vec![("x/modules/one.json", one_file.as_str())], "x/modules/one.json", ComponentKind::Module),
        (vec![("rpcs/list/api.imljson", REQUEST)], "rpcs/list", ComponentKind::Rpc),
        (vec![("rpc/api.imljson", REQUEST)], "rpc", ComponentKind::Rpc),
        (vec![("webhooks/h/attach.imljson", REQUEST)], "webhooks/h/attach.imljson", ComponentKind::Webhook),
        (vec![("x/get.json", MODULE)], "x/get.json", ComponentKind::Module),
        (vec![("api.imljson", MODULE)], "api.imljson", ComponentKind::Module),
        (vec![("x/api.imljson", MODULE), ("x/parameters.imljson", "[]")], "x", ComponentKind::Module),
        (vec![("x/get.json", page)], "x/get.json", ComponentKind::Module),
        (vec![("x/get.json", several.as_str())], "x/get.json", ComponentKind::Module),
        (vec![("x/hook.json", hook)], "x/hook.json", ComponentKind::Webhook),
        (vec![("get/api.imljson", REQUEST), ("get/expect.imljson", "[]")], "get/api.imljson", ComponentKind::Module),
        (vec![("get/api.imljson", REQUEST), ("get/expect.imljson", "[]")], "get", ComponentKind::Module),
        (vec![("h/api.imljson", REQUEST), ("h/attach.imljson", REQUEST)], "h/attach.imljson", ComponentKind::Webhook),
    ] {
        let app = app(&files.into_iter().collect(), path);
        let found: Vec<_> = app.components.iter().map(|one| one.kind).collect();
        assert_eq!((app.connections.len(), found), (0, vec![kind]), "{path}");
    }
    let base = app(&Memory::from([("x/base.json", BASE)]), "x/base.json");
    assert!(base.base.is_some() && base.connections.is_empty() && base.components.is_empty());
}

#[test]
fn what_only_connections_have_makes_it_a_connection() {
    let stores = r#"{"url": "https://api.acme.test/me", "response": {"output": "{{body}}", "uid": "{{body.id}}"}}"#;
    let block = format!(r#"{{"token": {MODULE}}}"#);
    for (files, path) in [
        (vec![("x/api.imljson", stores)], "x/api.imljson"),
        (vec![("x/api.imljson", block.as_str())], "x"),
        (vec![("x/connections/webhook/api.imljson", MODULE)], "x/connections/webhook/api.imljson"),
        (vec![("x/connections/webhook/api.imljson", MODULE)], "x/connections/webhook"),
        (vec![("x/connections/acme.json", MODULE)], "x/connections/acme.json"),
        (vec![("modules/acme/connections/one/api.imljson", REQUEST)], "modules/acme"),
        (vec![("x/api.imljson", REQUEST), ("x/common.imljson", "{}")], "x/common.imljson"),
        (vec![("x/connection.json", REQUEST), ("x/base.json", "{}"), ("x/modules/m.json", "{}")], "x/connection.json"),
    ] {
        let app = app(&files.into_iter().collect(), path);
        assert_eq!((app.connections.len(), app.asked_for.is_none()), (1, true), "{path}");
    }
}
