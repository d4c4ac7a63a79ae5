//! Compares `cryptoSign` and `jwt` with what is behind them: Node's crypto and jsonwebtoken.
//!
//! Skipped unless `CONNSPEC_CROSS_CHECK=1`; needs node and `npm ci` in `tests/cross-check/`. The keys are new in every
//! run, the questions the same; `CONNSPEC_CROSS_CHECK_SEED=7` asks others. What differs by intent is listed in
//! `docs/compatibility.md`.
#![cfg(feature = "rsa")]
#![allow(clippy::print_stderr, reason = "a test tells what it did")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use connspec_iml::{FixedHost, Host, Scope, Template, Value};
use serde_json::{Map, Value as Json, json};

const NOW: i64 = 1_710_498_030_456;

const HASHES: [&str; 14] = [
    "md5",
    "RSA-MD5",
    "sha1",
    "RSA-SHA1",
    "SHA1",
    "sha224",
    "sha256",
    "SHA-256",
    "RSA-SHA256",
    "sha256WithRSAEncryption",
    "sha384",
    "sha512",
    "RSA-SHA512",
    "RS256",
];

/// Choices that look random and are the same in every run.
struct Dice(FixedHost);

impl Dice {
    fn below(&self, limit: usize) -> usize {
        (self.0.random() * limit as f64) as usize
    }

    fn pick<T: Clone>(&self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    fn text(&self) -> String {
        (0..self.below(6)).map(|_| self.pick(&["a", "B", "1", " ", "é", "漢", "😀", "\"", "\\", "\n", "/"])).collect()
    }
}

/// What each function is called with, by the name of the argument.
fn call(operation: &str, question: &Json) -> Json {
    let template = match operation {
        "cryptoSign" => "{{cryptoSign(algorithm; data; key; encoding)}}",
        _ => "{{jwt(payload; secret; algorithm; options)}}",
    };
    let arguments = Value::from_json(question);
    let scope = Scope::from_collection(arguments.as_collection().expect("a question is an object"));
    let outcome = Template::parse(template).eval(&scope, &FixedHost::new(NOW, "UTC", 1));
    outcome.map_or(Json::Null, |value| value.to_json())
}

/// Every key with every hash, and the ways to damage a key.
fn signatures(keys: &BTreeMap<String, String>, dice: &Dice) -> Vec<(&'static str, Json)> {
    let encodings = ["", "hex", "base64", "base64url", "latin1", "binary", "utf8", "ascii", "HEX", "ucs2", "nope"];
    let mut questions = Vec::new();
    for (name, key) in keys {
        for algorithm in HASHES {
            let mut question = json!({"algorithm": algorithm, "data": dice.text(), "key": key});
            if name.starts_with("rsa") {
                question["encoding"] = json!(dice.pick(&encodings));
                questions.push(("cryptoSign", question));
            } else {
                question["signature"] = call("cryptoSign", &question);
                questions.push(("verify", question));
            }
        }
    }
    let key = &keys["rsa 2048 pkcs8"];
    let one_line = key.trim().replace('\n', "");
    let damaged = [
        key.trim().to_owned(),
        key.trim().replace('\n', " "),
        key.replace('\n', "\\n"),
        key.replace('\n', "\r\n"),
        format!("  {key}"),
        format!("\n\n{key}"),
        format!("a key:\n{key}"),
        format!("a key: {key}"),
        key.replace("KEY-----\n", "KEY-----   \n"),
        key.replace("-----\nMI", "-----MI"),
        key.replace("\n-----END", "-----END"),
        one_line.replace("KEY-----MI", "KEY-----\nMI").replace("-----END", "\n-----END"),
        key.replace("PRIVATE", "PUBLIC"),
        key[..key.len() / 2].to_owned(),
        key.replace("MII", "MI"),
        "secret".to_owned(),
        String::new(),
    ];
    questions.extend(damaged.map(|key| ("cryptoSign", json!({"algorithm": "sha256", "data": "x", "key": key}))));
    questions
}

fn token(keys: &BTreeMap<String, String>, dice: &Dice) -> (&'static str, Json) {
    let algorithm =
        dice.pick(&["", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "HS256", "RS256", "HS512", "hs256"]);
    let key = match algorithm {
        "RS256" | "RS384" | "RS512" => {
            let names: Vec<&String> = keys.keys().filter(|name| name.starts_with("rsa")).collect();
            let key = keys[dice.pick(&names)].clone();
            if dice.below(16) == 0 { key.replace('\n', " ") } else { key }
        }
        _ => dice.pick(&["secret", "é", "k"]).to_owned(),
    };
    let mut payload = Map::new();
    for (name, value) in [
        ("sub", json!(dice.text())),
        ("a", json!({"b": [dice.text(), 1.5, null, true]})),
        ("iat", json!(1_700_000_000 + dice.below(100))),
        ("exp", json!(1_800_000_000)),
        ("nbf", json!("soon")),
        ("aud", json!(["x"])),
    ] {
        if dice.below(if name == "nbf" { 20 } else { 3 }) == 0 {
            payload.insert(name.to_owned(), value);
        }
    }
    let mut options = Map::new();
    for (name, value) in [
        ("expiresIn", dice.pick(&[json!(60), json!("2h"), json!("10"), json!("1.5 days"), json!(1.5), json!("soon")])),
        ("notBefore", dice.pick(&[json!(-5), json!("1m")])),
        ("audience", dice.pick(&[json!("x"), json!(["x", "y"]), json!(1)])),
        ("issuer", json!("me")),
        ("subject", json!(dice.text())),
        ("jwtid", json!("é")),
        ("keyid", json!(dice.text())),
        ("header", dice.pick(&[json!({"cty": "é😀"}), json!({"typ": "at+jwt"}), json!({"x": null}), json!("x")])),
        ("noTimestamp", dice.pick(&[json!(true), json!(false), json!("yes")])),
        ("encoding", dice.pick(&[json!("utf8"), json!("latin1"), json!("hex"), json!("utf16le"), json!("nope")])),
        ("mutatePayload", dice.pick(&[json!(true), json!(1)])),
        ("allowInsecureKeySizes", dice.pick(&[json!(true), json!(true), json!(false)])),
        ("unheard", json!(1)),
    ] {
        let often = if name == "allowInsecureKeySizes" { 2 } else { 16 };
        if dice.below(if name == "unheard" { 60 } else { often }) == 0 {
            options.insert(name.to_owned(), value);
        }
    }
    let payload = match dice.below(8) {
        0 => dice.pick(&[json!(dice.text()), json!(5), json!(true)]),
        _ => Json::Object(payload),
    };
    ("jwt", json!({"payload": payload, "secret": key, "algorithm": algorithm, "options": options, "now": NOW}))
}

#[test]
fn node_gives_the_same_answers() {
    if std::env::var_os("CONNSPEC_CROSS_CHECK").is_none_or(|value| value != "1") {
        eprintln!("skipped: set CONNSPEC_CROSS_CHECK=1 to compare with Node's crypto and jsonwebtoken");
        return;
    }
    let seed = std::env::var_os("CONNSPEC_CROSS_CHECK_SEED").map_or(0x5eed, |seed| {
        seed.to_str().and_then(|seed| seed.parse().ok()).expect("CONNSPEC_CROSS_CHECK_SEED is a number")
    });
    let dice = Dice(FixedHost::new(0, "UTC", seed));
    let keys: BTreeMap<String, String> = serde_json::from_value(node(&["keys"], "")).expect("keys by name");
    let mut questions = signatures(&keys, &dice);
    questions.extend((0..600).map(|_| token(&keys, &dice)));
    let asked = questions.iter().map(|(operation, question)| {
        let mut question = question.clone();
        question["operation"] = json!(operation);
        question
    });
    let reply = node(&[], &Json::Array(asked.collect()).to_string());
    let theirs = reply["answers"].as_array().expect("an array of answers");
    assert_eq!(theirs.len(), questions.len());
    let mut differences = Vec::new();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for ((operation, question), theirs) in questions.iter().zip(theirs) {
        let ours = match *operation {
            // Where we refuse, node must refuse to verify too.
            "verify" if question["signature"].is_null() => Json::Null,
            "verify" => json!(true),
            _ => call(operation, question),
        };
        let count = counts.entry(operation).or_default();
        *count = (count.0 + 1, count.1 + usize::from(theirs.is_null()));
        if ours != *theirs {
            differences.push(format!("{operation} {question}\n  connspec: {ours}\n  node:     {theirs}"));
        }
    }
    let (count, differing) = (questions.len(), differences.len());
    assert!(differences.is_empty(), "{differing} of {count} answers differ:\n{}", differences.join("\n"));
    eprintln!("{count} answers equal, {}", reply["versions"]);
    for (operation, (count, errors)) in counts {
        assert!(errors * 2 < count, "{operation}: {errors} errors");
        eprintln!("  {operation}: {count}, {errors} of them errors");
    }
}

/// Runs the script on all questions at once.
fn node(arguments: &[&str], input: &str) -> Json {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cross-check");
    assert!(folder.join("node_modules/jsonwebtoken").is_dir(), "run `npm ci` in tests/cross-check first");
    let mut node = Command::new("node")
        .arg("signatures.mjs")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is installed");
    node.stdin.take().expect("piped").write_all(input.as_bytes()).expect("node reads its input");
    let output = node.wait_with_output().expect("node ends");
    assert!(output.status.success(), "signatures.mjs failed");
    serde_json::from_slice(&output.stdout).expect("signatures.mjs prints JSON")
}
