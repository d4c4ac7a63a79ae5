//! The questions of the cross-check with JavaScript, generated from a seed.

use connspec_iml::{FixedHost, Scope, Template, Value};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::patterns;

/// A question both sides answer; null stands for an error.
#[derive(Debug, Serialize)]
pub struct Question {
    pub operation: &'static str,
    pub values: Vec<Json>,
}

impl Question {
    pub fn new(operation: &'static str, values: impl IntoIterator<Item = Json>) -> Self {
        Self { operation, values: values.into_iter().collect() }
    }

    /// V8 finds a match between the halves of a pair under the flag `u`, where ECMAScript does not look
    /// (AdvanceStringIndex).
    pub fn is_matched_within_a_pair(&self, theirs: &Json) -> bool {
        let unicode = self.operation == "replace" && self.values[2].as_str().is_some_and(|flags| flags.contains('u'));
        unicode && theirs.as_str().is_some_and(|text| text.contains('\u{fffd}'))
    }

    /// What connspec says. An error that is not about the arguments, such as reaching a bound, is told by its code.
    pub fn answer(&self) -> Json {
        let mut values = self.values.clone();
        let template = match self.operation {
            "replace" => {
                let flags = values.remove(2);
                let pattern = values[1].as_str().expect("a pattern is a text");
                values[1] = json!(format!("/{pattern}/{}", flags.as_str().expect("flags are a text")));
                "{{replace(a; b; c)}}".to_owned()
            }
            "replaceText" => "{{replace(a; b; c)}}".to_owned(),
            "toBinary" => "{{base64(toBinary(a; b))}}".to_owned(),
            "toString" => "{{toString(toBinary(a; 'base64'); b)}}".to_owned(),
            "ascii" => "{{ascii(a; true)}}".to_owned(),
            "text" => "{{toString(a)}}".to_owned(),
            "json" => "{{createJSON(parseJSON(a))}}".to_owned(),
            "keys" => "{{createJSON(keys(parseJSON(a)))}}".to_owned(),
            "entries" => "{{createJSON(toArray(parseJSON(a)))}}".to_owned(),
            "buffer" => "{{createJSON(toBinary(a; 'base64'))}}".to_owned(),
            "switch" => "{{switch(a; b; true; false)}}".to_owned(),
            name @ ("round" | "trunc") => format!("{{{{toString({name}(a))}}}}"),
            // Unary minus gives the number form; twice, so that the sign is right again.
            "number" => "{{toString(-(-a))}}".to_owned(),
            name => format!("{{{{{name}({})}}}}", ["a", "b", "c"][..values.len()].join("; ")),
        };
        let values: Vec<Value> = values.iter().map(Value::from_json).collect();
        let scope =
            ["a", "b", "c"].into_iter().zip(&values).fold(Scope::new(), |scope, (name, value)| scope.with(name, value));
        match Template::parse(&template).eval(&scope, &FixedHost::new(0, "UTC", 1)) {
            Ok(value) => value.to_json(),
            Err(error) if error.code == "invalid-argument" => Json::Null,
            Err(error) => json!({ "error": error.code }),
        }
    }
}

/// Every question.
pub fn all(seed: u64) -> Vec<Question> {
    let mut dice = Dice(seed);
    let mut questions = patterns::fixed();
    questions.extend(patterns::random(&mut dice));
    questions.extend(patterns::rubble(&mut dice));
    questions.extend(texts(&mut dice));
    questions.extend(numbers(&mut dice));
    questions.extend(documents(&mut dice));
    questions
}

/// Characters of one to four bytes, with and without case, spaces, and those whose case forms are odd.
pub const CHARACTERS: &str = "abcABCkKsSxyz0129 _-/.,:%+&=$()\n\t\u{a0}\u{feff}éÉßẞſKİıΣσςǅřŽ漢😀𝒜\u{301}";

fn texts(dice: &mut Dice) -> Vec<Question> {
    let encodings = ["utf8", "ascii", "latin1", "binary", "hex", "base64", "base64url", "utf16le", "UCS2", "HEX"];
    let mut questions = Vec::new();
    for _ in 0..150 {
        let (text, other) = (json!(dice.text(CHARACTERS, 14)), json!(dice.text(CHARACTERS, 2)));
        let position = |dice: &mut Dice| json!(dice.below(20) as f64 - 4.0 + [0.0, 0.5][dice.below(2) as usize]);
        for operation in ["encodeURL", "decodeURL", "length", "lower", "upper", "trim", "base64", "ascii", "md5"] {
            questions.push(Question::new(operation, [text.clone()]));
        }
        questions.push(Question::new("decodeURL", [json!(dice.text("%%%0e4A9af2z", 9))]));
        questions.push(Question::new("substring", [text.clone(), position(dice), position(dice)]));
        questions.push(Question::new("indexOf", [text.clone(), other.clone(), position(dice)]));
        if other != "" {
            let replacement = json!(dice.text("$$$&`'12ab", 5));
            questions.push(Question::new("replaceText", [text.clone(), other, replacement]));
        }
        let encoding = json!(dice.pick(&encodings));
        let digits = dice.text("0123456789abcdefABCDEF+/-_= \nxyzTWF", 12);
        questions.push(Question::new("toBinary", [json!(digits), encoding.clone()]));
        // Of a character beyond U+00FF node takes the last eight bits for a digit.
        let of_digits = ["hex", "HEX", "base64", "base64url"].iter().any(|name| encoding == *name);
        if !of_digits {
            questions.push(Question::new("toBinary", [text.clone(), encoding.clone()]));
        }
        questions.push(Question::new("toString", [json!(digits), encoding]));
        for operation in ["sha1", "sha256", "sha512"] {
            let (encoding, key) = (dice.pick(&["hex", "base64", "latin1"]), dice.text(CHARACTERS, 3));
            questions.push(Question::new(operation, [text.clone(), json!(encoding), json!(key)]));
        }
    }
    questions
}

fn numbers(dice: &mut Dice) -> Vec<Question> {
    let mut questions = Vec::new();
    for _ in 0..300 {
        let number = json!((dice.below(2_000_001) as f64 - 1e6) * 10_f64.powi(dice.below(44) as i32 - 22));
        for operation in ["text", "round", "trunc"] {
            questions.push(Question::new(operation, [number.clone()]));
        }
        questions.push(Question::new("number", [json!(dice.text("0123456789.e-+ x_", 6))]));
    }
    questions
}

fn documents(dice: &mut Dice) -> Vec<Question> {
    let mut questions = Vec::new();
    for _ in 0..200 {
        questions.push(Question::new("json", [json!(json_text(dice, 3))]));
        let members = ["{", &json_members(dice, 2), "}"].concat();
        for operation in ["json", "keys", "entries"] {
            questions.push(Question::new(operation, [json!(members)]));
        }
        questions.push(Question::new("buffer", [json!(dice.text("0123456789abcdefABCDEF+/", 12))]));
        let plain =
            [json!(null), json!(true), json!(0), json!(1.5), json!(""), json!("null"), json!("true"), json!("0")];
        let value = |dice: &mut Dice| match dice.below(4) {
            0 => json!((0..dice.below(3)).map(|_| plain[dice.below(8) as usize].clone()).collect::<Vec<_>>()),
            1 => json!(["", ",", "1.5", "true,0", "null,"][dice.below(5) as usize]),
            _ => plain[dice.below(8) as usize].clone(),
        };
        questions.push(Question::new("switch", [value(dice), value(dice)]));
        let list = json!([1, [2, [3, [null, []]]], "a", {"b": [4]}]);
        let position = |dice: &mut Dice| json!(dice.below(14) as f64 - 7.0 + [0.0, 0.5][dice.below(2) as usize]);
        questions.push(Question::new("slice", [list.clone(), position(dice), position(dice)]));
        questions.push(Question::new("flatten", [list, position(dice)]));
    }
    questions
}

/// A JSON text of any kind, with names that JavaScript puts in another place.
fn json_text(dice: &mut Dice, depth: u64) -> String {
    match dice.below(if depth == 0 { 5 } else { 8 }) {
        0 => dice.pick(&["null", "true", "false", "\"\\ud83d\\ude00\"", "\"\\u001f\\/\u{7f}\u{2028}\""]).to_owned(),
        1 => dice.pick(&["0", "-0", "1e21", "1E-7", "-1.50", "123456789012345680000", "1e400", "5e-324"]).to_owned(),
        2 | 3 => serde_json::to_string(&dice.text(CHARACTERS, 5)).expect("a text"),
        4 => format!("{}", dice.below(1000)),
        5 => format!("[{}]", (0..dice.below(4)).map(|_| json_text(dice, depth - 1)).collect::<Vec<_>>().join(", ")),
        _ => format!("{{{}}}", json_members(dice, depth - 1)),
    }
}

fn json_members(dice: &mut Dice, depth: u64) -> String {
    let names = ["a", "b", "", "é", "10", "9", "0", "01", "-1", "1.5", "4294967294", "4294967295", "1e3"];
    let member = |dice: &mut Dice| format!("\"{}\":{}", dice.pick(&names), json_text(dice, depth));
    (0..dice.below(7)).map(|_| member(dice)).collect::<Vec<_>>().join(",")
}

/// SplitMix64: numbers that look random and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    /// At most so many of these characters.
    pub fn text(&mut self, characters: &str, longest: u64) -> String {
        let characters: Vec<char> = characters.chars().collect();
        let length = self.below(longest + 1);
        (0..length).map(|_| self.pick(&characters)).collect()
    }
}
