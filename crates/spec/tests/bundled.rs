//! The definitions in `specs/`: complete, sound, and what Make would accept.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests look at the repository's own files")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use connspec_diagnostics::SourceMap;
use connspec_spec::bundled::{self, Bundled};
use connspec_spec::{Communication, DeclaredKind, Kind, Layout, bundled as load_bundled, json};

fn folder(bundled: &Bundled) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs").join(bundled.name)
}

#[test]
fn every_bundled_definition_reads_without_a_finding() {
    for bundled in bundled::ALL {
        let definition = bundled.load().unwrap().definition;
        assert!(definition.findings.is_empty(), "{}: {:?}", bundled.name, definition.findings);
        assert_eq!(definition.name, bundled.name);
        if is_manifest(bundled) {
            assert_eq!(definition.layout, Layout::Manifest);
            continue;
        }
        assert_eq!(definition.layout, Layout::LocalDevelopment);
        let declared = definition.declared_kind.expect("every bundled definition declares its type").kind;
        assert_eq!(declared, definition.kind.expected_declaration(), "{}", bundled.name);
    }
}

/// The second dialect has neither expressions of Make's nor a `makecomapp.json`.
fn is_manifest(bundled: &Bundled) -> bool {
    bundled.files.iter().any(|(path, _)| *path == "manifest.json")
}

/// Every expression parses without a finding, also those the base and the shared form hold.
#[test]
fn every_expression_of_a_bundled_definition_parses() {
    for bundled in bundled::ALL.iter().filter(|bundled| !is_manifest(bundled)) {
        let definition = bundled.load().unwrap().definition;
        for part in definition.parts.iter().chain(&definition.base) {
            let node = part.node.as_ref().expect("every section is readable");
            node.visit(&mut |pointer, node| {
                let Some(text) = node.as_str() else { return };
                let findings = connspec_iml::Template::parse(text).findings().to_vec();
                assert!(findings.is_empty(), "{} {pointer}: {findings:?}", part.path);
            });
        }
    }
}

#[test]
fn what_is_embedded_is_what_lies_in_the_folder() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let folders = std::fs::read_dir(&specs).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(folders.collect::<BTreeSet<_>>(), bundled::ALL.iter().map(|one| one.name.to_owned()).collect());
    for bundled in bundled::ALL {
        let mut files = BTreeSet::new();
        list(&folder(bundled), Path::new(""), &mut files);
        let embedded = bundled.files.iter().map(|(path, _)| PathBuf::from(path)).collect();
        assert_eq!(files, embedded, "{}", bundled.name);
    }
}

fn list(root: &Path, below: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(root.join(below)).unwrap() {
        let path = below.join(entry.unwrap().file_name());
        if root.join(&path).is_dir() {
            list(root, &path, files);
        } else {
            files.insert(path);
        }
    }
}

/// Make's schema of `makecomapp.json` allows these keys only (app-layout.md A).
#[test]
fn manifests_hold_what_make_s_extension_accepts() {
    let keys = |node: &connspec_spec::Node| -> Vec<String> {
        node.members().iter().map(|member| member.key.to_string()).collect()
    };
    for bundled in bundled::ALL.iter().filter(|bundled| !is_manifest(bundled)) {
        let text = bundled.files.iter().find(|(path, _)| *path == "makecomapp.json").unwrap().1;
        let mut sources = SourceMap::new();
        let root = json::read(sources.add("makecomapp.json", text), text).node.unwrap();
        assert_eq!(keys(&root), ["fileVersion", "generalCodeFiles", "components", "origins"]);
        assert_eq!(keys(root.get("generalCodeFiles").unwrap()), ["base", "common", "readme", "groups"]);
        let components = root.get("components").unwrap();
        assert_eq!(keys(components), ["connection", "webhook", "module", "rpc", "function", "endpoint"]);
        for connection in components.get("connection").unwrap().members() {
            assert_eq!(keys(&connection.value), ["label", "connectionType", "codeFiles"]);
            let id = &connection.key;
            let inner = id.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
            let ends = id.starts_with(|letter: char| letter.is_ascii_alphabetic()) && !id.ends_with('-');
            assert!(inner && ends && (3..=35).contains(&id.len()), "{id} is no local id");
            let code_files = connection.value.get("codeFiles").unwrap();
            let oauth = connection.value.get("connectionType").unwrap().as_str() == Some("oauth");
            let expected: &[&str] = match oauth {
                true => &[
                    "communication",
                    "params",
                    "common",
                    "scopeList",
                    "defaultScope",
                    "installSpec",
                    "installDirectives",
                ],
                false => &["communication", "params", "common"],
            };
            assert_eq!(keys(code_files), expected);
            let communication = code_files.get("communication").unwrap().as_str().unwrap();
            let editor_schema = if oauth { "oauth-communication.iml.json" } else { "communication.iml.json" };
            assert_eq!(communication, format!("connections/{id}/{id}.{editor_schema}"));
        }
    }
}

#[test]
fn every_bundled_definition_says_how_to_use_it() {
    for bundled in bundled::ALL {
        let readme = bundled.files.iter().find(|(path, _)| *path == "README.md").unwrap().1;
        assert!(readme.starts_with(&format!("# {}\n", bundled.name)), "{}", bundled.name);
        assert!(readme.contains(&format!("specs copy {} ", bundled.name)), "{}", bundled.name);
    }
}

#[test]
fn the_academy_s_definition_is_what_the_demo_needs() {
    let definition = load_bundled("academy-v2").unwrap().definition;
    assert_eq!(definition.kind, Kind::OAuth2AuthorizationCode);
    assert_eq!(definition.declared_kind.as_ref().map(|declared| &declared.kind), Some(&DeclaredKind::OAuth));
    assert_eq!(definition.common.get("clientId").and_then(|id| id.as_str()), Some("academy-demo"));
    assert_eq!(definition.common.get("clientSecret").and_then(|id| id.as_str()), Some("academy-demo-secret"));
    assert!(definition.parameters.fields.iter().all(|field| !field.required), "nothing needs to be typed");
    assert!(definition.parameters.field("clientSecret").unwrap().is_secret());
    let scopes: Vec<_> = definition.default_scope.iter().map(|scope| scope.name.as_str()).collect();
    assert_eq!(scopes, ["connect", "read", "write", "delete"]);
    assert!(scopes.iter().all(|scope| definition.scope_list.iter().any(|(known, _)| known.name == *scope)));
    let Communication::OAuth2(blocks) = definition.communication() else { panic!("OAuth 2 has blocks") };
    let refresh = &blocks.refresh.as_ref().unwrap()[0];
    let data = refresh.response.as_ref().unwrap().data.as_ref().unwrap();
    let stored: Vec<_> = data.templates().into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(stored, ["/accessToken", "/refreshToken", "/expires"]);
}

#[test]
fn a_spec_is_a_path_or_a_bundled_name() {
    let options = connspec_spec::LoadOptions::default();
    let by_name = connspec_spec::open("academy-v2", &options).unwrap().definition;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/academy-v2");
    let by_path = connspec_spec::open(path.to_str().unwrap(), &options).unwrap().definition;
    assert_eq!(by_name.hash(), by_path.hash());
    assert_eq!(connspec_spec::open_app("oauth1").unwrap().connections.len(), 1);
    let message = connspec_spec::open("acadmy-v2", &options).unwrap_err().to_string();
    assert!(message.ends_with("nor a bundled definition of that name; did you mean `academy-v2`?"), "{message}");
}

#[test]
fn an_unknown_name_lists_the_known_ones() {
    let message = load_bundled("academy").unwrap_err().to_string();
    assert!(message.contains("academy-v2") && message.contains("api-key"), "{message}");
}
