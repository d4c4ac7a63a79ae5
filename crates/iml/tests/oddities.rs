//! Every oddity that iml.md says must be said, in the order of its sections: expression, code, column.

use connspec_iml::{FixedHost, JsonTemplate, Options, Scope, Template, Value};
use serde_json::json;

fn variables() -> Value {
    Value::from_tagged(&json!({
        "a": 1, "b": 2, "z": 0, "t": "text", "l": ["x", "y"], "ll": [{"k": 1}], "o": {"k": "v"}, "f": false,
        "d": {"$date": "2024-01-02T00:00:00.000Z"}, "x": {"$binary": "AP8="},
        "headers": {"content": 5}, "type": 1, "deep": {"user": 1},
    }))
}

/// The code and the column of everything that is said, the error of the evaluation among it; columns count from 1.
fn said(source: &str) -> Vec<(&'static str, usize)> {
    let variables = variables();
    let scope = Scope::from_collection(variables.as_collection().expect("an object"));
    let template = Template::parse(source);
    let (outcome, of_values) = template.eval_with_findings(&scope, &FixedHost::new(0, "UTC", 1));
    let column = |start: usize| source[..start].chars().count() + 1;
    let findings = template.findings().iter().chain(&of_values);
    let mut said: Vec<_> = findings.map(|finding| (finding.code, column(finding.span.range().start))).collect();
    if let Err(error) = outcome {
        let place = (error.code, column(error.span.range().start));
        if !said.contains(&place) {
            said.push(place);
        }
    }
    said.sort_by_key(|(_, column)| *column);
    said
}

#[test]
fn every_oddity_of_the_reference_is_said_at_its_column() {
    let table: &[(&str, &[(&str, usize)])] = &[
        // 2: templates
        ("a {{b", &[("unbalanced-braces", 3)]),
        ("{{a}} {{", &[("unbalanced-braces", 7)]),
        ("{{}}", &[("empty-expression", 3)]),
        ("x{{ }}", &[("empty-expression", 4)]),
        ("a }}", &[]),
        // 4: no array and object literals, no `?:`, `??`, assignment, lambda, member access on a result
        ("{{['a']}}", &[("inline-literal", 3)]),
        ("{{[]}}", &[("inline-literal", 3)]),
        ("{{join(['a', 'b'])}}", &[("inline-literal", 8)]),
        ("{{ {x: 1} }}", &[("inline-literal", 4)]),
        ("{{ { country: t } }}", &[("inline-literal", 4)]),
        ("{{ { }}", &[("inline-literal", 4)]),
        ("{{ } }}", &[("inline-literal", 4)]),
        ("{{a + { }}", &[("inline-literal", 7)]),
        ("{{!} }}", &[("inline-literal", 4)]),
        ("{{if(a, {, b)}}", &[("inline-literal", 9)]),
        ("{{a ? 1 : 2}}", &[("juxtaposition", 3)]),
        ("{{a ?? b}}", &[("juxtaposition", 3)]),
        ("{{a and b}}", &[("juxtaposition", 3)]),
        ("{{a or b}}", &[("juxtaposition", 3)]),
        ("{{a mod b}}", &[("juxtaposition", 3)]),
        ("{{first(ll).k}}", &[("member-of-result", 12)]),
        ("{{a => a}}", &[("missing-operand", 6)]),
        ("{{1e5}}", &[("malformed-number", 3)]),
        ("{{.5}}", &[("unexpected-character", 3)]),
        // 5: keywords are case-sensitive, unknown names undefined
        ("{{True}}", &[("unknown-variable", 3)]),
        ("{{lorem}}", &[("unknown-variable", 3)]),
        ("{{emptyobject}}", &[("unknown-variable", 3)]),
        ("{{body.id}}", &[("unknown-variable", 3)]),
        ("{{undefined}}", &[]),
        ("{{a.b.c}}", &[]),
        // 6.2, C5: a collection as text
        ("x{{o}}", &[("collection-as-text", 2)]),
        ("{{o}}{{a}}", &[("collection-as-text", 1)]),
        ("{{ll}} ", &[("collection-as-text", 1)]),
        ("{{'a' + o}}", &[("collection-as-text", 7)]),
        ("{{toString(o)}}", &[("collection-as-text", 3)]),
        ("{{join(ll)}}", &[("collection-as-text", 3)]),
        ("{{o}}", &[]),
        ("{{l}} ", &[]),
        ("{{createJSON(o)}}", &[]),
        // 7, C1: operands of two kinds
        ("{{1 = '1'}}", &[("mixed-comparison", 3)]),
        ("{{1 == '1'}}", &[("mixed-comparison", 3)]),
        ("{{'0' === 0}}", &[("mixed-comparison", 3)]),
        ("{{1 != '1'}}", &[("mixed-comparison", 3)]),
        ("{{1 !== true}}", &[("mixed-comparison", 3)]),
        ("{{if((a = '1'), 1)}}", &[("mixed-comparison", 7)]),
        ("{{f = 'false'}}", &[("mixed-comparison", 3)]),
        ("{{indexOf('abc', 'z') = '-1'}}", &[("mixed-comparison", 3)]),
        ("{{l = ''}}", &[("mixed-comparison", 3)]),
        ("{{o = 'x'}}", &[("mixed-comparison", 3)]),
        ("{{x = 't'}}", &[("mixed-comparison", 3)]),
        ("{{d = 'soon'}}", &[("mixed-comparison", 3)]),
        ("{{d = 5}}", &[("mixed-comparison", 3)]),
        ("{{d = '2024-01-02'}}", &[]),
        ("{{a = null}}", &[]),
        ("{{a = 1}}", &[]),
        ("{{emptystring = ''}}", &[]),
        ("{{'10' < 9}}", &[]),
        // 7: juxtaposition, dashes in names
        ("{{'ERROR: ' t}}", &[("juxtaposition", 3)]),
        ("{{upper(t)lower(t)}}", &[("juxtaposition", 3)]),
        ("{{headers.content-type}}", &[("hyphen-without-backticks", 3)]),
        ("{{headers.content - type}}", &[]),
        // 8, C3: positions count from 1
        ("{{l[0]}}", &[("zero-index", 4)]),
        ("{{l.0}}", &[("zero-index", 5)]),
        ("{{l[z]}}", &[("zero-index", 4)]),
        ("{{l[a - 1]}}", &[("zero-index", 4)]),
        ("{{get(l, 0)}}", &[("zero-index", 10)]),
        ("{{l[1]}}", &[]),
        ("{{o[z]}}", &[]),
        ("{{l.name}}", &[("unknown-member", 4)]),
        ("{{l.length}}", &[("unknown-member", 4)]),
        ("{{t.length}}", &[("unknown-member", 4)]),
        ("{{l.9}}", &[]),
        ("{{deep.usr}}", &[("unknown-member", 7)]),
        ("{{deep.other}}", &[]),
        // 9, 10, C9, C10, C20: errors
        ("{{if(a)}}", &[("argument-count", 3)]),
        ("{{lower(t, a)}}", &[("argument-count", 3)]),
        ("{{if(a, b,)}}", &[]),
        ("{{lower(t,)}}", &[]),
        ("{{t.upper()}}", &[("missing-operand", 3)]),
        ("{{t.concat(a)}}", &[("juxtaposition", 3)]),
        ("{{t.replace(a, b)}}", &[("unexpected-separator", 14)]),
        ("{{nosuch(1)}}", &[("unknown-function", 3)]),
        ("{{values(o)}}", &[("unknown-function", 3)]),
        ("{{(1 + 2}}", &[("unclosed-bracket", 3)]),
        ("{{upper(t}}", &[("unclosed-bracket", 8)]),
        ("{{(1, 2)}}", &[("unexpected-separator", 5)]),
        ("{{1, 2}}", &[("unexpected-character", 4)]),
        // C16: text without quotes
        ("{{formatDate(d, YYYY-MM-DD)}}", &[("unquoted-text", 17)]),
        ("{{sort(l, desc)}}", &[("unquoted-text", 11)]),
        ("{{dateDiff(d, d, D)}}", &[("invalid-argument", 18), ("unquoted-text", 18)]),
        ("{{sha1(t, hex)}}", &[("unquoted-text", 11)]),
        ("{{formatDate(d, t)}}", &[]),
    ];
    for (source, expected) in table {
        let mut expected = expected.to_vec();
        let mut said = said(source);
        expected.sort_by_key(|(code, column)| (*column, *code));
        said.sort_by_key(|(code, column)| (*column, *code));
        assert_eq!(said, expected, "{source}");
    }
}

#[test]
fn findings_say_what_to_do() {
    let help = |source: &str| {
        let variables = variables();
        let scope = Scope::from_collection(variables.as_collection().expect("an object"));
        let template = Template::parse(source);
        let (outcome, of_values) = template.eval_with_findings(&scope, &FixedHost::new(0, "UTC", 1));
        let error = outcome.err().map(|error| format!("{}: {}", error.message, error.help));
        let findings = template.findings().iter().chain(&of_values);
        findings
            .map(|finding| format!("{}: {}", finding.message, finding.help))
            .chain(error)
            .collect::<Vec<_>>()
            .join("\n")
    };
    for (source, words) in [
        ("{{True}}", "did you mean `true`?"),
        ("{{emptyArray}}", "did you mean `emptyarray`?"),
        ("{{body.id}}", "Make sets it"),
        ("{{hex}}", "in quotes"),
        ("x{{o}}", "createJSON"),
        ("{{first(ll).k}}", "write get(first(ll), 'k')"),
        ("{{a ?? b}}", "write ifempty(value, fallback)"),
        ("{{t.toUpperCase()}}", "write upper(t)"),
        ("{{o.k.trim()}}", "write trim(o.k)"),
        ("{{deep.usr}}", "did you mean `user`?"),
        ("{{l.name}}", "write [1].name for the first item's, map(…, 'name') for all"),
        ("{{t.length}}", "write length(…)"),
        ("{{if a = 1 then 2}}", "write if("),
        ("{{upper}}", "`upper` is a function"),
        ("{{{t}}}", "an expression opens with"),
        ("{{add(t, 1)}}", "the call is add("),
        ("{{append(l, 1)}}", "did you mean `add`?"),
        ("{{values(o)}}", "write map(toArray(collection), 'value')"),
        ("{{or(a, b)}}", "write `a | b`"),
        ("{{and(a, b)}}", "write `a & b`"),
        ("{{not(a)}}", "write `!a`"),
        ("{{dateDifference(d, d, 'D')}}", "write dateDiff(endDate, startDate, unit)"),
        ("{{now()}}", "`now` is a value: write it without parentheses"),
        ("{{nosuch(1)}}", "eval --functions"),
        ("{{missing * 2}}", "ifempty(value, 0)"),
        ("{{d * 2}}", "addSeconds"),
    ] {
        assert!(help(source).contains(words), "{source}: {}", help(source));
    }
}

#[test]
fn a_key_is_no_template() {
    let found = |json: serde_json::Value| -> Vec<(String, &'static str)> {
        let template = JsonTemplate::from_tagged(&json, Options::default()).expect("no tag is odd");
        template.findings().into_iter().map(|(pointer, finding)| (pointer, finding.code)).collect()
    };
    assert_eq!(
        found(json!({"a": [{"{{t}}": "{{['a']}}"}]})),
        [("/a/0/{{t}}".to_owned(), "template-in-key"), ("/a/0/{{t}}".to_owned(), "inline-literal"),]
    );
    assert_eq!(found(json!({"{{...}}": "{{o}}", "{{": "{{t}}"})), []);
}

#[test]
fn evaluation_gives_the_same_with_findings_as_without() {
    let variables = variables();
    let scope = Scope::from_collection(variables.as_collection().expect("an object"));
    for source in ["x{{o}}", "{{l[z]}}", "{{missing}}", "{{1 = '1'}}", "{{nosuch(1)}}", "{{a * 'b'}}"] {
        let (template, host) = (Template::parse(source), FixedHost::new(0, "UTC", 1));
        assert_eq!(template.eval_with_findings(&scope, &host).0, template.eval(&scope, &host), "{source}");
    }
    let json = json!({"a": ["{{l[z]}}", {"b": "x{{o}}"}]});
    let template = JsonTemplate::from_json(&json);
    let (outcome, findings) = template.eval_with_findings(&scope, &FixedHost::new(0, "UTC", 1));
    assert_eq!(outcome.map(|value| value.to_json()), Ok(json!({"a": [null, {"b": "x{object}"}]})));
    let places: Vec<_> = findings.iter().map(|(pointer, finding)| (pointer.as_str(), finding.code)).collect();
    assert_eq!(places, [("/a/0", "zero-index"), ("/a/1/b", "collection-as-text")]);
}
