//! What each renderer makes of the same findings.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
use connspec_diagnostics::render::{HumanOptions, Located, github, human, json, sarif};
use connspec_diagnostics::{Diagnostic, EscapeMap, Fix, Place, Severity, SourceMap, Span};

const FILE: &str = r#"{
  "token": {
    "header": { "x": "é\u0041{{ bas64('a') }}" },
    "url": "/token"
  }
}
"#;

/// One finding inside an expression behind an escape, one with a safe fix, one without a place.
fn findings() -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let file = sources.add("api/token, a.json", FILE);
    let literal_start = FILE.find("\"é").unwrap();
    let literal = &FILE[literal_start..FILE.find(" },").unwrap()];
    let (decoded, map) = EscapeMap::for_json_string(literal, literal_start as u32);
    let at = decoded.find("bas64").unwrap();
    let call = Place::new(file, map.to_file(Span::new(at, at + 5)));
    let key = FILE.find("\"header\"").unwrap();
    let key = Place::new(file, Span::new(key, key + 8));
    let url = FILE.find("\"/token\"").unwrap();
    let url = Place::new(file, Span::new(url, url + 8));
    let found = vec![
        Diagnostic::new("CS0700", "unknown-function", Severity::Error, "`bas64` is no function")
            .at(call)
            .label("not known")
            .why("Make stops with an error when it evaluates this expression")
            .help("did you mean `base64`?")
            .in_block("token")
            .also(url, "sent to here"),
        Diagnostic::new("CS0004", "unknown-directive", Severity::Warning, "`header` is no directive")
            .at(key)
            .fix(Fix::safe("rename `header` to `headers`").replace(key, "\"headers\"")),
        Diagnostic::new(
            "CS0014",
            "connection-without-verification",
            Severity::Info,
            "nothing verifies\nthe connection",
        ),
    ];
    (sources, found)
}

fn located<'a>(sources: &'a SourceMap, found: &'a [Diagnostic]) -> Vec<Located<'a>> {
    found.iter().map(|finding| (sources, finding)).collect()
}

#[test]
fn people_see_the_place_the_reason_and_the_mend() {
    let (sources, found) = findings();
    let drawn: Vec<String> = found.iter().map(|finding| human(&sources, finding, HumanOptions::default())).collect();
    insta::assert_snapshot!(drawn.join("\n\n"));
}

#[test]
fn a_help_that_is_the_title_of_the_fix_is_said_once() {
    let mut sources = SourceMap::new();
    let file = sources.add("a.json", "{ \"a\": 1, \"b\": 2 }\n");
    let place = Place::new(file, Span::new(8, 16));
    let finding = Diagnostic::new("CS0000", "test", Severity::Info, "nobody reads it").at(place).help("take it out");
    let count = |finding: &Diagnostic| human(&sources, finding, HumanOptions::default()).matches("take it out").count();
    assert_eq!(count(&finding), 1);
    assert_eq!(count(&finding.clone().fix(Fix::safe("take it out").replace(place, ""))), 1);
    // Another help says something of its own.
    assert_eq!(count(&finding.fix(Fix::safe("leave it out").replace(place, ""))), 1);
}

#[test]
fn columns_of_a_finding_behind_an_escape_are_those_of_the_file() {
    let (sources, found) = findings();
    let all: serde_json::Value = serde_json::from_str(&json(&located(&sources, &found))).unwrap();
    let line = FILE.lines().nth(2).unwrap();
    let column = line[..line.find("bas64").unwrap()].encode_utf16().count() + 1;
    assert_eq!((all[0]["line"].as_u64(), all[0]["column"].as_u64()), (Some(3), Some(column as u64)));
    assert_eq!(all[0]["endColumn"].as_u64(), Some(column as u64 + 5));
    insta::assert_json_snapshot!(all);
}

#[test]
fn github_gets_one_command_a_finding() {
    let (sources, found) = findings();
    insta::assert_snapshot!(github(&located(&sources, &found)));
}

#[test]
fn sarif_names_rules_places_and_fixes() {
    let (sources, found) = findings();
    let log: serde_json::Value = serde_json::from_str(&sarif(&located(&sources, &found), "0.0.0", &|_| None)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    insta::assert_json_snapshot!(log);
}

#[test]
fn a_minified_file_is_drawn_short() {
    let text = format!("{{\"header\":{{}},\"body\":\"{}\"}}", "x".repeat(200_000));
    let mut sources = SourceMap::new();
    let file = sources.add("a.json", text);
    let key = Place::new(file, Span::new(1, 9));
    let finding = Diagnostic::new("CS0104", "unknown-directive", Severity::Warning, "`header` is no directive")
        .at(key)
        .fix(Fix::safe("rename").replace(key, "\"headers\""));
    let drawn = human(&sources, &finding, HumanOptions::default());
    assert!(drawn.len() < 2_000, "{} bytes", drawn.len());
}

/// A line that a fix would write is shown as it would be, from its beginning to its end.
#[test]
fn a_line_that_changes_is_drawn_whole() {
    let text = format!("{{\n\"b\": \"{}\",\n\"header\": {{}}, \"a\": \"{}\"}}\n", "y".repeat(350), "x".repeat(350));
    let mut sources = SourceMap::new();
    let file = sources.add("a.json", text.as_str());
    let (at, end) = (text.find("\"header\"").unwrap(), text.len() - 2);
    let finding = Diagnostic::new("CS0104", "unknown-directive", Severity::Warning, "`header` is no directive")
        .at(Place::new(file, Span::new(at, at + 8)))
        .fix(Fix::safe("rename").replace(Place::new(file, Span::new(end, end)), ", \"headers\": {}"));
    let drawn = human(&sources, &finding, HumanOptions::default());
    let changed = format!("\"header\": {{}}, \"a\": \"{}\", \"headers\": {{}}}}", "x".repeat(350));
    assert!(drawn.contains(&changed), "{drawn}");
}

#[test]
fn the_mark_stands_under_what_is_meant_whatever_the_width_of_letters_and_line_numbers() {
    use unicode_width::UnicodeWidthStr;
    let table = [
        ("{{a + b}}", "b"),
        ("漢字と仮名 {{x}}", "x"),
        ("e\u{301}e\u{301}n\u{303} {{x}}", "x"),
        ("😀 🎉 {{x}}", "x"),
        ("ｆｕｌｌ {{x}}", "x"),
        ("\t\t{{x}}", "x"),
        ("\tä漢e\u{301}😀\t {{x}}", "x"),
        ("x {{'漢字'}}", "'漢字'"),
        ("é {{'e\u{301}'}} y", "'e\u{301}'"),
        ("\u{200b}zero {{x}}", "x"),
    ];
    for (line, meant) in table {
        for lines_before in [0, 8, 9, 99, 999] {
            let text = format!("{}{line}\nlast\n", "first\n".repeat(lines_before));
            let start = text.find("{{").unwrap() + text[text.find("{{").unwrap()..].find(meant).unwrap();
            let mut sources = SourceMap::new();
            let file = sources.add("a.txt", text);
            let place = Place::new(file, Span::new(start, start + meant.len()));
            let finding = Diagnostic::new("CS0801", "expression-syntax", Severity::Error, "here").at(place);
            let drawn = human(&sources, &finding, HumanOptions::default());
            let lines: Vec<&str> = drawn.lines().collect();
            let marked = lines.iter().position(|line| line.contains('^')).unwrap();
            let (shown, mark) = (lines[marked - 1], lines[marked]);
            let at = shown.find("{{").unwrap() + shown[shown.find("{{").unwrap()..].find(meant).unwrap();
            let case = format!("{line:?} behind {lines_before} lines:\n{drawn}");
            assert_eq!(mark[..mark.find('^').unwrap()].width(), shown[..at].width(), "{case}");
            assert_eq!(mark.matches('^').count(), meant.width(), "{case}");
            assert!(shown.starts_with(&format!("{} |", lines_before + 1)), "{case}");
        }
    }
}

#[test]
fn services_get_paths_as_the_repository_has_them() {
    for (name, path) in
        [("./app/api.json", "app/api.json"), ("app/api.json", "app/api.json"), ("../a.json", "../a.json")]
    {
        let mut sources = SourceMap::new();
        let file = sources.add(name, "{}");
        let found = [Diagnostic::new("CS0104", "unknown-directive", Severity::Warning, "no directive")
            .at(Place::new(file, Span::new(0, 1)))];
        let located = located(&sources, &found);
        assert!(github(&located).starts_with(&format!("::warning file={path},")), "{}", github(&located));
        let log: serde_json::Value = serde_json::from_str(&sarif(&located, "0.0.0", &|_| None)).unwrap();
        let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], path);
    }
}

#[test]
fn the_place_of_a_cut_line_is_that_of_the_file() {
    let text = format!("{{\n\"x\": \"{}\", \"header\": {{}} }}\n", "ü".repeat(100_000));
    let mut sources = SourceMap::new();
    let file = sources.add("a.json", text.as_str());
    let start = text.find("\"header\"").unwrap();
    let key = Place::new(file, Span::new(start, start + 8));
    let first = Place::new(file, Span::new(2, 5));
    let finding = Diagnostic::new("CS0104", "unknown-directive", Severity::Warning, "`header` is no directive")
        .at(key)
        .also(first, "this is one");
    let drawn = human(&sources, &finding, HumanOptions::default());
    assert!(drawn.contains(&format!(" --> a.json:2:{}\n", sources.position(key).column)), "{drawn}");
    assert!(drawn.contains("::: a.json:2:1\n"), "{drawn}");
    assert!(drawn.contains("\"header\": {} }") && drawn.contains("this is one"), "{drawn}");
}

/// The place that people read is the one that programs read: as an editor counts, whatever stands before it on the line.
#[test]
fn the_place_that_is_drawn_is_that_of_the_editor() {
    for (text, meant, place) in [
        ("\u{feff}{\"header\": {}}\n", "\"header\"", "1:2"),
        ("\u{feff}{\n\"header\": {}}\n", "{", "1:1"),
        ("\u{feff}{\n\"header\": {}}\n", "\"header\"", "2:1"),
        ("{\"😀é\": 1, \"header\": {}}\n", "\"header\"", "1:12"),
    ] {
        let mut sources = SourceMap::new();
        let file = sources.add("a.json", text);
        let start = text.find(meant).unwrap();
        let key = Place::new(file, Span::new(start, start + meant.len()));
        let finding = Diagnostic::new("CS0104", "unknown-directive", Severity::Warning, "`header` is no directive")
            .at(key)
            .also(Place::new(file, Span::new(text.len() - 2, text.len() - 1)), "the end")
            .fix(Fix::safe("rename").replace(key, "\"headers\""));
        for colour in [false, true] {
            let drawn = human(&sources, &finding, HumanOptions { colour, width: 0 });
            assert!(drawn.contains(&format!("a.json:{place}\n")), "{drawn}");
            assert!(!drawn.contains('\u{feff}'), "{drawn}");
        }
        let all: serde_json::Value = serde_json::from_str(&json(&[(&sources, &finding)])).unwrap();
        assert_eq!(format!("{}:{}", all[0]["line"], all[0]["column"]), place);
    }
}

#[test]
fn places_far_apart_are_drawn_without_what_lies_between() {
    let text = format!("{{\n\"url\": 1,\n{}\"url\": 2\n}}\n", "\"between\": 0,\n".repeat(10_000));
    let mut sources = SourceMap::new();
    let file = sources.add("a.json", text.as_str());
    let (first, last) = (text.find("\"url\"").unwrap(), text.rfind("\"url\"").unwrap());
    let at = |start| Place::new(file, Span::new(start, start + 5));
    let finding = Diagnostic::new("CS0109", "duplicate-key", Severity::Error, "`url` stands twice")
        .at(at(last))
        .label("this one counts")
        .also(at(first), "the first one");
    let drawn = human(&sources, &finding, HumanOptions::default());
    insta::assert_snapshot!(drawn);
}

/// A secret in the lines around, in the message, and in what a fix would write.
fn with_secrets() -> (SourceMap, Vec<Diagnostic>) {
    let text = r#"{
  "header": {},
  "body": { "client_secret": "acme-demo-secret", "x": "Bearer k7Fq2pZx9LmN4vRt8WbY" }
}
"#;
    let mut sources = SourceMap::new();
    let file = sources.add("a.json", text);
    let place = |part: &str| {
        let start = text.find(part).unwrap();
        Place::new(file, Span::new(start, start + part.len()))
    };
    let found = vec![
        Diagnostic::new("CS0104", "unknown-directive", Severity::Warning, "`header` is no directive")
            .at(place("\"header\""))
            .fix(Fix::safe("rename").replace(place("\"header\""), "\"headers\"")),
        Diagnostic::new("CS0616", "secret-in-source", Severity::Error, "`acme-demo-secret` is written out")
            .at(place("acme-demo-secret"))
            .label("k7Fq2pZx9LmN4vRt8WbY")
            .why("acme-demo-secret")
            .help("not k7Fq2pZx9LmN4vRt8WbY")
            .also(place("\"x\""), "beside acme-demo-secret")
            .fix(Fix::suggestion("move acme-demo-secret").replace(place("\"header\""), "\"acme-demo-secret\"")),
    ];
    (sources, found)
}

#[test]
fn no_output_shows_a_secret() {
    let (sources, found) = with_secrets();
    let located = located(&sources, &found);
    let drawn: String =
        found.iter().map(|finding| human(&sources, finding, HumanOptions::default()) + "\n\n").collect();
    let json = json(&located);
    for (name, output) in
        [("human", &drawn), ("json", &json), ("sarif", &sarif(&located, "0", &|_| None)), ("github", &github(&located))]
    {
        assert!(!output.contains("acme-demo-secret") && !output.contains("k7Fq2pZx"), "{name}:\n{output}");
    }
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json[0]["fix"].is_object(), "a fix beside a secret stays");
    assert!(json[1]["fix"].is_null(), "one that would write it with its letters hidden must not be applied");
    insta::assert_snapshot!(drawn);
}
