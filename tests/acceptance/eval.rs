//! `eval`: every conformance vector through `--jsonl`, as an embedder in another language would use it.

use serde_json::{Value, json};

use crate::support::Sandbox;

const VECTORS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/crates/iml/tests/vectors/iml.json"));
const HARD: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/crates/iml/tests/vectors/hard.json"));

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
    let mut vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let hard: Value = serde_json::from_str(HARD).unwrap();
    vectors.extend(hard["vectors"].as_array().unwrap().iter().cloned().map(|mut vector| {
        if vector.get("vars").is_none() {
            vector["vars"] = hard["vars"].clone();
        }
        vector
    }));
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

#[test]
fn oddities_are_said_under_their_line_and_the_value_is_given() {
    let sandbox = Sandbox::new();
    let vars = json!({ "o": { "k": 1 }, "n": 1, "l": [1] }).to_string();
    for (template, code, column, value) in [
        ("{{['a']}}", "inline-literal", 3, "null"),
        ("{{ {x: 1} }}", "inline-literal", 4, "{1}"),
        ("{{l[0]}}", "zero-index", 4, "undefined"),
        ("{{1 = '1'}}", "mixed-comparison", 3, "true"),
        ("{{n = '1'}}", "mixed-comparison", 3, "true"),
        ("x{{o}}", "collection-as-text", 2, "x{object}"),
        ("{{'a' 'b'}}", "juxtaposition", 3, "ab"),
        ("{{nobody}}", "unknown-variable", 3, "undefined"),
        ("{{lower('A', 1)}}", "argument-count", 3, "a"),
    ] {
        let ran = sandbox.run_with_input(&["eval", template, "--vars", "/dev/stdin"], &vars).ended(0);
        assert_eq!(ran.stdout.trim_end(), value, "{template}");
        let place = format!("--> <template>:1:{column}\n");
        assert!(
            ran.stderr.contains(&format!("[{code}]: ")) && ran.stderr.contains(&place),
            "{template}:\n{}",
            ran.stderr
        );
        assert!(!ran.stderr.contains("error["), "what evaluates is no error: {}", ran.stderr);
    }
}

#[test]
fn one_mistake_does_not_hide_the_next() {
    let ran = Sandbox::new().run(&["eval", "{{if(1 +, 5abc)}} {{upper('a'}}"]).ended(1);
    for code in ["missing-operand", "malformed-number", "unclosed-bracket"] {
        assert_eq!(ran.stderr.matches(&format!("error[{code}]")).count(), 1, "{code}:\n{}", ran.stderr);
    }
}

#[test]
fn an_error_shows_the_variables_without_credentials() {
    let sandbox = Sandbox::new();
    let token = "Qz".repeat(60);
    let vars = json!({ "connection": { "accessToken": token, "n": 5 }, "l": [1] }).to_string();
    let template = "{{connection.n * connection.accessToken * l}}";
    let ran = sandbox.run_with_input(&["eval", template, "--vars", "/dev/stdin"], &vars).ended(1).hides(&["QzQz"]);
    insta::assert_snapshot!("error-with-variables", ran.stderr);
    let line = json!({ "id": 1, "expr": template, "vars": serde_json::from_str::<Value>(&vars).unwrap() });
    let ran = sandbox.run_with_input(&["eval", "--jsonl"], format!("{line}\n")).ended(0).hides(&["QzQz"]);
    assert_eq!(ran.json()["error"]["variables"]["connection.accessToken"], "\"«accessToken»\"");
    // The result is what was asked for.
    let ran = sandbox.run_with_input(&["eval", "{{connection.accessToken}}", "--vars", "/dev/stdin"], &vars).ended(0);
    assert_eq!(ran.stdout.trim_end(), token);
}

#[test]
fn values_json_lacks_stand_in_templates_and_malformed_ones_are_refused_with_their_line() {
    let input = [
        json!({ "id": 1, "template": { "$undefined": true } }),
        json!({ "id": 2, "template": { "a": { "$undefined": true }, "d": [{ "$date": "2024-01-02T03:04:05Z" }], "n": { "$number": "NaN" } } }),
        json!({ "id": 3, "template": { "b": { "$binary": "aGk=" }, "t": "{{x}}" }, "vars": { "x": { "$number": "-Infinity" } } }),
        json!({ "id": 4, "expr": "{{d}}", "vars": { "d": { "$date": "soon" } } }),
        json!({ "id": 5, "template": { "a": [{ "$binary": "*" }] } }),
        json!({ "id": 6, "template": { "$date": "{{now}}" }, "now": "2024-01-02T03:04:05Z" }),
        json!({ "id": 7, "expr": "{{(1, 2)}}" }),
        json!({ "id": 8, "expr": "é{{l[1;2]}}" }),
        json!({ "id": 9, "expr": "{{now}}", "timezone": "Europe/Pragu" }),
    ];
    let lines: String = input.iter().map(|line| format!("{line}\n")).collect();
    let ran = Sandbox::new().run_with_input(&["eval", "--jsonl"], &lines).ended(0);
    let out: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(out[0], json!({ "id": 1, "value": { "$undefined": true } }));
    let date = json!({ "$date": "2024-01-02T03:04:05.000Z" });
    assert_eq!(out[1]["value"], json!({ "d": [date], "n": { "$number": "NaN" } }));
    assert_eq!(out[2]["value"], json!({ "b": { "$binary": "aGk=" }, "t": { "$number": "-Infinity" } }));
    for (index, line, pointer, words) in [
        (3, "line 4: ", "/vars/d/$date", "`$date` holds a moment in ISO 8601"),
        (4, "line 5: ", "/template/a/0/$binary", "`$binary` holds Base64"),
        (8, "line 9: ", "", "did you mean `Europe/Prague`?"),
    ] {
        let error = &out[index]["error"];
        let message = error["message"].as_str().unwrap();
        assert_eq!((&error["code"], &error["pointer"]), (&json!("input"), &json!(pointer)));
        assert!(message.starts_with(line) && message.contains(words), "{message}");
    }
    assert_eq!(out[5]["value"], json!({ "$date": { "$date": "2024-01-02T03:04:05.000Z" } }), "an object of a template");
    assert_eq!((&out[6]["error"]["code"], &out[6]["error"]["offset"]), (&json!("unexpected-separator"), &json!(4)));
    assert_eq!((&out[7]["error"]["code"], &out[7]["error"]["offset"]), (&json!("unexpected-separator"), &json!(6)));
}

#[test]
fn findings_come_with_the_answers_where_they_are_wanted() {
    let input = [
        json!({ "id": 1, "template": { "a": ["é{{o}}", "{{1 = '1'}}"], "{{b}}": 1 }, "vars": { "o": {} } }),
        json!({ "id": 2, "expr": "{{1}}" }),
        json!({ "id": 3, "expr": "{{1 +}}" }),
    ];
    let lines: String = input.iter().map(|line| format!("{line}\n")).collect();
    let ran = Sandbox::new().run_with_input(&["eval", "--jsonl", "--findings"], &lines).ended(0);
    let out: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found = |answer: &Value| -> Vec<Value> {
        let findings = answer["findings"].as_array().unwrap().iter();
        findings
            .map(|finding| json!([finding["code"], finding["pointer"], finding["offset"], finding["end"]]))
            .collect()
    };
    assert_eq!(
        found(&out[0]),
        [
            json!(["collection-as-text", "/a/0", 1, 6]),
            json!(["mixed-comparison", "/a/1", 2, 9]),
            json!(["template-in-key", "/{{b}}", 0, 5]),
        ]
    );
    assert_eq!(out[1], json!({ "id": 2, "value": 1, "findings": [] }));
    assert_eq!(found(&out[2]), [json!(["missing-operand", "", 5, 5])]);
    assert!(out[2]["error"]["help"].is_string());
}

#[test]
fn variables_of_a_file_are_refused_with_their_place() {
    let sandbox = Sandbox::new();
    sandbox.write("vars.json5", "{\n  // comment\n  a: 1,\n  list: [{ '$date': 'soon' }],\n}\n");
    let ran = sandbox.run(&["eval", "{{a}}", "--vars", "vars.json5"]).ended(2);
    assert!(ran.stderr.contains("vars.json5:4:21: /list/0/$date: `$date` holds"), "{}", ran.stderr);
}

#[test]
fn an_unknown_time_zone_is_refused_with_a_suggestion() {
    let sandbox = Sandbox::new();
    for (zone, words) in [
        ("Foo/Bar", "write an IANA name such as Europe/Prague"),
        ("Europe/Pragu", "did you mean `Europe/Prague`?"),
        ("prague", "did you mean `Europe/Prague`?"),
        ("", "write an IANA name"),
    ] {
        for further in [&["{{now}}"][..], &["--jsonl"], &[]] {
            let arguments = [&["eval", "--timezone", zone], further].concat();
            let ran = sandbox.run(&arguments).ended(2);
            assert!(ran.stderr.contains(words) && ran.stdout.is_empty(), "{zone}:\n{}", ran.stderr);
        }
    }
    let ran = sandbox.run(&[
        "eval",
        "{{formatDate(now, 'HH:mm z')}}",
        "--now",
        "2024-01-01T00:00:00Z",
        "--timezone",
        "europe/prague",
    ]);
    assert_eq!(ran.ended(0).stdout.trim_end(), "01:00 CET");
    let line = json!({ "id": 1, "expr": "{{formatDate(now, 'HH')}}", "now": "2024-01-01T00:00:00Z" });
    let ran = sandbox.run_with_input(&["eval", "--jsonl", "--timezone", "Asia/Tokyo"], format!("{line}\n"));
    assert_eq!(ran.ended(0).json()["value"], "09", "the zone of lines without one");
}

/// Each bound is held exactly: what reaches it is evaluated, one more is the error with its code.
#[test]
fn every_bound_is_held_exactly() {
    let sandbox = Sandbox::new();
    let evaluated = |limit: &str, template: &str| {
        let line = json!({ "expr": template }).to_string() + "\n";
        let answer = sandbox.run_with_input(&["eval", "--jsonl", "--limit", limit], &line).ended(0).json();
        answer["error"]["code"].as_str().unwrap_or("fine").to_owned()
    };
    let nested = |levels: usize| format!("{{{{{}1{}}}}}", "(".repeat(levels), ")".repeat(levels));
    let sum = |operators: usize| format!("{{{{1{}}}}}", " + 1".repeat(operators));
    for (limit, within, beyond, code) in [
        ("nesting=3", nested(3), nested(4), "limit-nesting"),
        ("nesting=128", nested(128), nested(129), "limit-nesting"),
        ("nesting=5000", nested(128), nested(129), "limit-nesting"),
        ("operators=3", sum(3), sum(4), "limit-operators"),
        ("operators=5000", sum(1000), sum(1001), "limit-operators"),
        // A sum of n numbers has n + (n - 1) nodes.
        ("steps=7", sum(3), sum(4), "limit-steps"),
        ("output=5", "{{'abcde'}}".to_owned(), "{{'abcdef'}}".to_owned(), "limit-output"),
        ("output=5", "ab{{'c'}}de".to_owned(), "ab{{'c'}}def".to_owned(), "limit-output"),
        (
            "regex=1",
            "{{replace('aab', '/a+b/', '')}}".to_owned(),
            format!("{{{{replace('{}', '/^(a+)+$/', '')}}}}", "a".repeat(60) + "b"),
            "limit-regex",
        ),
        (
            "regex=0",
            "{{replace('aab', 'a', '')}}".to_owned(),
            "{{replace('aab', '/a/', '')}}".to_owned(),
            "limit-regex",
        ),
    ] {
        assert_eq!(evaluated(limit, &within), "fine", "{limit}: {within}");
        assert_eq!(evaluated(limit, &beyond), code, "{limit}: {beyond}");
    }
    for (limit, words) in
        [("step=5", "did you mean `steps`?"), ("steps", "write --limit steps="), ("steps=many", "is no number")]
    {
        let ran = sandbox.run(&["eval", "{{1}}", "--limit", limit]).ended(2);
        assert!(ran.stderr.contains(words), "{limit}: {}", ran.stderr);
    }
}

/// The four switches of the language; those of requests are refused.
#[test]
fn the_switches_of_the_language_can_be_turned() {
    let sandbox = Sandbox::new();
    for (switch, template, usual, turned) in [
        ("base64url=unknown", "{{base64url('>>>?')}}", Some("Pj4-Pw"), None),
        ("unconfirmedFunctions=available", "{{equal(1, '1')}}", None, Some("true")),
        ("dateAmount=error", "{{formatDate(addDays(now, none), 'YYYY')}}", Some("2026"), None),
        ("xmlShape=answer", "{{createJSON(parseXML('<a>t</a>'))}}", Some(r#"{"a":"t"}"#), Some(r#"{"a":["t"]}"#)),
    ] {
        for (arguments, expected) in [(&[][..], usual), (&["--compat", switch][..], turned)] {
            let at = [&["eval", template, "--now", "2026-05-01T00:00:00Z"], arguments].concat();
            let ran = sandbox.run(&at);
            match expected {
                Some(text) => assert_eq!(ran.ended(0).stdout.trim_end(), text, "{at:?}"),
                None => drop(ran.ended(1)),
            }
        }
    }
    for (switch, words) in [
        ("qsPolicy=merge", "`qsPolicy` is a switch of requests, not of expressions"),
        ("base64ur=unknown", "base64url"),
        ("xmlShape", "KEY=VALUE"),
    ] {
        let ran = sandbox.run(&["eval", "{{1}}", "--compat", switch]).ended(2);
        assert!(ran.stderr.contains(words), "{switch}: {}", ran.stderr);
    }
    let line = "{\"expr\": \"{{base64url('a')}}\"}\n";
    let ran = sandbox.run_with_input(&["eval", "--jsonl", "--compat", "base64url=unknown"], line).ended(0);
    assert_eq!(ran.json()["error"]["code"], "unknown-function");
}

#[test]
fn the_prompt_reads_lines_from_a_pipe_as_well() {
    let sandbox = Sandbox::new();
    let lines = "x = 5\nx = 6\nlet x = 6\nx + 1\nnosuch(1)\nhelp\nquit\n1 + 1\n";
    let ran = sandbox.run_with_input(&["eval"], lines).ended(0);
    let out: Vec<&str> = ran.stdout.lines().take(4).collect();
    assert_eq!(out, ["x is now 5 (number)", "false (boolean)", "x is now 6 (number); it was 5 (number)", "7 (number)"]);
    assert!(ran.stderr.contains("`x` has a value, so `=` compares; `let x = 6` gives it another"), "{}", ran.stderr);
    assert!(ran.stderr.contains("error[unknown-function]"), "{}", ran.stderr);
    assert!(ran.stdout.contains("exit, quit, Ctrl-D") && !ran.stdout.contains("2 (number)"), "{}", ran.stdout);
    assert!(!sandbox.path("data").exists(), "a pipe has no history");
}

#[cfg(target_os = "linux")]
#[test]
fn the_prompt_completes_and_remembers_without_secrets() {
    let sandbox = Sandbox::new();
    sandbox.write("vars.json", r#"{ "body": { "userName": "Ann" } }"#);
    let history = || std::fs::read_to_string(sandbox.path("data/connspec/eval-history")).unwrap();
    let lines = ["body.us\t\n", "let password = 'hunter2-hunter2'\n", "formatDate(now, 'YYYY')\n", "exit\n"];
    let shown = sandbox.run_in_terminal("eval --vars vars.json --now 2024-01-01T00:00:00Z", &lines);
    assert!(shown.contains("Ann (text)") && shown.contains("2024 (text)"), "{shown}");
    assert!(shown.contains("data/connspec/eval-history; --no-history keeps none"), "{shown}");
    assert_eq!(history(), "body.userName\nlet password = '…'\nformatDate(now, 'YYYY')\nexit\n");
    // Twice up is the line before the last of the former session; Ctrl-D ends.
    let shown = sandbox.run_in_terminal("eval --now 2025-01-01T00:00:00Z", &["\u{1b}[A\u{1b}[A\n", "\u{4}"]);
    assert!(shown.contains("2025 (text)"), "{shown}");
    let before = history();
    let shown = sandbox.run_in_terminal("eval --no-history", &["1 + 2\n", "quit\n"]);
    assert!(shown.contains("3 (number)") && !shown.contains("eval-history"), "{shown}");
    assert_eq!(history(), before);
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

#[test]
fn what_check_says_of_an_expression_eval_says_too() {
    for (template, code, help) in [
        ("{{now + 3600}}", "now-arithmetic", "addSeconds"),
        ("{{formatDate(now, \"yyyy-mm-dd\")}}", "date-format", "YYYY-MM-DD"),
        ("{{formatDate(now, 'HH:MM:SS')}}", "date-format", "HH:mm:ss"),
        ("{{if(1, 2; 3)}}", "mixed-separators", "use one of them"),
        ("{{base64(parameters.a:parameters.b)}}", "joining-colon", "parameters.a + ':' + parameters.b"),
    ] {
        let ran = Sandbox::new().run(&["eval", template]).ended(0);
        assert!(ran.stderr.contains(code) && ran.stderr.contains(help), "{template}: {}", ran.stderr);
        let line = format!("{}\n", json!({ "expr": template }));
        let ran = Sandbox::new().run_with_input(&["eval", "--jsonl", "--findings"], &line).ended(0);
        let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
        let codes: Vec<_> = answer["findings"].as_array().unwrap().iter().map(|found| &found["code"]).collect();
        assert!(codes.contains(&&json!(code)), "{template}: {answer}");
    }
    let ran = Sandbox::new().run(&["eval", "{{addHours(now, 1)}}"]).ended(0);
    assert_eq!(ran.stderr, "");
}

#[test]
fn an_expression_without_braces_is_a_text_and_eval_says_so() {
    for text in ["now", "addHours(now, 1)", "1 + 1", "body.id"] {
        let ran = Sandbox::new().run(&["eval", text]).ended(0);
        assert_eq!(ran.stdout, format!("{text}\n"));
        assert!(ran.stderr.contains(&format!("write '{{{{{text}}}}}'")), "{text}: {}", ran.stderr);
    }
    for text in ["hello", "a-b", "see you now", "5", "x.y"] {
        let ran = Sandbox::new().run(&["eval", text]).ended(0);
        assert_eq!(ran.stderr, "", "{text}");
    }
}
