//! `eval`: every conformance vector through `--jsonl`, as an embedder in another language would use it.

use serde_json::{Value, json};

use crate::support::Sandbox;

const VECTORS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/crates/iml/tests/vectors/iml.json"));

#[test]
fn one_line_in_one_line_out_in_order() {
    let input = [
        json!({ "id": 1, "expr": "{{1 + 1}}" }),
        json!({ "id": "é", "expr": "é{{x", "vars": {} }),
        json!({ "id": 3, "template": { "a": ["{{n}}", "{{missing}}"], "d": "{{now}}" }, "vars": { "n": 1 }, "now": "2026-01-01T00:00:00Z" }),
        json!({ "id": 4, "expr": "é{{nosuch(1)}}" }),
        json!({ "id": 5, "template": { "a/b": ["", "é{{nosuch(1)}}"] } }),
        json!({ "id": 6 }),
    ];
    let lines: String = input.iter().map(|line| format!("{line}\n")).collect::<String>() + "no json\n";
    let ran = Sandbox::new().run_with_input(&["eval", "--jsonl"], &lines).ended(0);
    let out: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(out[0], json!({ "id": 1, "value": 2 }));
    assert_eq!(out[1], json!({ "id": "é", "value": "é{{x" }));
    assert_eq!(out[2]["value"]["a"], json!([1, { "$undefined": true }]));
    assert_eq!(out[2]["value"]["d"], json!({ "$date": "2026-01-01T00:00:00.000Z" }));
    assert_eq!((&out[3]["error"]["offset"], &out[3]["error"]["pointer"]), (&json!(3), &json!("")));
    assert_eq!((&out[4]["error"]["offset"], &out[4]["error"]["pointer"]), (&json!(3), &json!("/a~1b/1")));
    assert!(out[5]["error"]["message"].is_string() && out[6]["error"]["message"].is_string());
    assert_eq!(out.len(), 7);
}

#[test]
fn a_line_that_cannot_be_read_is_an_error_of_that_line_alone() {
    let mut input = br#"{"id":1,"template":null}
{"id":2,"expr":5}
{"id":3,"expr":"{{1 + 2}}","vars":null}
"#
    .to_vec();
    input.extend(b"{\"id\":4,\"expr\":\"\xff\"}\n{\"id\":5,\"expr\":\"{{5}}\"}\n");
    let ran = Sandbox::new().run_with_input(&["eval", "--jsonl"], &input).ended(0);
    let out: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(out[0], json!({ "id": 1, "value": null }));
    assert_eq!((&out[1]["id"], &out[1]["error"]["code"]), (&json!(2), &json!("input")));
    assert_eq!(out[2], json!({ "id": 3, "value": 3 }));
    assert_eq!(out[3]["error"]["code"], json!("input"));
    assert_eq!(out[4], json!({ "id": 5, "value": 5 }));
}

#[test]
fn variables_that_are_no_object_are_refused() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run_with_input(&["eval", "{{1}}", "--vars", "/dev/stdin"], "[1]").ended(2);
    assert!(ran.stderr.contains("variables are an object"), "{}", ran.stderr);
}

#[test]
fn every_vector_passes() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let input: String = vectors
        .iter()
        .map(|vector| {
            let mut line =
                json!({ "id": vector["id"], "vars": vector.get("vars").cloned().unwrap_or_else(|| json!({})) });
            for key in ["expr", "template", "now", "timezone"] {
                if let Some(value) = vector.get(key) {
                    line[key] = value.clone();
                }
            }
            format!("{line}\n")
        })
        .collect();
    let ran = Sandbox::new().run_with_input(&["eval", "--jsonl"], &input).ended(0);
    let answers: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), vectors.len());
    let wrong: Vec<String> = vectors
        .iter()
        .zip(&answers)
        .filter(|(vector, answer)| !agrees(vector, answer))
        .map(|(vector, answer)| format!("{} {} -> {answer}, wanted {}", vector["id"], vector["expr"], vector["expect"]))
        .collect();
    assert!(wrong.is_empty(), "{} of {} vectors fail:\n{}", wrong.len(), vectors.len(), wrong.join("\n"));
}

fn agrees(vector: &Value, answer: &Value) -> bool {
    if vector["expectError"] == true {
        return answer["error"]["message"].is_string();
    }
    answer.get("value").is_some_and(|value| same(&vector["expect"], value))
}

/// Equal, floats to 1e-12, a missing member the same as an undefined one (iml.md §13).
fn same(wanted: &Value, given: &Value) -> bool {
    let undefined = |value: Option<&Value>| value.is_none_or(|value| *value == json!({ "$undefined": true }));
    match (wanted, given) {
        (Value::Number(wanted), Value::Number(given)) => {
            let (wanted, given) = (wanted.as_f64().unwrap(), given.as_f64().unwrap());
            wanted == given || (wanted - given).abs() <= 1e-12 * wanted.abs().max(1.0)
        }
        (Value::Array(wanted), Value::Array(given)) => {
            wanted.len() == given.len() && wanted.iter().zip(given).all(|(wanted, given)| same(wanted, given))
        }
        (Value::Object(wanted), Value::Object(given)) => {
            let keys = wanted.keys().chain(given.keys());
            keys.into_iter().all(|key| match (wanted.get(key), given.get(key)) {
                (Some(wanted), Some(given)) => same(wanted, given),
                (wanted, given) => undefined(wanted) && undefined(given),
            })
        }
        (wanted, given) => wanted == given,
    }
}
