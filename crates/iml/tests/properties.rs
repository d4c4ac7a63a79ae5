//! Laws that hold for every text: parsing ends with a tree, printing it is stable, evaluation is
//! deterministic, nothing panics.

use connspec_iml::{FixedHost, Options, Scope, Template, Value, ast};
use proptest::prelude::*;
use serde_json::json;

/// Text made of what expressions are made of, in any order.
fn soup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "body.x",
        "l[1]",
        "l[",
        "]",
        "(",
        ")",
        "if(",
        "join(l",
        ", ",
        ";",
        " ",
        "\n",
        "'t'",
        "'",
        "\"q\"",
        "\"",
        "`b c`",
        "`",
        "1",
        "2.5",
        "3x",
        "1.name",
        ".",
        "..",
        "+",
        "-",
        "*",
        "/",
        "%",
        "++",
        "=",
        "==",
        "!==",
        "!=",
        "<",
        "<=",
        ">",
        "&",
        "&&",
        "|",
        "!",
        "{",
        "}",
        "now",
        "null",
        "emptystring",
        "ignore",
        "ä",
        "😀",
        "\\",
        "'it\\'s'",
        "\u{a0}",
        "?",
        ":",
        "@",
        "#",
        "upper(t)",
    ]);
    prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat())
}

/// An expression without mistakes.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "a",
        "t",
        "l",
        "n",
        "o.k",
        "o.`x-y`",
        "l[2]",
        "l[]",
        "l[-1]",
        "1",
        "2.5",
        "'x'",
        "\"it's\"",
        "'say \\'hi\\''",
        "true",
        "null",
        "emptystring",
        "emptyarray",
        "now",
        "missing.y",
        "1.name",
        "ignore",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 3, |inner| {
        let operators =
            ["+", "-", "*", "/", "%", "++", "=", "==", "!=", "!==", "<", "<=", ">", ">=", "&", "&&", "|", "||"];
        prop_oneof![
            (inner.clone(), prop::sample::select(operators.to_vec()), inner.clone())
                .prop_map(|(l, op, r)| format!("{l} {op}{r}")),
            inner.clone().prop_map(|x| format!("({x})")),
            inner.clone().prop_map(|x| format!("!{x}")),
            inner.clone().prop_map(|x| format!("-{x}")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(c, x, y)| format!("if({c}; {x}, {y})")),
            (inner.clone(), inner.clone()).prop_map(|(x, y)| format!("ifempty( {x},{y} )")),
            inner.clone().prop_map(|x| format!("join(add(emptyarray, {x}), '-')")),
            inner.clone().prop_map(|x| format!("o[{x}]")),
        ]
    })
}

fn only_expression(template: &Template) -> &ast::Expression {
    template.whole_expression().expect("the template is one expression")
}

fn variables() -> Value {
    Value::from_json(
        &json!({"a": 5, "t": "text", "l": ["x", 2, null], "n": null, "o": {"k": [1], "x-y": true}, "1": {"name": "m"}}),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_parses_and_evaluates_without_panic(source in "\\PC*|[{}()'`\"a-c .\\[\\]]*") {
        let template = Template::parse(&source);
        for finding in template.findings() {
            prop_assert!(source.get(finding.span.range()).is_some(), "{finding:?}");
        }
        let _ = template.eval(&Scope::new(), &FixedHost::new(0, "UTC", 1));
    }

    #[test]
    fn pieces_cover_the_source(source in soup(), before in "[a{} ]{0,3}", after in "[b{} ]{0,3}") {
        let source = format!("{before}{{{{{source}}}}}{after}");
        let template = Template::parse(&source);
        let spans = template.ast().iter().map(|piece| match piece {
            ast::Piece::Text(span) => *span,
            ast::Piece::Expression(expression) => expression.span,
        });
        let mut end = 0;
        for span in spans {
            prop_assert_eq!(span.start, end);
            end = span.end;
        }
        prop_assert_eq!(end as usize, source.len());
    }

    #[test]
    fn broken_expressions_say_so_and_fail(source in soup()) {
        let template = Template::parse(format!("{{{{{source}}}}}"));
        let variables = variables();
        let scope = Scope::from_collection(variables.as_collection().unwrap());
        let outcome = template.eval(&scope, &FixedHost::new(0, "UTC", 1));
        let broken = template.expressions().find_map(|expression| expression.broken);
        if let Some(finding) = broken {
            let error = outcome.expect_err("a broken expression is an error");
            prop_assert_eq!(error.code, template.findings()[finding].code);
        }
    }

    #[test]
    fn printing_is_stable_and_keeps_the_meaning(source in expression()) {
        let first = format!("{{{{{source}}}}}");
        let template = Template::parse(&first);
        prop_assert!(only_expression(&template).broken.is_none(), "{first}");
        let second = format!("{{{{{}}}}}", only_expression(&template).expr.print(&first));
        let reparsed = Template::parse(&second);
        let third = format!("{{{{{}}}}}", only_expression(&reparsed).expr.print(&second));
        prop_assert_eq!(&second, &third);
        let variables = variables();
        let scope = Scope::from_collection(variables.as_collection().unwrap());
        let eval = |template: &Template| {
            let outcome = template.eval(&scope, &FixedHost::new(0, "UTC", 1));
            outcome.map(|value| value.to_tagged()).map_err(|error| (error.code, error.message))
        };
        prop_assert_eq!(eval(&template), eval(&reparsed));
    }

    #[test]
    fn printing_broken_text_is_stable(source in soup()) {
        let template = Template::parse(format!("{{{{{source}}}}}"));
        if let Some(expression) = template.whole_expression() {
            let printed = format!("{{{{{}}}}}", expression.expr.print(template.source()));
            let reparsed = Template::parse(&printed);
            if let (None, Some(again)) = (expression.broken, reparsed.whole_expression()) {
                prop_assert_eq!(&printed[2..printed.len() - 2], again.expr.print(&printed));
            }
        }
    }

    #[test]
    fn evaluation_is_deterministic(source in expression()) {
        let template = Template::parse(format!("{{{{{source}}}}} {{{{uuid}}}} {{{{random}}}}"));
        let variables = variables();
        let scope = Scope::from_collection(variables.as_collection().unwrap());
        let eval = || template.eval(&scope, &FixedHost::new(0, "UTC", 9)).map(|value| value.to_text());
        prop_assert_eq!(eval(), eval());
    }

    #[test]
    fn small_bounds_end_everything(source in soup(), steps in 0u64..20, output in 0usize..60) {
        let options = Options { steps, output_bytes: output, nesting: 3, operators: 4, ..Options::default() };
        let template = Template::parse_with(format!("{{{{{source}}}}}{{{{t}}}}"), options);
        let variables = variables();
        let scope = Scope::from_collection(variables.as_collection().unwrap());
        if let Ok(value) = template.eval(&scope, &FixedHost::new(0, "UTC", 1)) {
            prop_assert!(value.to_text().len() <= output + template.source().len());
        }
    }
}
