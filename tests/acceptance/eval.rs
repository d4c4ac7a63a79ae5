//! `eval`: `--jsonl`, as an embedder in another language would use it.

use serde_json::{Value, json};

use crate::support::Sandbox;

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
