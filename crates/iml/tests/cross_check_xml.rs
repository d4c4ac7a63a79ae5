//! Compares `parseXML` and `createXML` with the packages behind them: xmlbuilder2 and xmlbuilder, run by node.
//!
//! Skipped unless `CONNSPEC_CROSS_CHECK=1`; needs node and `npm ci` in `tests/cross-check/`. The questions
//! are the same in every run; `CONNSPEC_CROSS_CHECK_SEED=7` asks others. What differs by intent is listed in
//! `docs/compatibility.md`.
#![allow(clippy::print_stderr, reason = "a test tells what it did")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use connspec_iml::{FixedHost, Host, Scope, Template, Value};
use serde_json::{Map, Value as Json, json};

/// Makes documents and collections that look random and are the same in every run.
struct Maker(FixedHost);

impl Maker {
    fn below(&self, limit: usize) -> usize {
        (self.0.random() * limit as f64) as usize
    }

    fn pick<T: Copy>(&self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Up to so many of these pieces in a row.
    fn text(&self, pieces: &[&str], most: usize) -> String {
        (0..self.below(most + 1)).map(|_| self.pick(pieces)).collect()
    }

    fn document(&self) -> String {
        let around = |at: &[&str]| self.text(at, 2);
        let declaration = self.pick(&["", "<?xml version=\"1.0\"?>", "<?xml version='1.0' encoding=\"utf-8\"?>\n"]);
        let kind = self.pick(&["", "", "<!DOCTYPE a>\n", "<!DOCTYPE a [<!ENTITY x 'y'>]>"]);
        let misc = ["\n", "<!-- c -->", "<?p d?>", "<?p?>", "<!--d-->"];
        format!("{declaration}{}{kind}{}{}{}", around(&misc), around(&misc), self.element(4), around(&misc))
    }

    fn element(&self, depth: usize) -> String {
        let name = self.pick(&["a", "b", "b", "c", "n:d", "é", "x-1.y", "_"]);
        let mut tag = format!("<{name}");
        for attribute in ["k", "l", "n:m"].into_iter().filter(|_| self.below(4) == 0) {
            let pieces =
                ["v", "&lt;", "&quot;", "&amp;", "&#65;", "&x;", "'", ">", " ", "\n", "\t", "é", "&apos;", "&"];
            tag.push_str(&format!(
                "{} {attribute}{}=\"{}\"",
                self.pick(&["", "\n"]),
                self.pick(&["", " "]),
                self.text(&pieces, 4)
            ));
        }
        if self.below(5) == 0 {
            return tag + self.pick(&["/>", " />"]);
        }
        let inside: String = (0..self.below(6)).map(|_| self.part(depth)).collect();
        format!("{tag}>{inside}</{name}>")
    }

    fn part(&self, depth: usize) -> String {
        let texts = [
            "t",
            "u",
            " ",
            "\n",
            "\r\n",
            "&lt;",
            "&gt;",
            "&amp;",
            "&quot;",
            "&apos;",
            "&#65;",
            "&#x42;",
            "&#32;",
            "&x;",
            "&amp;lt;",
            "&amp;#67;",
            ">",
            "'",
            "\"",
            "é",
            "😀",
            "& ",
            "&&",
            "&a",
            "&amp;a;",
            ";",
        ];
        let plain = ["c", "<", "&", "&lt;", ">", " ", "\n", "]]", "é", "\"", "?"];
        match self.below(if depth == 0 { 7 } else { 11 }) {
            0..=2 => self.text(&texts, 4),
            3 => self.pick(&[" ", "\n  ", "\t"]).to_owned(),
            4 => format!("<![CDATA[{}]]>", self.text(&plain, 4).replace("]]>", "")),
            5 => format!("<!--{}-->", self.text(&plain, 4)),
            6 => format!("<?{}{}?>", self.pick(&["p", "q-r"]), self.pick(&["", " ", " d", "  d e ", "\nf", " <&lt;>"])),
            _ => self.element(depth - 1),
        }
    }

    fn collection(&self, depth: usize) -> Json {
        let names = [
            "a",
            "b",
            "c",
            "n:d",
            "é",
            "@k",
            "@l",
            "#text",
            "#text2",
            "#cdata",
            "#cdata1",
            "#comment",
            "#raw",
            "?p",
            "?q r",
            "_attributes",
        ];
        let wrong = ["", "#", "1", "@", "$", "a b", "@1"];
        let members = (0..1 + self.below(5)).map(|_| {
            let name = if self.below(40) == 0 { self.pick(&wrong) } else { self.pick(&names) };
            // JavaScript's `String()` of a collection is another text.
            let is_scalar = name.starts_with('@') || (name.starts_with('#') && self.below(8) > 0);
            let value = if is_scalar { self.scalar() } else { self.value(depth) };
            (name.to_owned(), value)
        });
        Json::Object(members.collect::<Map<_, _>>())
    }

    fn value(&self, depth: usize) -> Json {
        match self.below(if depth == 0 { 5 } else { 9 }) {
            0..=4 => self.scalar(),
            5 => json!((0..self.below(4)).map(|_| self.value(depth - 1)).collect::<Vec<_>>()),
            6 => json!({}),
            _ => self.collection(depth - 1),
        }
    }

    fn scalar(&self) -> Json {
        let pieces = ["t", "<", ">", "&", "\"", "'", " ", "\n", "\r", "\t", "é", "😀", "&lt;", "]]", "-"];
        match self.below(30) {
            0..=3 => json!(null),
            4..=7 => json!(self.below(2) == 0),
            8..=11 => json!(self.below(2000) as f64 / 8.0 - 100.0),
            12 => json!(self.pick(&["x--y", "?>", "]]>", "\u{1}", "\u{fffe}"])),
            _ => json!(self.text(&pieces, 5)),
        }
    }
}

fn ours(operation: &str, value: &Json) -> Json {
    let value = Value::from_json(value);
    let template = match operation {
        // The text keeps the order of the members.
        "parseXML" => "{{createJSON(parseXML(x))}}",
        _ => "{{createXML(x)}}",
    };
    let outcome = Template::parse(template).eval(&Scope::new().with("x", &value), &FixedHost::new(0, "UTC", 1));
    outcome.map_or(Json::Null, |value| value.to_json())
}

#[test]
fn xmlbuilder_gives_the_same_answers() {
    if std::env::var_os("CONNSPEC_CROSS_CHECK").is_none_or(|value| value != "1") {
        eprintln!("skipped: set CONNSPEC_CROSS_CHECK=1 to compare with xmlbuilder2 and xmlbuilder");
        return;
    }
    let seed = std::env::var_os("CONNSPEC_CROSS_CHECK_SEED").map_or(0x5eed, |seed| {
        seed.to_str().and_then(|seed| seed.parse().ok()).expect("CONNSPEC_CROSS_CHECK_SEED is a number")
    });
    let maker = Maker(FixedHost::new(0, "UTC", seed));
    let mut questions: Vec<(&str, Json)> = (0..1000).map(|_| ("parseXML", json!(maker.document()))).collect();
    questions.extend((0..200).map(|_| ("createXML", maker.collection(3))));
    questions.extend((0..800).map(|_| ("createXML", json!({"a": maker.collection(3)}))));
    let reply = ask_node(&questions);
    let theirs = reply["answers"].as_array().expect("an array of answers");
    assert_eq!(theirs.len(), questions.len());
    let differences: Vec<String> = questions
        .iter()
        .zip(theirs)
        .map(|((operation, value), theirs)| (operation, value, ours(operation, value), theirs))
        .filter(|(_, _, ours, theirs)| ours != *theirs)
        .map(|(operation, value, ours, theirs)| {
            format!("{operation} {value}\n  connspec: {ours}\n  theirs:   {theirs}")
        })
        .collect();
    let (count, differing) = (questions.len(), differences.len());
    assert!(differences.is_empty(), "{differing} of {count} answers differ:\n{}", differences.join("\n"));
    eprintln!("{count} answers equal, {}", reply["versions"]);
    for operation in ["parseXML", "createXML"] {
        let answers = || questions.iter().zip(theirs).filter(|((other, _), _)| *other == operation);
        let errors = answers().filter(|(_, theirs)| theirs.is_null()).count();
        assert!(errors * 2 < answers().count(), "{operation}: {errors} errors");
        eprintln!("  {operation}: {}, {errors} of them errors", answers().count());
    }
}

/// Runs the script on all questions at once.
fn ask_node(questions: &[(&str, Json)]) -> Json {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cross-check");
    assert!(folder.join("node_modules/xmlbuilder2").is_dir(), "run `npm ci` in tests/cross-check first");
    let mut node = Command::new("node")
        .arg("xml.mjs")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is installed");
    let question = |(operation, value): &(&str, Json)| json!({"operation": operation, "value": value});
    let input = Json::Array(questions.iter().map(question).collect()).to_string();
    node.stdin.take().expect("piped").write_all(input.as_bytes()).expect("node reads its input");
    let output = node.wait_with_output().expect("node ends");
    assert!(output.status.success(), "xml.mjs failed");
    serde_json::from_slice(&output.stdout).expect("xml.mjs prints JSON")
}
