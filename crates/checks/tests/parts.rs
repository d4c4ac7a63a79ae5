//! A part of an app that is no connection's, given alone: what is found in it, and nothing else.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use connspec_checks::check;
use connspec_spec::Memory;
use connspec_spec::layout::load_app_from;

const SOUND: &str = r#"{"url": "/x", "response": {"iterate": "{{body.items}}", "output": "{{item}}", "limit": 10},
    "pagination": {"qs": {"page": "{{pagination.page}}"}}}"#;

fn app(module: &str) -> Memory {
    Memory::from([
        ("e/.sdk", "{}"),
        ("e/base.imljson", r#"{"baseUrl": "https://api.acme.test", "header": {}}"#),
        ("e/connections/one/api.imljson", r#"{"url": "/me", "response": {"data": {"token": "{{body.token}}"}}}"#),
        ("e/connections/one/parameters.imljson", r#"[{"name": "apiKey", "type": "password"}]"#),
        ("e/modules/watch/api.imljson", module),
        ("e/modules/watch/epoch.imljson", SOUND),
        ("e/modules/get/api.imljson", r#"{"ur": "/x"}"#),
        ("e/modules/groups.json", "[]"),
    ])
}

/// Code and file of everything found.
fn found(files: &Memory, path: &str) -> Vec<(&'static str, String)> {
    let app = load_app_from(files, path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let places = check(&app).into_iter().filter_map(|finding| Some((finding.code, finding.place?)));
    places.map(|(code, place)| (code, app.sources.get(place.source).name().to_owned())).collect()
}

#[test]
fn only_what_was_named_is_judged() {
    let files = app(SOUND);
    for path in
        ["e/modules/watch", "e/modules/watch/api.imljson", "e/modules/watch/epoch.imljson", "e/modules/groups.json"]
    {
        assert_eq!(found(&files, path), [], "{path}");
    }
    let get = ("CS0104", "e/modules/get/api.imljson".to_owned());
    assert_eq!(found(&files, "e/modules"), std::slice::from_ref(&get));
    assert_eq!(found(&files, "e/modules/get/api.imljson"), std::slice::from_ref(&get));
    assert_eq!(found(&files, "e/base.imljson"), [("CS0104", "e/base.imljson".to_owned())]);
    let all = found(&files, "e");
    assert!(all.contains(&get) && all.iter().any(|(_, file)| file.contains("connections")), "{all:?}");
}

#[test]
fn the_app_around_it_says_what_there_is() {
    let reads = |key: &str| {
        app(&format!(
            r#"{{"url": "/x", "headers": {{"x": "{{{{connection.{key}}}}}"}}, "log": {{"sanitize": ["request.headers.x"]}}}}"#
        ))
    };
    assert_eq!(found(&reads("token"), "e/modules/watch/api.imljson"), []);
    let unstored = found(&reads("nothing"), "e/modules/watch/api.imljson");
    assert_eq!(unstored, [("CS0620", "e/modules/watch/api.imljson".to_owned())]);
}

#[test]
fn without_an_app_it_is_no_connection_either() {
    for (path, text) in [
        ("x/modules/get/api.json", r#"{"url": "/x"}"#),
        ("get.json", SOUND),
        ("<stdin>", SOUND),
        ("base.json", r#"{"baseUrl": "https://api.acme.test"}"#),
    ] {
        assert_eq!(found(&Memory::from([(path, text)]), path), [], "{path}");
    }
}

#[test]
fn a_limit_alone_makes_no_module_of_a_connection() {
    let text = |url: &str, root: &str| {
        format!(
            r#"{{"url": "{url}", "headers": {{"x-api-key": "{{{{{root}.apiKey}}}}"}},
            "response": {{"limit": 1, "error": "{{{{body.message}}}}"}}}}"#
        )
    };
    let connection = text("https://api.acme.test/me", "parameters");
    for path in ["acme.communication.iml.json", "acme.json", "<stdin>"] {
        let files = Memory::from([(path, connection.as_str())]);
        let codes: Vec<_> = found(&files, path).into_iter().map(|(code, _)| code).collect();
        assert!(codes.contains(&"CS0221"), "{path}: {codes:?}");
    }
    let modules = [text("/me", "parameters"), text("https://api.acme.test/me", "connection")];
    for module in &modules {
        assert_eq!(found(&Memory::from([("get.json", module.as_str())]), "get.json"), [], "{module}");
    }
}
