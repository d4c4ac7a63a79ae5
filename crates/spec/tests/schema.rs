//! The JSON Schema in `docs/schema`: it is what the vocabulary makes, says what the model says, and rejects nothing
//! that works. `CONNSPEC_UPDATE=1` writes it anew.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that reads and, when asked to, writes the schema, and says how much it looked at"
)]

use std::path::{Path, PathBuf};

use connspec_spec::layout::{self, Disk, load_text};
use connspec_spec::schema::connection_schema;
use connspec_spec::vocabulary::{
    BLOCK_DESCRIPTIONS, DirectiveWord, InConnection, OAUTH1_BLOCKS, OAUTH2_BLOCKS, REQUEST_DIRECTIVES,
    RESPONSE_DIRECTIVES,
};
use connspec_spec::{LoadOptions, bundled};
use jsonschema::Validator;
use serde_json::{Value, json};

fn validator() -> Validator {
    jsonschema::draft7::new(&connection_schema()).expect("the schema is one")
}

/// What the schema has against a value, each with the place.
fn complaints(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Whether reading finds a value of the wrong shape.
fn model_refuses(value: &Value) -> bool {
    let definition = load_text("acme.json", &value.to_string(), &LoadOptions::default()).unwrap().definition;
    definition.findings.iter().any(|finding| finding.rule == "directive-shape")
}

#[test]
fn the_file_is_what_the_vocabulary_makes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/connection.schema.json");
    let wanted = format!("{}\n", serde_json::to_string_pretty(&connection_schema()).unwrap());
    if std::env::var_os("CONNSPEC_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &wanted).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let again = "CONNSPEC_UPDATE=1 cargo nextest run -p connspec-spec --test schema";
    assert!(written == wanted, "docs/schema/connection.schema.json is stale. Write it anew: {again}");
}

#[test]
fn it_is_a_schema_of_draft_7() {
    assert!(jsonschema::draft7::meta::is_valid(&connection_schema()));
}

#[test]
fn everything_a_person_may_write_is_described() {
    for block in OAUTH1_BLOCKS.iter().chain(OAUTH2_BLOCKS) {
        assert!(BLOCK_DESCRIPTIONS.iter().any(|(name, _)| name == block), "{block}");
    }
    let schema = connection_schema();
    for (definition, words) in [("request", REQUEST_DIRECTIVES), ("response", RESPONSE_DIRECTIVES)] {
        for word in words {
            let description = &schema["definitions"][definition]["properties"][word.name]["description"];
            assert!(description.as_str().is_some_and(|text| text.ends_with('.')), "{}: {description}", word.name);
        }
    }
}

#[test]
fn bundled_definitions_pass() {
    let validator = validator();
    for bundled in bundled::ALL {
        let definition = bundled.load().unwrap().definition;
        let value = definition.parts.communication.node.as_ref().unwrap().to_json();
        assert_eq!(complaints(&validator, &value), [] as [String; 0], "{}", bundled.name);
    }
}

/// What Make's runtime takes although its editor does not, or although no documentation says so (communication.md,
/// corpus-notes.md).
#[test]
fn what_the_runtime_takes_passes() {
    let validator = validator();
    for value in [
        json!({}),
        json!([]),
        json!([{ "url": "https://acme.test/login" }, { "url": "https://acme.test/me" }]),
        json!({ "url": "https://acme.test", "a-key-nobody-knows": [1, { "x": null }] }),
        json!({ "url": "https://acme.test", "response": { "a-key-nobody-knows": 1 } }),
        json!({ "token": { "url": "https://acme.test" }, "a-block-nobody-knows": 5, "headers": 5 }),
        json!({ "url": "{{parameters.url}}", "method": "{{temp.method}}", "encodeUrl": "{{false}}", "timeout": "{{1}}" }),
        json!({ "url": "https://acme.test", "headers": "{{temp.headers}}", "qs": "{{temp.qs}}", "temp": "{{temp.x}}" }),
        json!({ "url": "https://acme.test", "headers": { "{{...}}": "{{temp.headers}}", "x": null, "y": ["a"] } }),
        json!({ "url": "https://acme.test", "qs": { "list": ["a", "b"], "nested": { "a": 1 } }, "body": "text" }),
        json!({ "url": "https://acme.test", "method": "options", "type": "{{temp.type}}", "gzip": "false" }),
        json!({ "url": "https://acme.test", "condition": { "condition": "{{temp.a}}", "default": [] }, "timeout": 0 }),
        json!({ "url": "https://acme.test", "log": {}, "followRedirect": false, "rejectUnauthorized": false }),
        json!({ "token": [{ "url": "https://acme.test/1" }, { "url": "https://acme.test/2" }], "info": [] }),
        json!({ "preauthorize": [{ "url": "https://acme.test" }], "authorize": { "url": "https://acme.test" } }),
        json!({ "oauth": "{{common.oauth}}", "requestToken": {}, "authorize": {}, "accessToken": {}, "token": 5 }),
        json!({ "oauth": { "consumer_key": "{{common.key}}", "body_hash": true }, "accessToken": { "url": "x" } }),
        json!({ "url": "x", "response": { "valid": "{{body.ok}}", "error": "no", "uid": 5, "expires": "{{now}}" } }),
        json!({ "url": "x", "response": { "error": { "401": "no", "message": "{{body}}", "type": "MyOwnError" } } }),
        json!({ "url": "x", "response": { "error": { "type": "DataError", "500": { "message": "{{body}}" } } } }),
        json!({ "url": "x", "response": { "type": { "*": "json", "400-499": "text", "500": "{{temp.t}}" } } }),
        json!({ "url": "x", "response": { "data": "{{body}}", "metadata": { "value": "{{body.email}}" } } }),
        json!({ "url": "x", "response": null, "headers": null, "refresh": null }),
    ] {
        assert_eq!(complaints(&validator, &value), [] as [String; 0], "{value}");
    }
}

/// Shapes communication.md knows no meaning for, and where the complaint must stand.
#[test]
fn wrong_shapes_are_rejected_in_their_place() {
    let validator = validator();
    for (value, place) in [
        (json!("https://acme.test"), ""),
        (json!(5), ""),
        (json!(null), ""),
        (json!(["https://acme.test"]), "/0"),
        (json!([{ "url": ["https://acme.test"] }]), "/0/url"),
        (json!({ "url": { "host": "acme.test" } }), "/url"),
        (json!({ "url": ["https://acme.test"] }), "/url"),
        (json!({ "encodeUrl": { "path": true } }), "/encodeUrl"),
        (json!({ "method": ["GET"] }), "/method"),
        (json!({ "headers": [{ "name": "a", "value": "b" }] }), "/headers"),
        (json!({ "headers": true }), "/headers"),
        (json!({ "qs": ["a=b"] }), "/qs"),
        (json!({ "qs": 5 }), "/qs"),
        (json!({ "type": { "*": "json" } }), "/type"),
        (json!({ "temp": ["a"] }), "/temp"),
        (json!({ "temp": false }), "/temp"),
        (json!({ "condition": ["{{temp.a}}"] }), "/condition"),
        (json!({ "repeat": "{{temp.a}}" }), "/repeat"),
        (json!({ "ca": ["PEM"] }), "/ca"),
        (json!({ "oauth": ["key"] }), "/oauth"),
        (json!({ "gzip": [true] }), "/gzip"),
        (json!({ "followRedirects": { "max": 3 } }), "/followRedirects"),
        (json!({ "timeout": { "seconds": 3 } }), "/timeout"),
        (json!({ "log": true }), "/log"),
        (json!({ "log": ["request.headers.authorization"] }), "/log"),
        (json!({ "log": { "sanitize": "request.headers.authorization" } }), "/log/sanitize"),
        (json!({ "response": "{{body}}" }), "/response"),
        (json!({ "response": [{}] }), "/response"),
        (json!({ "response": { "type": ["json"] } }), "/response/type"),
        (json!({ "response": { "type": { "*": ["json"] } } }), "/response/type/*"),
        (json!({ "response": { "valid": ["{{body.ok}}"] } }), "/response/valid"),
        (json!({ "response": { "error": ["{{body}}"] } }), "/response/error"),
        (json!({ "response": { "error": { "404": ["{{body}}"] } } }), "/response/error/404"),
        (json!({ "response": { "temp": ["a"] } }), "/response/temp"),
        (json!({ "response": { "data": ["a"] } }), "/response/data"),
        (json!({ "response": { "data": 5 } }), "/response/data"),
        (json!({ "response": { "metadata": "{{body.email}}" } }), "/response/metadata"),
        (json!({ "response": { "metadata": ["email"] } }), "/response/metadata"),
        (json!({ "token": "https://acme.test" }), "/token"),
        (json!({ "token": {}, "refresh": true }), "/refresh"),
        (json!({ "token": [{ "headers": [] }] }), "/token/0/headers"),
        (json!({ "token": [5] }), "/token/0"),
        (json!({ "authorize": [{ "url": "https://acme.test" }] }), "/authorize"),
        (json!({ "authorize": { "qs": [] } }), "/authorize/qs"),
        (json!({ "info": { "response": { "data": [] } } }), "/info/response/data"),
        (json!({ "requestToken": 5 }), "/requestToken"),
        (json!({ "requestToken": {}, "oauth": ["key"] }), "/oauth"),
        (json!({ "accessToken": { "oauth": 5 } }), "/accessToken/oauth"),
    ] {
        let complaints = complaints(&validator, &value);
        assert!(!complaints.is_empty(), "{value} passes");
        for complaint in complaints {
            assert!(complaint.starts_with(&format!("{place}: ")), "{value}: {complaint} is not at `{place}`");
        }
    }
}

/// For every directive and every kind of JSON value: the schema rejects what reading refuses, and more only where a
/// check of its own speaks (flags and counts that are objects or lists). Nulls are let be.
#[test]
fn the_schema_says_what_the_model_says() {
    let validator = validator();
    let values = [
        json!(true),
        json!(5),
        json!("text"),
        json!("{{temp.x}}"),
        json!(["text"]),
        json!([{}]),
        json!({}),
        json!({ "key": "text" }),
    ];
    let flags_and_counts = ["encodeUrl", "gzip", "timeout", "rejectUnauthorized", "shareCookies"];
    let own_check = |word: &DirectiveWord| word.name.starts_with("follow") || flags_and_counts.contains(&word.name);
    let mut compared = 0;
    for (place, words) in [("request", REQUEST_DIRECTIVES), ("response", RESPONSE_DIRECTIVES)] {
        for word in words.iter().filter(|word| word.in_connection != InConnection::Forbidden) {
            for value in &values {
                let directive = json!({ word.name: value });
                let request = if place == "request" { directive } else { json!({ "response": directive }) };
                let composite = value.is_object() || value.is_array();
                let expected = model_refuses(&request) || (place == "request" && own_check(word) && composite);
                let complaints = complaints(&validator, &request);
                assert_eq!(!complaints.is_empty(), expected, "{request}: {complaints:?}");
                compared += 1;
            }
        }
    }
    println!("{compared} values of directives: the schema and the model agree");
}

fn corpus() -> Option<PathBuf> {
    let given = std::env::var_os("CONNSPEC_CORPUS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let found = given.or(Some(beside)).map(|folder| folder.join("make")).filter(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: there is no corpus; CONNSPEC_CORPUS may name its folder");
    }
    found
}

/// Real connections run, so none may be rejected, except where reading refuses the same.
#[test]
fn connections_of_the_corpus_pass() {
    let Some(corpus) = corpus() else { return };
    let validator = validator();
    let mut passed = 0;
    for path in layout::discover(&Disk, &corpus).unwrap() {
        for definition in layout::load_app(&path).unwrap().connections {
            let Some(node) = &definition.parts.communication.node else { continue };
            let complaints = complaints(&validator, &node.to_json());
            assert_eq!(complaints, [] as [String; 0], "{}", definition.parts.communication.path);
            passed += 1;
        }
    }
    println!("{passed} connections of the corpus pass");
    assert!(passed > 40, "only {passed} connections were validated");
}
