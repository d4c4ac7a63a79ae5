//! What is read, what is refused, and with which words.

use connspec_diagnostics::{Severity, apply_edits};

use super::*;

fn read_text(text: &str) -> (SourceMap, Reading) {
    let mut sources = SourceMap::new();
    let (_, reading) = read_bytes(&mut sources, "t.json", text.as_bytes());
    (sources, reading)
}

/// Position, severity and message of every finding.
fn complaints(text: &str) -> Vec<String> {
    let (sources, reading) = read_text(text);
    let described = |finding: &Diagnostic| {
        let place = finding.place.expect("every finding of reading has a place");
        format!("{} {}: {}", sources.describe(place), finding.severity, finding.message)
    };
    reading.findings.iter().map(described).collect()
}

#[test]
fn comments_byte_order_marks_and_line_ends_are_no_fault() {
    for text in [
        "{}",
        "// a\n{ /* b */ \"a\": [] } // c",
        "\u{feff}{\"a\": 1}",
        "{\r\n  \"a\": \"x\"\r\n}\r\n",
        "  [1, -2.5e10, true, false, null, \"\\u00e9\\ud83d\\ude00\"]",
        "\"only a text\"",
    ] {
        let (_, reading) = read_text(text);
        assert!(reading.node.is_some() && reading.findings.is_empty(), "{text:?}: {:?}", reading.findings);
    }
}

#[test]
fn what_is_wrong_is_said_where_it_is() {
    for (text, expected) in [
        ("{\"a\": 1\n \"b\": 2}", "t.json:1:8 error: a comma is missing here"),
        ("[1 2]", "t.json:1:3 error: a comma is missing here"),
        ("{'a': 1}", "t.json:1:2 error: a text in single quotes"),
        ("{url: 1}", "t.json:1:2 error: the key `url` has no quotes"),
        ("{\"a\" 1}", "t.json:1:6 error: a colon is missing after this key"),
        ("{\"a\": }", "t.json:1:7 error: a `}` that closes nothing"),
        ("{\"a\": 1", "t.json:1:8 error: `}` is missing here: the object that begins at 1:1 is never closed"),
        ("[1", "t.json:1:3 error: `]` is missing here: the list that begins at 1:1 is never closed"),
        ("{} {}", "t.json:1:4 error: text after the end of the JSON value"),
        ("{\"a\": \"b}", "t.json:1:7 error: this text is never closed"),
        (
            "{\"a\": \"{{b + \":\" + c}}\"}",
            "t.json:1:14 error: this double quote ends the text in the middle of its expression",
        ),
        ("{\"a\": \"b\\x\"}", "t.json:1:9 error: JSON knows no such escape"),
        ("[\"\\ud83d\"]", "t.json:1:3 error: half of a surrogate pair"),
        ("/* never", "t.json:1:1 error: this comment is never closed"),
        ("[True]", "t.json:1:2 error: `True` is no JSON"),
        ("[undefined]", "t.json:1:2 error: `undefined` is no JSON"),
        ("[“a”]", "t.json:1:2 error: typographic quotes are no JSON quotes"),
        ("[.5]", "t.json:1:2 error: this is no JSON number"),
        ("[0x10]", "t.json:1:2 error: this is no JSON number"),
        ("[1,,2]", "t.json:1:4 error: a comma where a value should stand"),
        ("", "t.json:1:1 error: the file holds no JSON value"),
        ("// nothing", "t.json:1:1 error: the file holds no JSON value"),
        ("{\"a\": \"b\tc\"}", "t.json:1:9 error: a raw control character inside a text (write `\\t`)"),
        ("[1,]", "t.json:1:3 warning: a comma after the last entry"),
        ("[9007199254740993]", "t.json:1:2 warning: `9007199254740993` does not fit a JavaScript number"),
        ("[1e999]", "t.json:1:2 warning: `1e999` does not fit a JavaScript number"),
    ] {
        assert_eq!(complaints(text), [expected], "{text:?}");
    }
}

/// Where the missing bracket belongs; with the place of the one that opens, however far away.
#[test]
fn a_bracket_that_is_never_closed_is_told_with_both_its_ends() {
    for (text, expected) in [
        (
            "{\n  \"a\": 1,\n  \"b\": {}\n\n// end\n",
            "t.json:3:10 error: `}` is missing here: the object that begins at 1:1 is never closed",
        ),
        (
            "\u{feff}{ \"é😀\": [\n  1\n",
            "t.json:2:4 error: `]}` is missing here: the list that begins at 1:10 is never closed, nor is what is around it",
        ),
        // What follows shows by its indentation which one it is.
        (
            "{\n  \"a\": {\n    \"b\": 1,\n  \"c\": 2\n}",
            "t.json:2:8 error: this object is never closed: by its indentation it ends before line 4",
        ),
        // Where the indentation means nothing, brackets are counted.
        (
            "{\n  \"a\": {\n    \"b\": 1\n  },\n\"c\": 2\n",
            "t.json:5:7 error: `}` is missing here: the object that begins at 1:1 is never closed",
        ),
        (
            "{\n  \"a\": {\n    \"b\": [{\n  \"c\": 1 }],\n  \"d\": { \"e\": 2 },\n  \"f\": 1\n }\n",
            "t.json:2:8 error: this object is never closed: by its indentation it ends before line 5",
        ),
    ] {
        assert_eq!(complaints(text), [expected], "{text:?}");
    }
}

#[test]
fn a_forgotten_quote_is_reported_on_its_own_line() {
    let text = "{\n  \"url\": \"https://a.test,\n  \"method\": \"GET\"\n}";
    assert_eq!(complaints(text), ["t.json:2:10 error: this text is not closed"]);
    let text = "{\n  \"help\": \"one\ntwo\"\n}";
    assert_eq!(complaints(text), ["t.json:2:11 error: a line break inside a text"]);
    assert!(read_text(text).1.node.is_some(), "its meaning is plain, so reading goes on");
}

#[test]
fn one_slip_does_not_hide_the_next() {
    let text = "{\n  url: 'https://a.test'\n  \"method\": \"GET\",\n}";
    let found = complaints(text);
    assert_eq!(found.len(), 4, "{found:?}");
    let node = read_text(text).1.node.unwrap();
    assert_eq!(node.to_json(), serde_json::json!({"url": "https://a.test", "method": "GET"}));
}

#[test]
fn fixes_mend_what_they_say() {
    for (text, mended) in [
        ("[1, /* x */ ]", "[1 /* x */ ]"),
        ("{\"a\": \"b\tc\"}", "{\"a\": \"b\\tc\"}"),
        ("{\"a\": 1 \"b\": 2}", "{\"a\": 1, \"b\": 2}"),
        ("{a: 1}", "{\"a\": 1}"),
        ("[True]", "[true]"),
        ("{\"a\": [1]", "{\"a\": [1]}"),
        ("{\r\n  \"a\": {\r\n  } // b\r\n", "{\r\n  \"a\": {\r\n  }\r\n} // b\r\n"),
    ] {
        let (sources, reading) = read_text(text);
        let source = sources.find("t.json").unwrap();
        let edits = reading.findings.iter().flat_map(|finding| finding.fix.iter().flat_map(|fix| &fix.edits));
        assert_eq!(apply_edits(text, source, edits).unwrap(), mended);
        assert!(complaints(mended).is_empty());
    }
}

#[test]
fn places_count_the_byte_order_mark_as_the_file_does() {
    let (sources, reading) = read_text("\u{feff}{\"a\": \"é\"}");
    let node = reading.node.unwrap();
    assert_eq!(node.get("a").unwrap().text_in(&sources), "\"é\"");
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    for (bytes, message) in [
        (&b"{\"a\": \"\xe9\"}"[..], "the file is not UTF-8 from here on"),
        (&b"\xff\xfe{\0}\0"[..], "the file is UTF-16, not UTF-8"),
        (&b"\x80"[..], "the file is not UTF-8 from here on"),
    ] {
        let mut sources = SourceMap::new();
        let (_, reading) = read_bytes(&mut sources, "t.json", bytes);
        assert!(reading.node.is_none());
        let finding = &reading.findings[0];
        assert_eq!((finding.message.as_str(), finding.severity), (message, Severity::Error));
    }
    let mut sources = SourceMap::new();
    let (_, reading) = read_bytes(&mut sources, "t.json", b"{\n\"a\": \"\xe9\"}");
    assert_eq!(sources.describe(reading.findings[0].place.unwrap()), "t.json:2:7");
}

#[test]
fn nothing_exhausts_the_stack_or_the_clock() {
    let deep = "[".repeat(100_000);
    assert_eq!(complaints(&deep), ["t.json:1:129 error: brackets nested more than 128 deep"]);
    let deep = "{\"a\":".repeat(100_000);
    assert_eq!(complaints(&deep).len(), 1);
    let fits = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert!(complaints(&fits).is_empty());
    let objects = format!("{}1{}", "{\"a\":".repeat(MAX_DEPTH), "}".repeat(MAX_DEPTH));
    assert!(complaints(&objects).is_empty());
    let commas = format!("[{}]", "1,".repeat(100_000));
    assert_eq!(complaints(&commas).len(), 1);
}

#[test]
fn findings_of_one_kind_are_counted_rather_than_repeated() {
    let found = complaints(&format!("[{}1]", "[1,],".repeat(1_000)));
    assert_eq!(found.len(), 100);
    assert_eq!(found[99], "t.json:1:499 warning: a comma after the last entry (and 900 more in this file)");
}

#[test]
fn an_object_of_many_keys_is_read_in_linear_time() {
    let members: Vec<_> = (0..50_000).map(|key| format!("\"k{key}\": {key}")).collect();
    let (_, reading) = read_text(&format!("{{{}}}", members.join(",")));
    assert_eq!(reading.node.unwrap().effective_members().count(), 50_000);
}

#[test]
fn any_bytes_give_a_tree_or_a_finding() {
    let alphabet: &[&[u8]] = &[
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"a\"",
        b"\"",
        b"'",
        b"\\",
        b"\\u12",
        b"//",
        b"/*",
        b"*/",
        b"\n",
        b"1",
        b"-",
        b"t",
        b"true",
        b"\xff",
        b"\t",
        "é".as_bytes(),
    ];
    // A linear congruential sequence (Knuth's MMIX constants): the same ten thousand texts on every run.
    let mut state = 1_u64;
    let mut next = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    for _ in 0..10_000 {
        let bytes: Vec<u8> = (0..next(24)).flat_map(|_| alphabet[next(alphabet.len())].to_vec()).collect();
        let mut sources = SourceMap::new();
        let (_, reading) = read_bytes(&mut sources, "t.json", bytes.as_slice());
        assert!(reading.node.is_some() || !reading.findings.is_empty(), "{bytes:?}");
        for finding in &reading.findings {
            sources.describe(finding.place.unwrap());
        }
    }
}
