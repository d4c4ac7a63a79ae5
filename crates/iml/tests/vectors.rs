//! The conformance vectors of the language, every one of them: those of the reference (`vectors/iml.json`), and hard
//! expressions whose values were derived from the text of iml.md (`vectors/hard.json`, each with its section; they share
//! their variables).

use std::collections::BTreeMap;

use connspec_iml::{FixedHost, JsonTemplate, Scope, Template, Value, functions};
use serde_json::{Value as Json, json};

const VECTORS: &str = include_str!("vectors/iml.json");
const HARD: &str = include_str!("vectors/hard.json");

fn vectors() -> Vec<Json> {
    let mut vectors: Vec<Json> = serde_json::from_str(VECTORS).expect("the vectors are a JSON array");
    let hard: Json = serde_json::from_str(HARD).expect("the hard vectors are JSON");
    for vector in hard["vectors"].as_array().expect("an array") {
        let mut vector = vector.clone();
        if vector.get("vars").is_none() {
            vector["vars"] = hard["vars"].clone();
        }
        vectors.push(vector);
    }
    vectors
}

/// `expr` is one template, `template` a JSON value full of them.
fn template(vector: &Json) -> JsonTemplate {
    match vector.get("expr") {
        Some(expr) => JsonTemplate::Text(Template::parse(expr.as_str().expect("`expr` is a text"))),
        None => JsonTemplate::from_json(&vector["template"]),
    }
}

/// The functions a vector calls that are not there; `nosuch` is meant not to be.
fn missing(vector: &Json) -> Vec<String> {
    let template = template(vector);
    let templates = template.templates();
    let calls = templates.iter().flat_map(|(_, template)| template.calls());
    calls
        .filter(|(name, _)| *name != "nosuch" && functions::named(name).is_none())
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn evaluate(vector: &Json) -> Result<Json, String> {
    let variables = Value::from_tagged(vector.get("vars").unwrap_or(&json!({})));
    let scope = Scope::from_collection(variables.as_collection().expect("`vars` is an object"));
    let now = vector.get("now").cloned().unwrap_or(json!("2024-03-15T10:20:30.456Z"));
    let now = Value::from_tagged(&json!({"$date": now})).as_date().expect("`now` is ISO 8601");
    let timezone = vector.get("timezone").and_then(Json::as_str).unwrap_or("UTC");
    let host = FixedHost::new(now.millis, timezone, 1);
    template(vector).eval(&scope, &host).map(|value| value.to_tagged()).map_err(|error| error.to_string())
}

/// Equal, but for a relative difference of 1e-12 between numbers.
fn close(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => {
            let (left, right) = (left.as_f64().unwrap_or(f64::NAN), right.as_f64().unwrap_or(f64::NAN));
            left == right || (left - right).abs() <= 1e-12 * left.abs().max(right.abs())
        }
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| close(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| right.get(name).is_some_and(|other| close(value, other)))
        }
        _ => left == right,
    }
}

fn failure(vector: &Json) -> Option<String> {
    let outcome = evaluate(vector);
    let holds = match (&outcome, vector.get("expectError")) {
        (Err(_), Some(_)) => true,
        (Ok(value), None) => close(value, &Value::from_tagged(&vector["expect"]).to_tagged()),
        _ => false,
    };
    let expected = vector.get("expect").map_or("an error".to_owned(), Json::to_string);
    let written = vector.get("expr").or(vector.get("template")).map_or(String::new(), Json::to_string);
    (!holds).then(|| format!("{} {written}: {outcome:?}, not {expected}", vector["id"]))
}

#[test]
#[allow(clippy::print_stdout, reason = "the count is a figure of the test")]
fn every_vector_holds() {
    let vectors = vectors();
    let failures: Vec<_> = vectors.iter().filter_map(failure).collect();
    assert!(failures.is_empty(), "{} fail:\n{}", failures.len(), failures.join("\n"));
    println!("{} vectors hold", vectors.len());
}

#[test]
fn no_function_is_missing() {
    let mut absent: BTreeMap<String, usize> = BTreeMap::new();
    for name in vectors().iter().filter(|vector| vector.get("expectError").is_none()).flat_map(missing) {
        *absent.entry(name).or_default() += 1;
    }
    assert!(absent.is_empty(), "functions missing, with the number of vectors that call them: {absent:?}");
}
