//! What expressions are read as, and what is said about them: the grammar of iml.md §4, §7–9, §11.

use connspec_iml::{FixedHost, Options, Scope, Template, Value, ast};
use serde_json::{Value as Json, json};

fn variables() -> Value {
    Value::from_json(&json!({
        "a": 1, "b": 2, "t": "text", "l": ["x", "y", "z"], "n": null, "f": "k",
        "o": {"k": "v", "a b": 1, "x-y": 7, "2": "two", "l": [[1, 2], [3]]},
        "1": {"name": "bundle", "items": ["first"]},
    }))
}

fn evaluate(source: &str) -> Result<Json, String> {
    let variables = variables();
    let scope = Scope::from_collection(variables.as_collection().expect("an object"));
    let outcome = Template::parse(source).eval(&scope, &FixedHost::new(0, "UTC", 1));
    outcome.map(|value| value.to_tagged()).map_err(|error| error.code.to_owned())
}

fn findings(source: &str) -> Vec<(&'static str, String)> {
    let template = Template::parse(source);
    let finding = |finding: &connspec_iml::Finding| (finding.code, source[finding.span.range()].to_owned());
    template.findings().iter().map(finding).collect()
}

#[test]
fn readings() {
    let table: &[(&str, Json)] = &[
        // separators, spaces, empty arguments
        ("{{if(a; 1, 2)}}", json!(1)),
        ("{{ if ( a ;\n 1 ,\t2 ) }}", json!(1)),
        ("{{if(n,1,)}}", json!({"$undefined": true})),
        ("{{ifempty(,a)}}", json!(1)),
        ("{{\u{a0}a\u{a0}+\u{2003}1\u{a0}}}", json!(2)),
        // paths
        ("{{l[1]}}", json!("x")),
        ("{{l[]}}", json!("x")),
        ("{{l[-1]}}", json!("z")),
        ("{{l[ - 2 ]}}", json!("y")),
        ("{{l[0]}}", json!({"$undefined": true})),
        ("{{l[9]}}", json!({"$undefined": true})),
        ("{{l[a + 1]}}", json!("y")),
        ("{{l.2}}", json!("y")),
        ("{{l.name}}", json!({"$undefined": true})),
        ("{{l.length}}", json!({"$undefined": true})),
        ("{{t.length}}", json!({"$undefined": true})),
        ("{{o.constructor}}", json!({"$undefined": true})),
        ("{{o.k}}", json!("v")),
        ("{{o['k']}}", json!("v")),
        ("{{o[\"a b\"]}}", json!(1)),
        ("{{o[f]}}", json!("v")),
        ("{{o[unknown]}}", json!({"$undefined": true})),
        ("{{o.`a b`}}", json!(1)),
        ("{{`o`.`x-y`}}", json!(7)),
        ("{{o.2}}", json!("two")),
        ("{{o[2]}}", json!("two")),
        ("{{o.l[1][2]}}", json!(2)),
        ("{{o.l[2].1}}", json!(3)),
        ("{{1.name}}", json!("bundle")),
        ("{{`1`.name}}", json!("bundle")),
        ("{{1.items[1]}}", json!("first")),
        ("{{1.`name`}}", json!("bundle")),
        ("{{1}}", json!(1)),
        ("{{1.5}}", json!(1.5)),
        ("{{unknown.b.c[3]}}", json!({"$undefined": true})),
        // keywords only when alone
        ("{{erase}}", json!(null)),
        ("{{ignore}}", json!({"$undefined": true})),
        ("{{pi.x}}", json!({"$undefined": true})),
        ("{{True}}", json!({"$undefined": true})),
        ("{{`true`}}", json!({"$undefined": true})),
        // operators: precedence, spellings, association
        ("{{1+2*3}}", json!(7)),
        ("{{(1+2)*3}}", json!(9)),
        ("{{10-3-2}}", json!(5)),
        ("{{8/4/2}}", json!(1)),
        ("{{1 = 1 == true === true}}", json!(true)),
        ("{{1 != 2 !== false}}", json!(true)),
        ("{{1 < 2 = true}}", json!(true)),
        ("{{0 || 0 | 'x' && 'y' & 'z'}}", json!("z")),
        ("{{!a = false}}", json!(true)),
        ("{{!!t}}", json!(true)),
        ("{{!(a = 1)}}", json!(false)),
        ("{{-a}}", json!(-1)),
        ("{{1 - -1}}", json!(2)),
        ("{{1--1}}", json!(2)),
        ("{{- -1}}", json!(1)),
        ("{{'1'++'1'}}", json!(2)),
        ("{{1 + + 1}}", json!("missing-operand")),
        // text and escapes
        (r"{{'it\'s'}}", json!("it's")),
        (r"{{'a\\b'}}", json!(r"a\b")),
        (r"{{'\d\n'}}", json!(r"\d\n")),
        (r#"{{'say "hi"'}}"#, json!("say \"hi\"")),
        (r#"{{"a\"b"}}"#, json!("a\"b")),
        (r#"{{"a\'b"}}"#, json!(r"a\'b")),
        ("{{'line\nbreak'}}", json!("line\nbreak")),
        ("{{'}}'}}", json!("}}")),
        ("{{`}}`}}", json!({"$undefined": true})),
        ("{{'{{'}}", json!("{{")),
        // juxtaposition, literals that are none
        ("{{'a' 'b' 1}}", json!("ab1")),
        ("{{{k: a}}}", json!("juxtaposed below")),
        ("{{ {k: a} }}", json!("{1}")),
        ("{{['a', 'b']}}", json!(null)),
        ("{{[]}}", json!(null)),
        // names with unusual letters
        ("{{ä}}", json!({"$undefined": true})),
        ("{{a@b}}", json!({"$undefined": true})),
        // templates
        ("", json!("")),
        ("{{}}", json!(null)),
        ("{{ }}", json!(null)),
        (" {{}}", json!(" ")),
        ("{{a}}{{b}}", json!("12")),
        ("{{a}} ", json!("1 ")),
        ("{{ a", json!("{{ a")),
        ("a }}", json!("a }}")),
        ("query { it { x }}", json!("query { it { x }}")),
        ("{{a}} }} {{b}}", json!("1 }} 2")),
        ("{{ {{a}}", json!("see below")),
    ];
    for (source, expected) in table {
        let outcome = evaluate(source).unwrap_or_else(Json::from);
        match *source {
            // The first `}}` closes, as it stands: `{k: a` is the expression and a brace is left over.
            "{{{k: a}}}" => assert_eq!(outcome, json!("{1}"), "{source}"),
            // The second `{{` belongs to the expression of the first: two braces, then a variable.
            "{{ {{a}}" => assert_eq!(outcome, json!("{{1"), "{source}"),
            _ => assert_eq!(&outcome, expected, "{source}"),
        }
    }
}

#[test]
fn mistakes_are_errors_with_a_place() {
    let table: &[(&str, &[(&str, &str)])] = &[
        ("{{1 +}}", &[("missing-operand", "")]),
        ("{{* 2}}", &[("missing-operand", "")]),
        ("{{1 + * 2}}", &[("missing-operand", "")]),
        ("{{!}}", &[("missing-operand", "")]),
        ("{{()}}", &[("missing-operand", "()")]),
        ("{{(1, 2)}}", &[("unexpected-separator", ",")]),
        ("{{(1 ; 2, 3)}}", &[("unexpected-separator", ";")]),
        ("{{(,)}}", &[("unexpected-separator", ",")]),
        ("{{l[1, 2]}}", &[("unexpected-separator", ",")]),
        ("{{if(1}}", &[("unclosed-bracket", "(")]),
        ("{{l[1}}", &[("unclosed-bracket", "[")]),
        ("{{(1}}", &[("unclosed-bracket", "(")]),
        ("{{1)}}", &[("unexpected-character", ")")]),
        ("{{1, 2}}", &[("unexpected-character", ",")]),
        ("{{first(x).y}}", &[("member-of-result", ".y")]),
        ("{{first(x)[1].z}}", &[("member-of-result", "[1].z")]),
        ("{{(a).b}}", &[("member-of-result", ".b")]),
        ("{{5abc}}", &[("malformed-number", "5abc")]),
        ("{{1e5}}", &[("malformed-number", "1e5")]),
        ("{{.5}}", &[("unexpected-character", ".")]),
        ("{{a.}}", &[("unexpected-character", ".")]),
        ("{{'abc}}", &[("unclosed-quote", "'")]),
        ("{{a + 'b + c) * }}", &[("unclosed-quote", "'")]),
        ("{{if(1 +, \"b)}}", &[("missing-operand", ""), ("unclosed-quote", "\""), ("unclosed-bracket", "(")]),
        ("{{body.`a b}}", &[("unexpected-character", "."), ("unclosed-quote", "`")]),
        ("{{“abc”}}", &[("unexpected-character", "“"), ("unexpected-character", "”")]),
        ("{{a \\ b}}", &[("unexpected-character", "\\")]),
        // one mistake does not hide the next
        (
            "{{if(1 +, 5abc, ) ) * }}",
            &[
                ("missing-operand", ""),
                ("malformed-number", "5abc"),
                ("unexpected-character", ")"),
                ("missing-operand", ""),
                ("missing-operand", ""),
            ],
        ),
        (
            "{{if(a.b, (1}} and {{2 +}}",
            &[("unclosed-bracket", "("), ("unclosed-bracket", "("), ("missing-operand", "")],
        ),
    ];
    for (source, expected) in table {
        let expected: Vec<_> = expected.iter().map(|(code, text)| (*code, (*text).to_owned())).collect();
        assert_eq!(findings(source), expected, "{source}");
        assert_eq!(evaluate(source), Err(expected[0].0.to_owned()), "{source}");
    }
}

#[test]
fn oddities_are_findings_and_still_evaluate() {
    let table: &[(&str, &[(&str, &str)])] = &[
        ("{{'ERROR: ' t}}", &[("juxtaposition", "'ERROR: ' t")]),
        ("{{a and b}}", &[("juxtaposition", "a and b")]),
        ("{{a ? 1 : 2}}", &[("juxtaposition", "a ? 1 : 2")]),
        ("{{ {k: a} }}", &[("inline-literal", "{k: a}")]),
        ("{{['a']}}", &[("inline-literal", "['a']")]),
        ("{{l[0]}}", &[("zero-index", "[0]")]),
        ("{{l.0}}", &[("zero-index", "0")]),
        ("{{l.`0`}}", &[]),
        ("{{headers.content-type}}", &[("hyphen-without-backticks", "headers.content-type")]),
        ("{{headers.x-rate-limit}}", &[("hyphen-without-backticks", "headers.x-rate-limit")]),
        ("{{headers.x - y}}", &[]),
        ("{{body.total-1}}", &[]),
        ("{{formatDate(now, YYYY-MM-DD)}}", &[("unquoted-text", "YYYY-MM-DD")]),
        ("{{}}", &[("empty-expression", "")]),
        ("{{ a", &[("unbalanced-braces", "{{")]),
        ("{{if(a; b, 1)}}", &[]),
    ];
    for (source, expected) in table {
        let expected: Vec<_> = expected.iter().map(|(code, text)| (*code, (*text).to_owned())).collect();
        assert_eq!(findings(source), expected, "{source}");
        if !source.contains("formatDate") {
            assert!(evaluate(source).is_ok(), "{source}: {:?}", evaluate(source));
        }
    }
}

#[test]
fn spans_point_at_the_source() {
    let source = "x {{ if(  body.a[ 1 ].`b c` = 'q' ; upper( t ) ) }} y";
    let template = Template::parse(source);
    let calls: Vec<_> = template.calls().into_iter().map(|(name, span)| (name, &source[span.range()])).collect();
    assert_eq!(calls, [("if", "if(  body.a[ 1 ].`b c` = 'q' ; upper( t ) )"), ("upper", "upper( t )")]);
    let variables = template.variables();
    let variables: Vec<_> =
        variables.iter().map(|variable| (variable.segments.join("/"), &source[variable.span.range()])).collect();
    assert_eq!(variables, [("body/a/1/b c".to_owned(), "body.a[ 1 ].`b c`"), ("t".to_owned(), "t")]);
    let ast::Piece::Expression(expression) = &template.ast()[1] else { panic!("the second piece is the expression") };
    assert_eq!(&source[expression.span.range()], "{{ if(  body.a[ 1 ].`b c` = 'q' ; upper( t ) ) }}");
    assert_eq!(expression.expr.print(source), "if(body.a[1].`b c` = 'q', upper(t))");
}

/// A thread as small as the smallest that usually runs such code.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread starts").join().expect("it ends well");
}

#[test]
fn the_deepest_nesting_allowed_is_safe_and_one_more_is_an_error() {
    on_a_small_stack(|| {
        for (open, close) in [("(", ")"), ("if(1,", ")"), ("l[", "]"), ("(!-1+", ")"), ("if('a'=if(", "))")] {
            let levels = if open.starts_with("if('a'") { 64 } else { 128 };
            let deepest = format!("{{{{{}1{}}}}}", open.repeat(levels), close.repeat(levels));
            let template = Template::parse(&deepest);
            assert!(template.findings().iter().all(|finding| finding.code != "limit-nesting"), "{open}");
            let _ = template.eval(&Scope::new(), &FixedHost::new(0, "UTC", 1));
            drop(template.clone());
        }
        for levels in [129, 2_000, 200_000] {
            for (open, close) in [("(", ")"), ("[", ""), ("if(", "")] {
                let source = format!("{{{{{}1{}}}}}", open.repeat(levels), close.repeat(levels));
                assert_eq!(findings(&source)[0].0, "limit-nesting");
                assert_eq!(evaluate(&source), Err("limit-nesting".to_owned()));
            }
        }
    });
}

#[test]
fn long_chains_are_safe_and_longer_ones_an_error() {
    on_a_small_stack(|| {
        let sum = |operators: usize| format!("{{{{1{}}}}}", " + 1".repeat(operators));
        assert_eq!(evaluate(&sum(1000)), Ok(json!(1001)));
        assert_eq!(evaluate(&format!("{{{{{}1}}}}", "!".repeat(1000))), Ok(json!(true)));
        for source in [
            sum(1001),
            sum(100_000),
            format!("{{{{{}1}}}}", "-".repeat(100_000)),
            format!("{{{{{}}}}}", "1|".repeat(50_000)),
        ] {
            let codes: Vec<_> = findings(&source).into_iter().map(|(code, _)| code).collect();
            assert!(codes.contains(&"limit-operators"), "{codes:?}");
            assert!(evaluate(&source).is_err());
        }
        let nested = format!("{{{{{}1{}}}}}", "(1+".repeat(120), ")".repeat(120));
        assert_eq!(evaluate(&nested), Ok(json!(121)));
        // The deepest tree there is: brackets and operators together.
        let deepest = format!("{{{{{}1{}}}}}", "if(1,".repeat(128), format!("{})", " + 1".repeat(7)).repeat(128));
        assert_eq!(evaluate(&deepest), Ok(json!(897)));
        let deepest = format!("{{{{{}1{}}}}}", "sum(".repeat(128), format!("{})", " + 1".repeat(7)).repeat(128));
        assert_eq!(evaluate(&deepest), Ok(json!(897)));
    });
}

/// Texts that once could take a time that grows with the square of their length: here they end.
#[test]
fn hostile_texts_are_read_in_one_go() {
    let pieces =
        [r"\'", r"'\'", ")", "(]", "a ", "1 ", "{{", "{{}}", "{{'", "'", "`", "-", "1.", "a.", "é", "}} {{ ) ", "0"];
    for piece in pieces {
        for (before, after) in [("{{'", "}}"), ("{{", "}}"), ("{{f(", ")}}"), ("{{", "")] {
            let template = Template::parse(format!("{before}{}{after}", piece.repeat(10_000)));
            assert!(template.findings().len() <= 10_200, "{piece}");
            let _ = template.eval(&Scope::new(), &FixedHost::new(0, "UTC", 1));
        }
    }
}

#[test]
fn limits_can_be_lowered() {
    let options = Options { nesting: 2, operators: 1, ..Options::default() };
    let codes = |source| {
        Template::parse_with(source, options).findings().iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(codes("{{((1))}}"), Vec::<&str>::new());
    assert_eq!(codes("{{(((1)))}}"), ["limit-nesting"]);
    assert_eq!(codes("{{1 + 1 + 1}}"), ["limit-operators"]);
}
