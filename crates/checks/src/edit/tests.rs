//! Tables of edits: text before, change, text after.

use connspec_diagnostics::{SourceMap, apply_edits};
use connspec_spec::json;
use serde_json::json;

use super::*;

/// Applies the edits that `change` makes for the value at `pointer`.
fn edited(text: &str, pointer: &str, change: &dyn Fn(&SourceMap, &Node) -> Vec<Edit>) -> String {
    let mut sources = SourceMap::new();
    let source = sources.add("x", text);
    let root = json::read(source, text).node.unwrap();
    let edits = change(&sources, root.at(pointer).unwrap());
    let mended = apply_edits(text, source, &edits).unwrap();
    let again = json::read(source, &mended);
    assert!(!again.findings.iter().any(|finding| finding.rule == "json-syntax"), "{mended}");
    mended
}

#[test]
fn what_is_never_closed_gets_no_first_entry() {
    let cut = "[{ \"a\": {\n \"b\": 1, }\n";
    for text in ["{\"a\": {", "{\"a\": {\n", "{\n  \"a\": {\n \"b\": 1, }\n}", "{\"a\": [", cut] {
        let mut sources = SourceMap::new();
        let source = sources.add("x", text);
        let Some(root) = json::read(source, text).node else { continue };
        root.each(&mut |node| {
            for change in
                [insert_member(&sources, node, "n", &json!(1)), insert_member(&sources, node, "m", &json!({}))]
            {
                assert!(apply_edits(text, source, &change).is_ok(), "{text}");
            }
        });
    }
}

#[test]
fn members_are_inserted() {
    let insert = |text: &str, pointer: &str| {
        edited(text, pointer, &|sources, node| insert_member(sources, node, "n", &json!({"x": [1, "é"]})))
    };
    let new = r#""n": { "x": [1, "é"] }"#;
    for (text, pointer, wanted) in [
        ("{}", "", format!("{{\n    {new}\n}}")),
        ("{\"a\": {}}", "/a", format!("{{\"a\": {{ {new} }}}}")),
        ("{\"a\": 1}", "", format!("{{\"a\": 1, {new}}}")),
        ("{ \"a\": 1 }", "", format!("{{ \"a\": 1, {new} }}")),
        ("{ \"a\": 1 /* c */ }", "", format!("{{ \"a\": 1, /* c */ {new} }}")),
        ("{ \"a\": 1 // c\n}", "", format!("{{ \"a\": 1, {new} // c\n}}")),
        ("{ \"a\": 1, // c\n}", "", format!("{{ \"a\": 1, {new} // c\n}}")),
        ("{\n  \"a\": 1\n}", "", format!("{{\n  \"a\": 1,\n  {new}\n}}")),
        ("{\n  \"a\": 1, // c\n}", "", format!("{{\n  \"a\": 1, // c\n  {new}\n}}")),
        ("{\n  \"a\": 1 // c, d\n  // e\n}", "", format!("{{\n  \"a\": 1, // c, d\n  {new}\n  // e\n}}")),
        ("{\r\n\t\"a\": {\r\n\t}\r\n}", "/a", format!("{{\r\n\t\"a\": {{\r\n\t\t{new}\r\n\t}}\r\n}}")),
        ("{\n  \"a\": {\n    // c\n  }\n}", "/a", format!("{{\n  \"a\": {{\n    // c\n    {new}\n  }}\n}}")),
        ("{ \"a\": { /* c */ } }", "/a", format!("{{ \"a\": {{ /* c */ {new} }} }}")),
    ] {
        assert_eq!(insert(text, pointer), wanted, "{text}");
    }
}

#[test]
fn several_members_are_inserted_at_once() {
    let insert = |text: &str| {
        edited(text, "", &|sources, node| insert_members(sources, node, &[("b", json!(1)), ("c", json!(2))]))
    };
    assert_eq!(insert("{ \"a\": 0 }"), "{ \"a\": 0, \"b\": 1, \"c\": 2 }");
    assert_eq!(insert("{\n \"a\": 0 // d\n}"), "{\n \"a\": 0, // d\n \"b\": 1,\n \"c\": 2\n}");
    assert_eq!(insert("{}"), "{\n    \"b\": 1,\n    \"c\": 2\n}");
}

#[test]
fn elements_are_inserted() {
    let insert = |text: &str| edited(text, "", &|sources, node| insert_element(sources, node, &json!("n")));
    assert_eq!(insert("[1]"), "[1, \"n\"]");
    assert_eq!(insert("[\n  1\n]"), "[\n  1,\n  \"n\"\n]");
    let nested = edited("{ \"a\": [] }", "/a", &|sources, node| insert_element(sources, node, &json!("n")));
    assert_eq!(nested, "{ \"a\": [\"n\"] }");
}

#[test]
fn long_values_are_broken_into_lines() {
    let long = json!({"sanitize": vec!["request.headers.authorization"; 4]});
    let after = edited("{\n  \"a\": 1\n}", "", &|sources, node| insert_member(sources, node, "log", &long));
    let path = "      \"request.headers.authorization\"";
    assert_eq!(
        after,
        format!(
            "{{\n  \"a\": 1,\n  \"log\": {{\n    \"sanitize\": [\n{path},\n{path},\n{path},\n{path}\n    ]\n  }}\n}}"
        )
    );
}

#[test]
fn members_are_removed() {
    let remove = |text: &str| {
        edited(text, "", &|sources, node| remove_member(sources, node, node.member("x").expect("every text has it")))
    };
    for (text, wanted) in [
        ("{\"x\": 1}", "{}"),
        ("{ \"x\": 1, }", "{  }"),
        ("{ \"x\": 1, \"b\": 2 }", "{ \"b\": 2 }"),
        ("{ \"a\": 1, \"x\": 2 }", "{ \"a\": 1 }"),
        ("{ \"a\": 1, \"x\": [2], \"c\": 3 }", "{ \"a\": 1, \"c\": 3 }"),
        ("{\n  \"x\": 1,\n  \"b\": 2\n}", "{\n  \"b\": 2\n}"),
        ("{\n  \"a\": 1,\n  \"x\": 2\n}", "{\n  \"a\": 1\n}"),
        ("{\n  \"a\": 1,\n  \"x\": 2,\n}", "{\n  \"a\": 1\n}"),
        ("{\r\n  \"x\": 1,\r\n  \"b\": 2\r\n}", "{\r\n  \"b\": 2\r\n}"),
        ("{\n  \"a\": 1, // one, two\n  \"x\": 2\n}", "{\n  \"a\": 1 // one, two\n}"),
        ("{\n  \"x\": 1, // kept\n  \"b\": 2\n}", "{\n   // kept\n  \"b\": 2\n}"),
        ("{\n  \"x\": 1 /* , */,\n  \"b\": 2\n}", "{\n   /* , */\n  \"b\": 2\n}"),
        ("{\n  // about x\n  \"x\": 1\n}", "{\n  // about x\n}"),
    ] {
        assert_eq!(remove(text), wanted, "{text}");
    }
}

#[test]
fn elements_are_removed_and_values_replaced() {
    let without = |text: &str, index| edited(text, "", &|sources, node| remove_element(sources, node, index));
    assert_eq!(without("[1, 2, 3]", 1), "[1, 3]");
    assert_eq!(without("[1, 2, 3]", 2), "[1, 2]");
    assert_eq!(without("[1]", 0), "[]");
    assert_eq!(without("[1]", 1), "[1]");
    let replaced =
        edited("{ \"a\": \"true\" /* c */ }", "/a", &|sources, node| replace_value(sources, node, &json!(true)));
    assert_eq!(replaced, "{ \"a\": true /* c */ }");
}

#[test]
fn members_are_renamed() {
    let renamed = edited("{ \"he\\u0061der\": {} }", "", &|_, node| {
        rename_member(node.member("header").expect("it is there"), "headers")
    });
    assert_eq!(renamed, "{ \"headers\": {} }");
}
