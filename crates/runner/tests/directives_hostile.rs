//! Whatever comes in, nothing panics and nothing hangs: answers of any bytes, values of any kind in any directive.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use connspec_exchange::{Response, Secrets};
use connspec_iml::{Collection, Date, FixedHost, Value};
use connspec_runner::{Context, Decisions, Environment, OAuth, Phase, Prepared};
use connspec_spec::layout::load_text;
use connspec_spec::{Compat, Definition, LoadOptions};
use proptest::prelude::*;

/// Every directive takes the same value.
const REQUEST: &str = r#"{"communication": {
    "url": "https://api.example/{{parameters.x}}?q={{parameters.x}}",
    "method": "{{temp.method}}", "temp": {"x": "{{parameters.x}}"}, "condition": "{{!parameters.off}}",
    "headers": {"x-a": "{{parameters.x}}"}, "qs": {"a": "{{parameters.x}}"},
    "type": "{{temp.type}}", "body": {"a": "{{parameters.x}}", "b": ["{{parameters.x}}"]}, "ca": "{{parameters.x}}",
    "response": {
        "type": "{{temp.answer}}", "temp": {"y": "{{body}}"}, "data": {"x": "{{body}}", "z": "{{body.a[1].b}}"},
        "uid": "{{body}}", "metadata": {"type": "text", "value": "{{body}}"}, "expires": "{{body}}",
        "valid": {"condition": "{{statusCode}}", "message": "{{body}}"}, "error": "{{body.error.message}}"
    }
}}"#;

fn definition() -> Definition {
    load_text("hostile.json", REQUEST, &LoadOptions::default()).unwrap().definition
}

/// Works one request through; the answer is `response`.
fn run(definition: &Definition, x: Value, temp: [(&str, &str); 3], response: &Response) {
    let (host, compat, secrets) = (FixedHost::new(0, "UTC", 1), Compat::default(), Secrets::new());
    let environment =
        Environment { definition, host: &host, compat: &compat, secrets: &secrets, block: "api", index: 0 };
    let data: Collection = [("x", x)].into_iter().collect();
    let mut context = Context::new(Phase::Basic, data, Collection::new(), OAuth::default());
    context.merge_temp(&temp.into_iter().collect::<Collection>().into());
    let block = &definition.communication().block("api").unwrap()[0];
    let mut decisions = Decisions::new();
    if let Ok(Prepared::Send(request)) = connspec_runner::prepare(block, &mut context, &environment, &mut decisions) {
        for (name, value) in request.headers.iter() {
            assert!(!name.contains(['\r', '\n']) && !value.contains(['\r', '\n']), "{name}");
        }
        let scheme = request.url.split("://").next().unwrap_or_default();
        assert_eq!(scheme, "https");
        assert!(!request.url.contains(['\r', '\n', ' ']), "{}", request.url);
    }
    let _ = connspec_runner::interpret(block, Ok(response), &mut context, &environment, &mut decisions);
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Undefined),
        Just(Value::Null),
        Just(Value::EmptyString),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(Value::Number),
        any::<String>().prop_map(Value::Text),
        any::<i64>().prop_map(|millis| Value::Date(Date { millis })),
        any::<Vec<u8>>().prop_map(Value::Binary),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|members| Value::Collection(members.into_iter().collect())),
        ]
    })
}

fn method() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["POST", "GET", "delete", ""])
}

fn body_type() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["json", "urlencoded", "multipart/form-data", "text", "binary", "nonsense", ""])
}

fn answer_type() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["automatic", "json", "urlencoded", "text", "binary", "xml", "nonsense"])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_value_can_be_sent_or_is_refused(x in value(), method in method(), body_type in body_type()) {
        let temp = [("method", method), ("type", body_type), ("answer", "json")];
        run(&definition(), x, temp, &Response::new(200));
    }

    #[test]
    fn any_bytes_can_be_answered(
        bytes in any::<Vec<u8>>(), answer in answer_type(), status in 0u16..1000, content_type in any::<String>(),
    ) {
        let response = Response::new(status).with_body(&content_type, bytes);
        run(&definition(), Value::Null, [("method", "GET"), ("type", ""), ("answer", answer)], &response);
    }

    #[test]
    fn anything_like_xml_can_be_answered(text in "(<[/a-c!?\\[\\] ='\"&;#x0-9-]{0,12}>|[a-c&;#x0-9 ]{0,6}|<!\\[CDATA\\[|\\]\\]>){0,12}") {
        let response = Response::new(200).with_body("text/xml", text);
        run(&definition(), Value::Null, [("method", "GET"), ("type", ""), ("answer", "xml")], &response);
    }

    #[test]
    fn anything_like_json_can_be_answered(text in "[\\[\\]{}:,\"\\\\ud8eE+.0-9 -]{0,40}") {
        let response = Response::new(200).with_body("application/json", text);
        run(&definition(), Value::Null, [("method", "GET"), ("type", ""), ("answer", "json")], &response);
    }

    #[test]
    fn any_text_can_be_a_url(text in "(https?://)?[a-z0-9/:?#@%&=. \\[\\]é-]{0,40}") {
        let document = format!(r#"{{"communication": {{"url": {}}}}}"#, serde_json::Value::from(text));
        let definition = load_text("url.json", &document, &LoadOptions::default()).unwrap().definition;
        let (host, compat, secrets) = (FixedHost::new(0, "UTC", 1), Compat::default(), Secrets::new());
        let environment =
            Environment { definition: &definition, host: &host, compat: &compat, secrets: &secrets, block: "api", index: 0 };
        let mut context = Context::new(Phase::Basic, Collection::new(), Collection::new(), OAuth::default());
        let block = &definition.communication().block("api").unwrap()[0];
        if let Ok(Prepared::Send(request)) =
            connspec_runner::prepare(block, &mut context, &environment, &mut Decisions::new())
        {
            prop_assert!(url::Url::parse(&request.url).is_ok(), "{}", request.url);
        }
    }
}
