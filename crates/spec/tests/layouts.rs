//! Every layout of app-layout.md: found, told apart, and read the same.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::path::{Path, PathBuf};

use connspec_spec::layout::{Overlay, discover, load_app_from, load_from, load_text};
use connspec_spec::{ComponentKind, DeclaredKind, Definition, Files, Kind, Layout, LoadErrorKind, LoadOptions, Memory};

const REQUEST: &str = r#"{"url": "https://api.acme.test/me", "headers": {"x-api-key": "{{parameters.apiKey}}"}}"#;
const OAUTH: &str = r#"{"authorize": {"url": "https://acme.test/a"}, "token": {"url": "https://acme.test/t"}}"#;
const FORM: &str = r#"[{"name": "apiKey", "type": "password", "label": "Key", "required": true}]"#;

fn definition(files: &Memory, path: &str) -> Definition {
    load_from(files, path, &LoadOptions::default()).unwrap_or_else(|error| panic!("{path}: {error}")).definition
}

fn local_development() -> Memory {
    let manifest = r#"{
        "fileVersion": 1,
        "generalCodeFiles": {"base": "general/base.iml.json", "common": null, "readme": "../README.md", "groups": null},
        "components": {
            "connection": {
                "acme": {"label": "Acme", "connectionType": "oauth", "codeFiles": {
                    "communication": "somewhere/else.json", "params": "somewhere/form.json", "common": null,
                    "defaultScope": "somewhere/scope.json"}},
                "reserved": null
            },
            "module": {"getThing": {"label": "Get", "moduleType": "action", "connection": "acme",
                "codeFiles": {"communication": "m/get.json", "samples": null}}},
            "function": {"shout": {"codeFiles": {"code": "f/shout.js"}}}
        },
        "origins": []
    }"#;
    Memory::from([
        ("app/makecomapp.json", manifest),
        ("app/general/base.iml.json", r#"{"baseUrl": "https://acme.test"}"#),
        ("app/somewhere/else.json", OAUTH),
        ("app/somewhere/form.json", FORM),
        ("app/somewhere/scope.json", r#"["read", "write"]"#),
        ("app/m/get.json", r#"{"url": "/thing"}"#),
        ("app/f/shout.js", "function shout(text) { return text.toUpperCase(); }"),
    ])
}

#[test]
fn makecomapp_json_names_every_file() {
    let files = local_development();
    let acme = definition(&files, "app");
    assert_eq!((acme.layout, acme.name.as_str(), acme.label.as_str()), (Layout::LocalDevelopment, "acme", "Acme"));
    assert_eq!(acme.kind, Kind::OAuth2AuthorizationCode);
    assert_eq!(acme.declared_kind.unwrap().kind, DeclaredKind::OAuth);
    assert_eq!(acme.parameters.fields[0].name, "apiKey");
    assert_eq!(acme.default_scope.iter().map(|scope| scope.name.as_str()).collect::<Vec<_>>(), ["read", "write"]);
    assert!(acme.base.unwrap().node.unwrap().get("baseUrl").is_some());
    assert!(acme.findings.is_empty(), "{:?}", acme.findings);
}

#[test]
fn a_file_of_an_app_is_found_through_the_manifest_above_it() {
    let files = local_development();
    for path in [
        "app/somewhere/else.json",
        "app/somewhere/form.json",
        "app/somewhere",
        "app/makecomapp.json",
        "./app/m/../somewhere",
    ] {
        let acme = definition(&files, path);
        assert_eq!((acme.name.as_str(), acme.layout), ("acme", Layout::LocalDevelopment), "{path}");
        assert!(acme.base.is_some());
    }
}

#[test]
fn a_text_not_saved_yet_is_read_with_the_app_around_it() {
    let files = local_development();
    let typed = Overlay::new(&files, "app/somewhere/else.json", r#"{"token": {"url": "https://acme.test/t"}}"#);
    let acme = load_from(&typed, "app/somewhere/else.json", &LoadOptions::default()).unwrap().definition;
    assert_eq!((acme.kind, acme.name.as_str()), (Kind::OAuth2WithoutAuthorize, "acme"));
    assert_eq!((acme.parameters.fields.len(), acme.layout), (1, Layout::LocalDevelopment));
}

#[test]
fn an_app_shows_everything_in_it() {
    let app = load_app_from(&local_development(), "app").unwrap();
    let found: Vec<_> = app.components.iter().map(|component| (component.kind, component.name.as_str())).collect();
    assert_eq!(found, [(ComponentKind::Module, "getThing"), (ComponentKind::Function, "shout")]);
    assert_eq!(app.components[0].connection.as_deref(), Some("acme"));
    assert!(app.components[0].part("communication").unwrap().node.is_some());
    let code = app.components[1].part("code").unwrap();
    assert!(code.node.is_none() && app.sources.get(code.source).text().contains("toUpperCase"));
    assert_eq!((app.connections.len(), app.name.as_str()), (1, "app"));
}

#[test]
fn a_manifest_without_components_is_a_warning_where_the_names_say_enough() {
    let files = Memory::from([
        ("app/makecomapp.json", r#"{"origins": [{"appId": "acme"}]}"#),
        ("app/connections/acme/acme.communication.iml.json", REQUEST),
        ("app/connections/acme/acme.parameters.iml.json", FORM),
    ]);
    let definition = definition(&files, "app");
    assert_eq!((definition.name.as_str(), definition.parameters.fields.len()), ("acme", 1));
    let found: Vec<_> = definition.findings.iter().map(|finding| (finding.code, finding.severity)).collect();
    assert_eq!(found, [("CS0021", connspec_diagnostics::Severity::Warning)]);
}

#[test]
fn an_export_is_known_by_its_names_and_hides_common_data() {
    let files = Memory::from([
        ("acme/.sdk", r#"{"version": 2}"#),
        ("acme/metadata.json", r#"{"name": "acme", "label": "Acme"}"#),
        ("acme/base.imljson", r#"{"baseUrl": "https://acme.test"}"#),
        ("acme/connections/acme-1/metadata.json", r#"{"name": "acme-1", "label": "Acme key", "type": "basic"}"#),
        ("acme/connections/acme-1/api.imljson", REQUEST),
        ("acme/connections/acme-1/parameters.imljson", FORM),
        ("acme/connections/acme-1/scope.imljson", "[]"),
        ("acme/connections/acme-1/scopes.imljson", "{}"),
        ("acme/modules/list/api.imljson", r#"{"url": "/list"}"#),
        ("acme/modules/list/metadata.json", r#"{"name": "list", "connection": "acme-1"}"#),
        ("acme/modules/groups.json", "[]"),
    ]);
    for path in ["acme", "acme/connections", "acme/connections/acme-1", "acme/connections/acme-1/api.imljson"] {
        let key = definition(&files, path);
        assert_eq!(
            (key.layout, key.name.as_str(), key.label.as_str()),
            (Layout::Export, "acme-1", "Acme key"),
            "{path}"
        );
        assert!(key.base.is_some() && !key.common_is_visible(), "{path}");
        assert_eq!(key.parameters.fields.len(), 1);
    }
    let app = load_app_from(&files, "acme").unwrap();
    assert_eq!(app.components.len(), 1);
    assert_eq!((app.components[0].name.as_str(), app.components[0].connection.as_deref()), ("list", Some("acme-1")));
}

#[test]
fn github_sync_has_names_of_its_own() {
    let files = Memory::from([
        ("acme/metadata.json", r#"{"$id": "1"}"#),
        ("acme/connections/one/metadata.json", r#"{"$id": "2", "label": "One", "type": "oauth"}"#),
        ("acme/connections/one/communication.imljson", OAUTH),
        ("acme/connections/one/scope.imljson", r#"["a"]"#),
        ("acme/connections/one/scopes.imljson", r#"{"a": "All"}"#),
    ]);
    let one = definition(&files, "acme");
    assert_eq!((one.layout, one.name.as_str(), one.label.as_str()), (Layout::GitHubSync, "one", "One"));
    assert_eq!((one.scope_list[0].0.name.as_str(), one.scope_list[0].1.as_str()), ("a", "All"));
    assert!(one.common_is_visible());
}

#[test]
fn what_grew_by_hand_is_found_too() {
    for (files, path, name) in [
        (
            Memory::from([("x/connection/communication.json", REQUEST), ("x/connection/common.json", "{\"a\": 1}")]),
            "x",
            "connection",
        ),
        (Memory::from([("x/src/connections/acme/communication.json", REQUEST)]), "x", "acme"),
        (Memory::from([("x/connections/acme.json", REQUEST)]), "x", "acme"),
        (Memory::from([("x/connection.api.imljson", REQUEST), ("x/connection.parameters.imljson", FORM)]), "x", "x"),
        (Memory::from([("x/connection.json", REQUEST), ("x/base.json", "{}"), ("x/modules/m.json", "{}")]), "x", "x"),
        (Memory::from([("x/acme.communication.iml.jsonc", REQUEST), ("x/acme.params.iml.jsonc", FORM)]), "x", "x"),
    ] {
        let found = definition(&files, path);
        let single = files.is_file(Path::new("x/connections/acme.json"));
        let layout = if single { Layout::SingleFile } else { Layout::Loose };
        assert_eq!((found.layout, found.name.as_str()), (layout, name));
        assert_eq!(found.kind, Kind::Basic);
        assert!(found.parts.communication.node.is_some());
    }
}

#[test]
fn bundles_in_a_folder_of_connections_are_bundles() {
    let bundle = format!(r#"{{"type": "basic", "label": "Acme", "communication": {REQUEST}, "parameters": {FORM}}}"#);
    let files = Memory::from([
        ("x/connections/acme-api.imljson", bundle.as_str()),
        ("x/connections/other.json", REQUEST),
        ("x/base.imljson", "{}"),
    ]);
    let app = load_app_from(&files, "x").unwrap();
    let found: Vec<_> = app.connections.iter().map(|one| (one.name.as_str(), one.layout, one.label.as_str())).collect();
    assert_eq!(found, [("acme-api", Layout::Bundle, "Acme"), ("other", Layout::SingleFile, "other")]);
    assert_eq!((app.layout, app.connections[0].parameters.fields.len()), (Layout::Loose, 1));
    assert!(app.base.is_some() && app.connections[1].communication().block("api").unwrap()[0].url.is_some());
}

#[test]
fn an_app_may_lie_in_one_folder() {
    let files = Memory::from([
        ("x/base.imljson", "{}"),
        ("x/connection.api.imljson", REQUEST),
        ("x/module.getThing.api.imljson", r#"{"url": "/thing"}"#),
        ("x/module.getThing.interface.imljson", "[]"),
        ("x/webhook.news.attach.imljson", "{}"),
    ]);
    let app = load_app_from(&files, "x").unwrap();
    let found: Vec<_> = app.components.iter().map(|one| (one.kind, one.name.as_str(), one.parts.len())).collect();
    assert_eq!(found, [(ComponentKind::Module, "getThing", 2), (ComponentKind::Webhook, "news", 1)]);
    assert_eq!(app.connections.len(), 1);
}

#[test]
fn one_file_is_a_communication_section_or_a_bundle() {
    let bundle = format!(
        r#"{{"type": "oauth", "label": "Acme", "communication": {OAUTH}, "parameters": {FORM},
            "common": {{"clientId": "x"}}, "scope": ["a"], "scopes": {{"a": "All"}}}}"#
    );
    let found = load_text("<stdin>", &bundle, &LoadOptions::default()).unwrap().definition;
    assert_eq!((found.layout, found.kind), (Layout::Bundle, Kind::OAuth2AuthorizationCode));
    assert_eq!((found.label.as_str(), found.common.len(), found.default_scope.len()), ("Acme", 1, 1));
    assert_eq!(found.declared_kind.unwrap().kind, DeclaredKind::OAuth);
    let api = load_text("acme.json", &format!(r#"{{"api": {REQUEST}}}"#), &LoadOptions::default()).unwrap().definition;
    assert_eq!((api.layout, api.name.as_str(), api.kind), (Layout::Bundle, "acme", Kind::Basic));
    let single = load_text("acme.iml.json", REQUEST, &LoadOptions::default()).unwrap().definition;
    assert_eq!((single.layout, single.name.as_str()), (Layout::SingleFile, "acme"));
    let beside = format!(r#"{{"url": "https://acme.test", "parameters": {FORM}}}"#);
    let beside = load_text("acme.json", &beside, &LoadOptions::default()).unwrap().definition;
    assert_eq!((beside.layout, beside.parameters.fields.len()), (Layout::SingleFile, 1));
}

#[test]
fn a_form_alone_is_no_list_of_requests() {
    let form = load_text("acme.params.iml.json", FORM, &LoadOptions::default()).unwrap().definition;
    assert_eq!(form.parameters.fields[0].name, "apiKey");
    assert!(form.parts.communication.node.is_none() && form.findings.is_empty(), "{:?}", form.findings);
    // What has addresses is a communication section, whatever else it has.
    let requests = r#"[{"name": "login", "type": "json", "url": "https://api.acme.test/login"}]"#;
    for text in [requests, "[]"] {
        let list = load_text("acme.json", text, &LoadOptions::default()).unwrap().definition;
        assert!(list.parts.communication.node.is_some() && list.parameters.fields.is_empty(), "{text}");
    }
}

#[test]
fn several_connections_need_a_name() {
    let files =
        Memory::from([("acme/connections/key/api.imljson", REQUEST), ("acme/connections/oauth/api.imljson", OAUTH)]);
    let error = load_from(&files, "acme", &LoadOptions::default()).unwrap_err();
    assert_eq!(error.kind, LoadErrorKind::SeveralConnections);
    assert_eq!(error.to_string(), "`acme` has 2 connections; choose one with --connection: key, oauth");
    let choose = |name: &str| LoadOptions { connection: Some(name.to_owned()) };
    assert_eq!(load_from(&files, "acme", &choose("oauth")).unwrap().definition.kind, Kind::OAuth2AuthorizationCode);
    let error = load_from(&files, "acme", &choose("oaut")).unwrap_err();
    assert_eq!(error.to_string(), "`acme` has no connection `oaut`; it has: key, oauth. Did you mean `oauth`?");
    assert_eq!(load_app_from(&files, "acme").unwrap().connections.len(), 2);
}

#[test]
fn nothing_there_is_said_plainly() {
    let files = Memory::from([("a/readme.md", "x"), ("b/package.json", "{}")]);
    for (path, kind) in
        [("nowhere", LoadErrorKind::NotFound), ("a", LoadErrorKind::NoConnection), ("b", LoadErrorKind::NoConnection)]
    {
        assert_eq!(load_from(&files, path, &LoadOptions::default()).unwrap_err().kind, kind, "{path}");
    }
}

#[test]
fn a_broken_manifest_is_an_error_with_its_place() {
    let files = Memory::from([("app/makecomapp.json", "{\n  \"fileVersion\": 1,\n  \"components\": {\n")]);
    let error = load_from(&files, "app", &LoadOptions::default()).unwrap_err();
    assert_eq!(error.kind, LoadErrorKind::Broken);
    assert_eq!(
        error.to_string(),
        "app/makecomapp.json:3:18: `}}` is missing here: the object that begins at 3:17 is never closed, nor is what is around it"
    );
    assert_eq!(error.findings.len(), 1);
}

#[test]
fn a_broken_section_is_a_finding_and_the_rest_is_read() {
    let files = Memory::from([
        ("acme/connections/one/api.imljson", "{\"url\": \"https://acme.test\" \"method\": \"GET\"}"),
        ("acme/connections/one/parameters.imljson", "[{\"name\": "),
    ]);
    let one = definition(&files, "acme");
    let messages: Vec<_> = one.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["a comma is missing here", "a key without a value"]);
    assert!(one.is_broken());
    assert_eq!(one.communication().block("api").unwrap().len(), 1, "the missing comma does not hide the request");
}

#[test]
fn missing_files_are_reported_where_they_are_named() {
    let manifest = r#"{"fileVersion": 1, "components": {"connection": {"acme": {"codeFiles": {
        "communication": "gone.json", "params": "../../secret.json", "common": "/etc/passwd", "scopeList": 5}}}}}"#;
    let files = Memory::from([("app/makecomapp.json", manifest), ("secret.json", "{}")]);
    let acme = definition(&files, "app");
    let found: Vec<_> =
        acme.findings.iter().map(|finding| (finding.rule, acme.sources.slice(finding.place.unwrap()))).collect();
    assert_eq!(
        found,
        [
            ("path-outside-app", "\"../../secret.json\""),
            ("path-outside-app", "\"/etc/passwd\""),
            ("manifest-shape", "5"),
            ("missing-part-file", "\"gone.json\""),
        ]
    );
    assert_eq!(acme.communication().block("api").unwrap().len(), 0);
}

#[test]
fn switches_beside_the_app_are_read() {
    let settings = ("app/connspec.toml", "[compat]\nqsPolicy = \"merge\"\n");
    let files = Memory::from([settings, ("app/connections/one/api.imljson", REQUEST)]);
    let loaded = load_from(&files, "app", &LoadOptions::default()).unwrap();
    assert_eq!(loaded.compat.setting("qsPolicy").unwrap().to_string(), "qsPolicy=merge");
    assert_eq!(loaded.root, PathBuf::from("app"));
    let wrong = Memory::from([("x/connspec.toml", "[compat]\nqs = \"merge\"\n"), ("x/one.json", REQUEST)]);
    let error = load_from(&wrong, "x/one.json", &LoadOptions::default()).unwrap_err();
    assert_eq!(error.kind, LoadErrorKind::Settings);
    assert!(error.to_string().starts_with("x/connspec.toml:2:1: there is no switch `qs`"), "{error}");
}

#[test]
fn a_folder_of_apps_gives_each_of_them() {
    let files = Memory::from([
        ("all/one/connections/a/api.imljson", REQUEST),
        ("all/deep/two/makecomapp.json", r#"{"fileVersion": 1, "components": {"connection": {}}}"#),
        ("all/node_modules/three/connections/a/api.imljson", REQUEST),
        ("all/.git/connection/api.imljson", REQUEST),
        ("all/readme.md", ""),
    ]);
    let found = discover(&files, "all").unwrap();
    assert_eq!(found, [PathBuf::from("all/deep/two"), PathBuf::from("all/one")]);
    assert_eq!(discover(&files, "all/one").unwrap(), [PathBuf::from("all/one")]);
    assert_eq!(discover(&files, "all/node_modules").unwrap().len(), 1);
    assert_eq!(discover(&files, "nowhere").unwrap_err().kind, LoadErrorKind::NotFound);
}

#[test]
fn the_same_sections_have_the_same_hash_in_every_layout() {
    let export = Memory::from([
        ("a/connections/acme/api.imljson", REQUEST),
        ("a/connections/acme/parameters.imljson", FORM),
        ("a/connections/acme/scope.imljson", "[]"),
    ]);
    let bundle =
        format!("// one file\n{{\"communication\": {REQUEST}, \"parameters\": {FORM}, \"common\": {{\"s\": 1}}}}");
    let bundle = load_text("acme.json", &bundle, &LoadOptions::default()).unwrap().definition;
    assert_eq!(definition(&export, "a").hash(), bundle.hash());
}

#[test]
fn a_real_disk_reads_like_memory() {
    let folder = tempfile::tempdir().unwrap();
    let connection = folder.path().join("connections/acme");
    std::fs::create_dir_all(&connection).unwrap();
    std::fs::write(connection.join("api.imljson"), REQUEST).unwrap();
    std::fs::write(connection.join("parameters.imljson"), b"[\xff]").unwrap();
    let loaded = connspec_spec::load(folder.path(), &LoadOptions::default()).unwrap();
    assert_eq!(loaded.definition.name, "acme");
    assert_eq!(loaded.definition.findings[0].rule, "file-encoding");
    assert!(connspec_spec::load(Path::new("/dev/null/x"), &LoadOptions::default()).is_err());
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.json");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::write(pipe, REQUEST).unwrap()
    });
    let found = discover(&connspec_spec::Disk, &pipe).unwrap();
    let app = connspec_spec::load_app(&found[0]).unwrap();
    writer.join().unwrap();
    assert_eq!(app.connections[0].communication().block("api").unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn an_endless_file_is_not_read_to_its_end() {
    let error = connspec_spec::load("/dev/zero", &LoadOptions::default()).unwrap_err();
    assert_eq!(error.kind, LoadErrorKind::Unreadable);
}

/// Nothing but what they hold tells manifests; what else lies there does not matter.
#[test]
fn a_folder_may_hold_manifests_alone() {
    const MANIFEST: &str = r#"{"execute": [{"url": "https://acme.test/users", "method": "POST"}], "headers": {}}"#;
    let one = Memory::from([
        ("acme/manifest.json", MANIFEST),
        ("acme/package.json", r#"{"name": "x"}"#),
        ("acme/broken.json", "{"),
        ("acme/README.md", "# Acme"),
        ("acme/connspec.toml", "[compat]\nmanifestState = \"none\"\n"),
    ]);
    let loaded = load_from(&one, "acme", &LoadOptions::default()).unwrap();
    assert_eq!((loaded.definition.layout, loaded.definition.name.as_str()), (Layout::Manifest, "acme"));
    let setting = load_app_from(&one, "acme").unwrap().compat.setting("manifestState");
    assert_eq!(setting.map(|setting| setting.value), Some("none"));

    let two = Memory::from([("x/slack.json", MANIFEST), ("x/asana.json", MANIFEST)]);
    let names: Vec<_> = load_app_from(&two, "x").unwrap().connections.into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["asana", "slack"]);
    let message = load_from(&two, "x", &LoadOptions::default()).unwrap_err().to_string();
    assert!(message.contains("asana") && message.contains("slack"), "{message}");

    let beside = Memory::from([("x/api.imljson", REQUEST), ("x/manifest.json", MANIFEST)]);
    assert_eq!(definition(&beside, "x").layout, Layout::Export);
}

/// The dialect is told by what a file holds, whatever it is called and whoever names it.
#[test]
fn a_manifest_is_one_under_every_name() {
    const MANIFEST: &str = r#"{
        "initial_data_form": [{"id": "KEY", "name": "Key", "description": "k"}],
        "oauth": {"authenticate_url": "https://acme.test/a", "access_token": {"url": "https://acme.test/t"}},
        "execute": []
    }"#;
    let findings = |one: &Definition| one.findings.iter().map(|finding| finding.rule).collect::<Vec<_>>();
    // Where Make's own tools would read it, that is said; a name alone accuses nobody.
    for (files, path, said) in [
        (
            vec![
                (
                    "app/makecomapp.json",
                    r#"{"components": {"connection": {"acme": {"connectionType": "oauth",
                        "codeFiles": {"communication": "a/b.json", "params": "a/form.json"}}}}}"#,
                ),
                ("app/a/b.json", MANIFEST),
                ("app/a/form.json", FORM),
            ],
            "app",
            true,
        ),
        (vec![("app/connections/acme/api.imljson", MANIFEST)], "app", true),
        (
            vec![
                ("app/connections/acme/communication.imljson", MANIFEST),
                ("app/connections/acme/metadata.json", "{}"),
            ],
            "app",
            true,
        ),
        (vec![("acme/communication.json", MANIFEST), ("acme/scope.json", "[]")], "acme", false),
        (vec![("acme/api.json", MANIFEST)], "acme", false),
        (vec![("acme/connection.json", MANIFEST)], "acme/connection.json", false),
        (vec![("acme.connection.iml.json", MANIFEST)], "acme.connection.iml.json", false),
    ] {
        let files: Memory = files.into_iter().map(|(path, text)| (PathBuf::from(path), text)).collect();
        let one = definition(&files, path);
        assert_eq!(
            (one.layout, one.kind, one.name.as_str()),
            (Layout::Manifest, Kind::ManifestOAuth, "acme"),
            "{path}"
        );
        let asked: Vec<&str> = one.parameters.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(asked, ["KEY"], "{path}");
        assert_eq!(findings(&one), if said { vec!["foreign-dialect"] } else { vec![] }, "{path}");
        assert_eq!(load_app_from(&files, path).unwrap().connections[0].layout, Layout::Manifest, "{path}");
    }
    let bundle = load_text("x.json", &format!("{{\"communication\": {MANIFEST}}}"), &LoadOptions::default()).unwrap();
    assert_eq!(bundle.definition.kind, Kind::ManifestOAuth);
}
