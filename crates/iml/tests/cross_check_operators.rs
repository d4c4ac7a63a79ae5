//! Compares operators with the JavaScript originals: JavaScript's own comparison and arithmetic, and
//! decimal.js, run by node.
//!
//! Skipped unless `CONNSPEC_CROSS_CHECK=1`; needs node and `npm ci` in `tests/cross-check/`. The questions
//! are the same in every run; `CONNSPEC_CROSS_CHECK_SEED=7` asks others.
#![allow(clippy::print_stderr, reason = "a test tells what it did")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use connspec_iml::{Collection, FixedHost, Host, Scope, Template, Value};
use serde_json::{Value as Json, json};

const RELATIONS: [&str; 10] = ["=", "!=", "<", "<=", ">", ">=", "&", "|", "-", "++"];
const ARITHMETIC: [&str; 4] = ["+", "*", "/", "%"];

/// An operand as both sides see it.
#[derive(Clone)]
struct Operand {
    ours: Value,
    theirs: Json,
}

fn operand(ours: impl Into<Value>, theirs: Json) -> Operand {
    Operand { ours: ours.into(), theirs }
}

/// Every kind of value, with the texts and numbers that JavaScript treats in a special way. Dates are
/// left out: iml.md §7 compares them otherwise on purpose.
fn kinds() -> Vec<Operand> {
    let mut operands = vec![
        operand(Value::Undefined, json!({"undefined": true})),
        operand(Value::Null, json!(null)),
        operand(Value::EmptyString, json!({"emptystring": true})),
        operand(f64::NAN, json!({"number": "NaN"})),
        operand(f64::INFINITY, json!({"number": "Infinity"})),
        operand(f64::NEG_INFINITY, json!({"number": "-Infinity"})),
        operand(Collection::new(), json!({"object": true})),
    ];
    let arrays =
        [json!([]), json!([1]), json!(["1"]), json!([1, 2]), json!([null]), json!([true]), json!([[2]]), json!(["a"])];
    operands.extend(arrays.map(|array| operand(Value::from_json(&array), json!({"array": array}))));
    operands.extend([true, false].map(|bool| operand(bool, json!(bool))));
    operands.extend([0.0, 1.0, -1.0, 2.0, 0.5, 1e21, 1e-7, 123456789.0].map(|number| operand(number, json!(number))));
    let texts = [
        "",
        " ",
        "0",
        "1",
        "01",
        "1.0",
        " 1 ",
        "\n2\t",
        "-1",
        "+1",
        ".5",
        "5.",
        "1e3",
        "0x10",
        "0b11",
        "0o17",
        "-0x1",
        "Infinity",
        "-Infinity",
        "NaN",
        "true",
        "false",
        "null",
        "undefined",
        "a",
        "A",
        "b",
        "10",
        "9",
        "1,2",
        "é",
        "😀",
        "\u{ffff}",
        "1_000",
        "[object Object]",
        "{object}",
    ];
    operands.extend(texts.map(|text| operand(text, json!(text))));
    operands
}

/// Numbers and numeric texts, from a seed.
fn numbers(seed: u64, count: usize) -> Vec<Operand> {
    let random = FixedHost::new(0, "UTC", seed);
    let pick = |choices: usize| (random.random() * choices as f64) as usize;
    (0..count)
        .map(|_| {
            let size = [1.0, 10.0, 1e3, 1e6, 1e15, 1e16, 1e20, 1e300, 1e-3, 1e-10, 1e-300][pick(11)];
            let number = (random.random() - 0.5) * size;
            let number = match pick(4) {
                0 => number.trunc(),
                1 => (number * 100.0).round() / 100.0,
                _ => number,
            };
            match pick(5) {
                0 => {
                    let digits: String = (0..1 + pick(40)).map(|_| char::from(b'0' + pick(10) as u8)).collect();
                    let text = format!("{}{digits}.{}e{}", ["", "-"][pick(2)], pick(100_000), pick(40) as i32 - 20);
                    operand(text.as_str(), json!(text))
                }
                1 => operand(Value::Number(number).to_text(), json!(Value::Number(number).to_text())),
                _ => operand(number, json!(number)),
            }
        })
        .collect()
}

fn ours(operator: &str, left: &Operand, right: &Operand) -> Json {
    // A copy, since the script makes two arrays of one question: they are equal only to themselves.
    let right = right.ours.clone();
    let scope = Scope::new().with("left", &left.ours).with("right", &right);
    let expression = match operator {
        "&" | "|" => format!("{{{{!!(left {operator} right)}}}}"),
        _ => format!("{{{{left {operator} right}}}}"),
    };
    match Template::parse(&expression).eval(&scope, &FixedHost::new(0, "UTC", 1)) {
        Ok(Value::Bool(bool)) => json!(bool),
        Ok(number) => json!(number.to_text()),
        Err(_) => json!("error"),
    }
}

#[test]
fn javascript_gives_the_same_answers() {
    if std::env::var_os("CONNSPEC_CROSS_CHECK").is_none_or(|value| value != "1") {
        eprintln!("skipped: set CONNSPEC_CROSS_CHECK=1 to compare with JavaScript and decimal.js");
        return;
    }
    let seed = std::env::var_os("CONNSPEC_CROSS_CHECK_SEED").map_or(0x5eed, |seed| {
        seed.to_str().and_then(|seed| seed.parse().ok()).expect("CONNSPEC_CROSS_CHECK_SEED is a number")
    });
    let (kinds, numbers) = (kinds(), numbers(seed, 2000));
    let mut questions: Vec<(&str, &Operand, &Operand)> = Vec::new();
    for left in &kinds {
        for right in &kinds {
            // The keyword is one object in every place it stands, the script makes two.
            if (&left.ours, &right.ours) == (&Value::EmptyString, &Value::EmptyString) {
                continue;
            }
            questions.extend(RELATIONS.map(|operator| (operator, left, right)));
            // `+` is decimal only between numbers (iml.md §7).
            questions.extend(["*", "/", "%"].map(|operator| (operator, left, right)));
        }
    }
    for pair in numbers.chunks_exact(2) {
        questions.extend(RELATIONS.map(|operator| (operator, &pair[0], &pair[1])));
        let plus = matches!((&pair[0].ours, &pair[1].ours), (Value::Number(_), Value::Number(_)));
        questions.extend(
            ARITHMETIC
                .iter()
                .filter(|operator| plus || **operator != "+")
                .map(|operator| (*operator, &pair[0], &pair[1])),
        );
    }
    let theirs = ask_node(&questions);
    let differences: Vec<String> = questions
        .iter()
        .zip(&theirs)
        .map(|((operator, left, right), theirs)| (operator, left, right, ours(operator, left, right), theirs))
        .filter(|(_, _, _, ours, theirs)| ours != *theirs)
        .map(|(operator, left, right, ours, theirs)| {
            format!("{} {operator} {}: connspec {ours}, JavaScript {theirs}", left.theirs, right.theirs)
        })
        .collect();
    assert!(differences.is_empty(), "{} of {} differ:\n{}", differences.len(), questions.len(), differences.join("\n"));
    eprintln!("{} answers equal", questions.len());
}

/// Runs the script on all questions at once.
fn ask_node(questions: &[(&str, &Operand, &Operand)]) -> Vec<Json> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cross-check");
    assert!(folder.join("node_modules/decimal.js").is_dir(), "run `npm ci` in tests/cross-check first");
    let mut node = Command::new("node")
        .arg("operators.mjs")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is installed");
    let question = |(operator, left, right): &(&str, &Operand, &Operand)| json!({"operator": operator, "left": left.theirs, "right": right.theirs});
    let input = Json::Array(questions.iter().map(question).collect()).to_string();
    node.stdin.take().expect("piped").write_all(input.as_bytes()).expect("node reads its input");
    let output = node.wait_with_output().expect("node ends");
    assert!(output.status.success(), "operators.mjs failed");
    let reply: Json = serde_json::from_slice(&output.stdout).expect("operators.mjs prints JSON");
    reply["answers"].as_array().expect("an array of answers").clone()
}
