//! What an error tells: code, message, place, function, the variables' values; and the bounds.

use connspec_iml::{Collection, Date, Error, FixedHost, Host, JsonTemplate, Options, Scope, Template, Value};
use serde_json::json;

fn fail_with(source: &str, options: Options) -> Error {
    let variables = Value::from_json(&json!({
        "n": 5, "text": "hello", "none": null, "list": [1, 2], "object": {"a": 1, "b": {"c": 2}},
        "long": "x".repeat(500),
    }));
    let scope = Scope::from_collection(variables.as_collection().expect("an object"));
    Template::parse_with(source, options).eval(&scope, &FixedHost::new(0, "UTC", 1)).expect_err(source)
}

fn fail(source: &str) -> Error {
    fail_with(source, Options::default())
}

#[test]
fn an_error_points_at_what_is_wrong() {
    let table = [
        ("a {{text * 2}}", "not-a-number", "text", "`*`: \"hello\" is not a number"),
        ("{{2 / none}}", "not-a-number", "none", "`/`: null is not a number"),
        ("{{add(n, 1)}}", "invalid-argument", "n", "`add`: '5' is not a valid array (argument 1)"),
        (
            "{{join(object)}}",
            "invalid-argument",
            "object",
            "`join`: a collection of a, b is not a valid array (argument 1)",
        ),
        ("{{lenght(text)}}", "unknown-function", "lenght", "there is no function `lenght`; did you mean `length`?"),
        ("{{nosuchthing(1)}}", "unknown-function", "nosuchthing", "there is no function `nosuchthing`"),
        (
            "{{getFieldMapping(n)}}",
            "only-in-make",
            "getFieldMapping(n)",
            "`getFieldMapping` exists only inside Make; it cannot be evaluated here",
        ),
        ("{{if(true || 1 +, 1)}}", "missing-operand", "", "an operator has nothing to work on here"),
    ];
    for (source, code, place, message) in table {
        let error = fail(source);
        assert_eq!((error.code, &source[error.span.range()], error.message.as_str()), (code, place, message));
    }
}

#[test]
fn an_error_names_the_function() {
    assert_eq!(fail("{{lower(join(5))}}").function.as_deref(), Some("join"));
    assert_eq!(fail("{{if(lenght(1), 1)}}").function.as_deref(), Some("lenght"));
    assert_eq!(fail("{{if(text * 1, 1)}}").function, None);
}

#[test]
fn an_error_shows_the_variables_its_expression_mentions() {
    let error = fail("{{n}} {{none.x + text * list[1] * object.b.c * object * missing * n * text * now}}");
    let shown: Vec<_> = error.variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let expected = [
        "none.x=undefined",
        "text=\"hello\"",
        "list[1]=1",
        "object.b.c=2",
        "object=a collection of a, b",
        "missing=undefined",
        "n=5",
    ];
    assert_eq!(shown, expected);
    let error = fail("{{list + long * 1}}");
    assert_eq!(error.variables[0].1, "an array of 2");
    assert!(error.variables[1].1.chars().count() < 70, "long values are cut");
    assert!(fail("{{text * n}}").to_string().ends_with("(with text = \"hello\", n = 5)"));
}

#[test]
fn an_error_says_which_variable_was_probably_meant() {
    let shown =
        |source| fail(source).variables.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
    assert_eq!(shown("{{1 * txet}}"), ["txet=undefined; did you mean `text`?"]);
    assert_eq!(shown("{{1 * object.b.C}}"), ["object.b.C=undefined; did you mean `c`?"]);
    assert_eq!(shown("{{1 * object.zebra}}"), ["object.zebra=undefined"]);
}

#[test]
fn a_date_out_of_range_has_no_text() {
    let date = Value::Date(Date { millis: i64::MAX });
    let scope = Scope::new().with("d", &date);
    let error =
        Template::parse("at {{d}}").eval(&scope, &FixedHost::new(0, "UTC", 1)).expect_err("the date is invalid");
    assert_eq!(error.code, "invalid-date");
}

#[test]
fn an_error_within_json_has_a_pointer() {
    let template = JsonTemplate::from_json(&json!({"a": {"b/c": ["ok", "{{lower(1)}}", "x {{1 * 'y'}}"]}}));
    let error = template.eval(&Scope::new(), &FixedHost::new(0, "UTC", 1)).expect_err("'y' is no number");
    assert_eq!((error.pointer.as_str(), error.span.start, error.span.end), ("/a/b~1c/2", 8, 11));
}

#[test]
fn every_bound_has_a_code() {
    let bounded = Options { steps: 50, output_bytes: 1000, ..Options::default() };
    assert_eq!(fail_with(&format!("{{{{1{}}}}}", " + 1".repeat(60)), bounded).code, "limit-steps");
    assert_eq!(fail_with("{{long}}{{long}}{{long}}", bounded).code, "limit-output");
    assert_eq!(fail_with("{{long + long + long}}", bounded).code, "limit-output");
    assert_eq!(fail_with("{{add(list, long, long, long)}}", bounded).code, "limit-output");
    assert_eq!(fail_with("{{join(add(list, long, long), long)}}", bounded).code, "limit-output");
}

#[test]
fn what_doubles_itself_stays_within_the_bounds() {
    // Thirty levels of a list that holds the one before twice: a billion items, were they all written.
    let doubled = (0..30).fold("emptyarray".to_owned(), |inner, _| format!("add(emptyarray, {inner})"));
    assert!(Template::parse(format!("{{{{{doubled}}}}}")).eval(&Scope::new(), &FixedHost::new(0, "UTC", 1)).is_ok());
    let mut value = Value::Array(vec!["x".repeat(1000).into()]);
    for _ in 0..3 {
        let variables: Collection = [("v", value.clone())].into_iter().collect();
        let template =
            Template::parse("{{add(emptyarray, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v)}}");
        match template.eval(&Scope::from_collection(&variables), &FixedHost::new(0, "UTC", 1)) {
            Ok(next) => value = next,
            Err(error) => return assert_eq!(error.code, "limit-output"),
        }
    }
    let variables: Collection = [("v", value)].into_iter().collect();
    let scope = Scope::from_collection(&variables);
    let error =
        Template::parse("{{v}}{{v}}").eval(&scope, &FixedHost::new(0, "UTC", 1)).expect_err("18 MB are too much");
    assert_eq!(error.code, "limit-output");
}

/// A host with functions of its own.
struct Custom;

impl Host for Custom {
    fn now(&self) -> Date {
        Date { millis: 0 }
    }
    fn random(&self) -> f64 {
        0.5
    }
    fn uuid(&self) -> String {
        String::new()
    }
    fn timezone(&self) -> &str {
        "UTC"
    }
    fn execution_id(&self) -> String {
        String::new()
    }
    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        match name {
            "double" => Some(Ok(Value::Array(vec![args[0].clone(), args[0].clone()]))),
            "broken" => Some(Err("on purpose".to_owned())),
            _ => None,
        }
    }
}

#[test]
fn the_apps_own_functions_are_called() {
    let text = Value::from("t");
    let scope = Scope::new().with("x", &text);
    let eval = |source| Template::parse(source).eval(&scope, &Custom);
    assert_eq!(eval("{{join(double(x), '-')}}"), Ok(Value::from("t-t")));
    assert_eq!(eval("{{double(double(x))}}").map(|value| value.to_text()), Ok("t,t,t,t".to_owned()));
    let error = eval("{{broken(x)}}").expect_err("it fails on purpose");
    assert_eq!((error.code, error.function.as_deref()), ("function-failed", Some("broken")));
    assert_eq!(error.message, "`broken`: on purpose");
}

#[test]
fn a_function_that_is_switched_off_is_not_suggested_for_itself() {
    let error = |template: &str| {
        let outcome = Template::parse(template).eval(&Scope::new(), &FixedHost::new(0, "UTC", 1));
        outcome.expect_err("the function is off").message
    };
    assert!(error("{{set(1)}}").contains("is not published"), "{}", error("{{set(1)}}"));
    assert!(!error("{{sett(1)}}").contains("`set`"), "{}", error("{{sett(1)}}"));
}

/// iml.md §7: relational operators compare a date with recognisable date text by instant, and otherwise by number.
#[test]
fn a_date_beside_a_text_that_is_no_date_compares_by_number() {
    let date = Value::Date(Date { millis: 1_704_067_200_000 });
    let scope = Scope::new().with("d", &date);
    let table = [
        ("{{d > '1'}}", true),
        ("{{d < '1804067200000'}}", true),
        ("{{'1704067199999' < d}}", true),
        ("{{'1704067200001' < d}}", false),
        ("{{d > ''}}", true),
        ("{{d > emptystring}}", true),
        ("{{d > 'garbage'}}", false),
        ("{{d < 'garbage'}}", false),
        ("{{d > '2023-12-31T23:59:59Z'}}", true),
        ("{{d > '2024-01-01T00:00:00Z'}}", false),
    ];
    for (template, expected) in table {
        let value = Template::parse(template).eval(&scope, &FixedHost::new(0, "UTC", 1)).expect("it compares");
        assert_eq!(value, Value::Bool(expected), "{template}");
    }
}
