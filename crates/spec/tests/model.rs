//! What the model makes of every directive, and of every wrong shape.

#![allow(clippy::unwrap_used, reason = "tests")]

use connspec_diagnostics::Span;
use connspec_iml::JsonTemplate;
use connspec_spec::layout::load_text;
use connspec_spec::model::StatusRange;
use connspec_spec::{Communication, Definition, Kind, LoadOptions, RequestBlock, ResponseType};

fn read(text: &str) -> Definition {
    load_text("acme.json", text, &LoadOptions::default()).unwrap().definition
}

fn request(directives: &str) -> (Definition, RequestBlock) {
    let definition = read(&format!(r#"{{"url": "https://acme.test", {directives}}}"#));
    let request = definition.communication().block("api").unwrap()[0].clone();
    (definition, request)
}

fn text(template: &JsonTemplate) -> &str {
    match template {
        JsonTemplate::Text(template) => template.source(),
        other => panic!("not a text: {other:?}"),
    }
}

#[test]
fn every_request_directive_is_read() {
    let (definition, request) = request(
        r#""encodeUrl": false, "method": "POST", "headers": {"a": "b"}, "qs": {"c": [1]}, "body": [1], "type": "text",
           "temp": {"t": 1}, "condition": true, "repeat": {"condition": "{{temp.t}}", "delay": 10, "limit": 2},
           "ca": "PEM", "oauth": {"token": "x"}, "gzip": true, "followRedirect": false, "followAllRedirects": false,
           "timeout": 500, "log": {"sanitize": ["request.body.a"]}, "rejectUnauthorized": false, "shareCookies": true"#,
    );
    assert!(definition.findings.is_empty(), "{:?}", definition.findings);
    assert_eq!(request.url.unwrap().source(), "https://acme.test");
    assert_eq!(request.method.unwrap().source(), "POST");
    assert_eq!(request.body_type.unwrap().source(), "text");
    assert_eq!(request.ca.unwrap().source(), "PEM");
    assert!(request.follow_redirects.plural.is_none() && request.follow_all_redirects.singular.is_none());
    for (flag, expected) in [
        (request.encode_url, false),
        (request.gzip, true),
        (request.follow_redirects.singular, false),
        (request.follow_all_redirects.plural, false),
        (request.reject_unauthorized, false),
        (request.share_cookies, true),
    ] {
        assert_eq!(flag.unwrap().value, expected);
    }
    assert_eq!(request.timeout.unwrap().value, 500.0);
    assert!(matches!(request.body.unwrap().value, JsonTemplate::Array(_)));
    for object in [request.headers, request.qs, request.temp, request.oauth] {
        assert!(matches!(object.unwrap().value, JsonTemplate::Object(_)));
    }
    assert!(matches!(request.condition.unwrap().when, JsonTemplate::Bool(true)));
    let repeat = request.repeat.unwrap().value;
    assert_eq!((repeat.delay, repeat.limit), (10.0, Some(2.0)));
    let log = request.log.unwrap();
    assert_eq!(log.sanitize[0].path, "request.body.a");
    assert_eq!(definition.sources.slice(log.sanitize[0].place), r#""request.body.a""#);
}

#[test]
fn every_response_directive_is_read() {
    let (definition, request) = request(
        r#""response": {"type": {"*": "json", "400-499": "text", "404": "xml", "4xx": "raw"},
            "valid": {"condition": "{{statusCode == 200}}", "message": "no", "type": "DataError"},
            "error": {"message": "m", "type": "RuntimeError", "401": {"message": "u", "type": "T"}, "403": "f",
                "500-599": {"message": "r"}},
            "temp": {"a": 1}, "data": {"b": 2}, "uid": "{{body.id}}", "metadata": {"type": "text", "value": "{{body.n}}"},
            "expires": "{{now}}", "scope": "{{body.scope}}", "iterate": "{{body}}", "output": {}, "limit": 1}"#,
    );
    assert!(definition.findings.is_empty(), "{:?}", definition.findings);
    let response = request.response.unwrap().value;
    let kind = response.body_type.unwrap().value;
    for (status, expected) in [(200, "json"), (404, "xml"), (410, "text"), (500, "json")] {
        assert_eq!(text(kind.for_status(status).unwrap()), expected, "{status}");
    }
    let valid = response.valid.unwrap();
    assert_eq!((text(valid.message.as_ref().unwrap()), text(valid.error_type.as_ref().unwrap())), ("no", "DataError"));
    let error = response.error.unwrap();
    assert_eq!(text(error.general.message.as_ref().unwrap()), "m");
    let message =
        |status, ranges| error.for_status(status, ranges).map(|entry| text(entry.message.as_ref().unwrap()).to_owned());
    assert_eq!(message(401, false).as_deref(), Some("u"));
    assert_eq!(message(403, false).as_deref(), Some("f"), "a text is the message itself");
    assert_eq!((message(503, false), message(503, true).as_deref()), (None, Some("r")), "ranges are a switch");
    assert_eq!(text(&response.metadata.unwrap().value.value), "{{body.n}}");
    for there in
        [response.temp, response.data, response.uid, response.expires, response.scope, response.output, response.limit]
    {
        assert!(there.is_some());
    }
    assert_eq!(text(&response.iterate.unwrap().container), "{{body}}");
}

#[test]
fn short_forms_mean_the_same() {
    let (_, request) = request(
        r#""condition": {"condition": "{{x}}", "default": 5},
           "response": {"type": "xml", "valid": "{{body.ok}}", "error": "{{body.message}}"}"#,
    );
    let condition = request.condition.unwrap().value;
    assert_eq!((text(&condition.when), condition.default), ("{{x}}", Some(JsonTemplate::Number(5.0))));
    let response = request.response.unwrap().value;
    assert!(matches!(response.body_type.unwrap().value, ResponseType::Always(_)));
    assert_eq!(text(&response.valid.unwrap().condition), "{{body.ok}}");
    assert_eq!(text(response.error.unwrap().general.message.as_ref().unwrap()), "{{body.message}}");
}

#[test]
fn wrong_shapes_are_findings_and_nothing_else_is_lost() {
    for (directive, message) in [
        (r#""method": {}"#, "`method` must be a text, not an object"),
        (r#""headers": [1]"#, "`headers` must be an object, or an expression that gives one, not a list"),
        (r#""temp": 5"#, "`temp` must be an object, or an expression that gives one, not a number"),
        (r#""condition": []"#, "`condition` must be a boolean, an expression or `{condition, default}`, not a list"),
        (r#""repeat": true"#, "`repeat` must be an object with `condition`, `delay` and `limit`, not a boolean"),
        (r#""log": []"#, "`log` must be an object with `sanitize`, not a list"),
        (r#""log": {"sanitize": "a"}"#, "`sanitize` must be a list of paths, not a text"),
        (r#""response": "x""#, "`response` must be an object, not a text"),
        (r#""response": {"type": 5}"#, "`type` must be a text, or an object of statuses, not a number"),
        (
            r#""response": {"valid": []}"#,
            "`valid` must be a boolean, an expression or `{condition, message, type}`, not a list",
        ),
        (r#""response": {"error": []}"#, "`error` must be a text, or an object with `message`, not a list"),
        (r#""response": {"error": {"401": []}}"#, "`401` must be a text, or an object with `message`, not a list"),
        (r#""response": {"metadata": "x"}"#, "`metadata` must be an object with `type` and `value`, not a text"),
    ] {
        let (definition, request) = request(directive);
        let found: Vec<_> = definition.findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(found, [message]);
        assert_eq!(definition.findings[0].block.as_deref(), Some("api"));
        assert!(request.url.is_some());
    }
}

/// The findings of a definition come from another reading than its values: what the one refuses the other leaves out,
/// and nothing else.
#[test]
fn a_directive_is_refused_just_when_it_has_no_value() {
    type Held = fn(&RequestBlock) -> bool;
    let directives: [(&str, Held); 17] = [
        ("method", |request| request.method.is_some()),
        ("encodeUrlMode", |request| request.encode_url_mode.is_some()),
        ("type", |request| request.body_type.is_some()),
        ("ca", |request| request.ca.is_some()),
        ("headers", |request| request.headers.is_some()),
        ("qs", |request| request.qs.is_some()),
        ("temp", |request| request.temp.is_some()),
        ("oauth", |request| request.oauth.is_some()),
        ("aws", |request| request.aws.is_some()),
        ("condition", |request| request.condition.is_some()),
        ("repeat", |request| request.repeat.is_some()),
        ("while", |request| request.repeat.is_some()),
        ("log", |request| request.log.is_some()),
        ("response", |request| request.response.is_some()),
        ("response.temp", |request| request.response.as_ref().is_some_and(|response| response.temp.is_some())),
        ("response.valid", |request| request.response.as_ref().is_some_and(|response| response.valid.is_some())),
        ("response.metadata", |request| request.response.as_ref().is_some_and(|response| response.metadata.is_some())),
    ];
    let (mut refused, mut taken) = (0, 0);
    for (directive, is_held) in directives {
        for value in ["true", "5", r#""""#, r#""x""#, r#""{{temp.x}}""#, "[]", r#"["a"]"#, "{}", r#"{"a": "b"}"#] {
            let written = match directive.split_once('.') {
                Some((outer, inner)) => format!(r#""{outer}": {{"{inner}": {value}}}"#),
                None => format!(r#""{directive}": {value}"#),
            };
            let (definition, request) = request(&written);
            let is_refused = definition.findings.iter().any(|finding| finding.code == "CS0010");
            assert_eq!(is_refused, !is_held(&request), "{written}: {:?}", definition.findings);
            if is_refused { refused += 1 } else { taken += 1 }
        }
    }
    assert!(refused > 40 && taken > 40, "{refused} refused, {taken} taken");
}

#[test]
fn a_section_of_any_shape_is_survived() {
    for value in ["null", "5", "\"x\"", "[]", "[5]", "{}", "[[{}]]", "{\"token\": 5}", "{\"token\": [1, {}]}"] {
        let definition = read(value);
        assert!(definition.communication().blocks().len() <= 1, "{value}");
        let bundle = format!(
            r#"{{"communication": {{}}, "parameters": {value}, "common": {value}, "scope": {value}, "scopes": {value},
                "installSpec": {value}, "install": {value}, "type": {value}, "label": {value}}}"#
        );
        read(&bundle);
    }
    let messages: Vec<_> = read(r#"{"communication": {}, "parameters": {"a": 1}, "common": [1]}"#).findings;
    assert_eq!(messages.len(), 2, "{messages:?}");
}

#[test]
fn null_is_as_good_as_absent() {
    let (definition, request) = request(
        r#""method": null, "headers": null, "qs": null, "temp": null, "condition": null, "log": {}, "timeout": null,
           "response": {"type": null, "valid": null, "error": null, "temp": null, "data": null, "metadata": null}"#,
    );
    assert!(definition.findings.is_empty(), "{:?}", definition.findings);
    assert!(request.method.is_none() && request.headers.is_none() && request.condition.is_none());
    let response = request.response.unwrap().value;
    assert!(response.valid.is_none() && response.error.is_none() && response.body_type.is_none());
}

/// Pieces of a real definition, in any order: a linear congruential sequence (Knuth's MMIX constants) cuts and
/// pastes, the same on every run.
#[test]
fn mutilated_definitions_are_read_to_the_end() {
    let original = connspec_spec::bundled::find("academy-v2").unwrap().files[3].1;
    let pieces: Vec<&str> = original.split_inclusive(['\n', ':', ',', '{', '}', '"']).collect();
    let mut state = 7_u64;
    let mut next = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    let mut readable = 0;
    for _ in 0..500 {
        let mut pieces = pieces.clone();
        for _ in 0..=next(4) {
            let at = next(pieces.len());
            match next(3) {
                0 => drop(pieces.remove(at)),
                1 => pieces.insert(at, pieces[next(pieces.len())]),
                _ => pieces[at] = pieces[next(pieces.len())],
            }
        }
        let definition = read(&pieces.concat());
        readable += usize::from(!definition.is_broken());
        for finding in &definition.findings {
            definition.sources.describe(finding.place.unwrap());
        }
    }
    assert!((1..500).contains(&readable), "{readable} of 500 still were definitions");
}

#[test]
fn blocks_come_in_the_order_of_a_connection_s_life() {
    let definition = read(
        r#"{"invalidate": {}, "refresh": {}, "info": [{}, {}], "token": {}, "authorize": {}, "preauthorize": {}}"#,
    );
    let blocks: Vec<_> = definition
        .communication()
        .blocks()
        .iter()
        .map(|block| (block.name.clone(), block.len(), block.is_array))
        .collect();
    let expected = ["preauthorize", "authorize", "token", "info", "refresh", "invalidate"];
    assert_eq!(blocks.iter().map(|block| block.0.as_str()).collect::<Vec<_>>(), expected);
    assert_eq!((blocks[3].1, blocks[3].2), (2, true));
}

#[test]
fn oauth_1_shares_its_signing_directive() {
    let definition = read(
        r#"{"oauth": {"consumer_key": "{{parameters.consumerKey}}"}, "requestToken": {"url": "https://acme.test/r"},
            "authorize": {"url": "https://acme.test/a"}, "accessToken": {"url": "https://acme.test/t"}}"#,
    );
    assert_eq!(definition.kind, Kind::OAuth1);
    let Communication::OAuth1(blocks) = definition.communication() else { panic!("OAuth 1 has its own blocks") };
    assert!(blocks.oauth.is_some() && blocks.request_token.is_some() && blocks.access_token.is_some());
    assert!(definition.kind.needs_browser());
}

#[test]
fn an_evaluation_error_is_located_to_the_column() {
    let source = "{\n  \"url\": \"https://acme.test\",\n  \"headers\": {\"a\\u0062\": \"x\\ty {{bad}}\"}\n}";
    let definition = read(source);
    let request = &definition.communication().block("api").unwrap()[0];
    let headers = request.headers.as_ref().unwrap();
    let decoded = "x\ty {{bad}}";
    let start = decoded.find("bad").unwrap();
    let place = definition.locate(&headers.pointer, "/ab", Span::new(start, start + 3)).unwrap();
    assert_eq!(definition.sources.slice(place), "bad");
    assert_eq!(definition.sources.describe(place), "acme.json:3:34");
    let above = definition.locate(&headers.pointer, "/spread/from/elsewhere", Span::new(0, 1)).unwrap();
    assert_eq!(above, headers.place);
}

#[test]
fn a_form_keeps_what_a_prompt_needs() {
    let definition = read(
        r#"{"communication": {"url": "https://acme.test"}, "parameters": [
            {"name": "region", "type": "select", "label": "Region", "help": "Where", "required": true, "default": "eu",
             "options": [{"label": "Europe", "value": "eu", "default": true}, {"value": "us"}]},
            {"name": "key", "type": "password", "editable": true, "advanced": true},
            "rpc://fields", {"type": "banner", "text": "Hello"}]}"#,
    );
    let [region, key, banner] = &definition.parameters.fields[..] else { panic!("three fields") };
    assert_eq!((region.label.as_str(), region.help.as_deref(), region.required), ("Region", Some("Where"), true));
    assert_eq!(region.default, Some(serde_json::json!("eu")));
    let options: Vec<_> = region.options.iter().map(|option| (option.label.as_str(), option.default)).collect();
    assert_eq!(options, [("Europe", true), ("us", false)]);
    assert!(key.is_secret() && key.editable && key.advanced && !key.required);
    assert_eq!((key.label.as_str(), banner.name.as_str()), ("key", ""));
    assert_eq!(definition.parameters.remote.len(), 1);
    assert!(definition.findings.is_empty(), "{:?}", definition.findings);
}

#[test]
fn nothing_shows_a_secret_by_accident() {
    let definition = read(r#"{"communication": {"url": "https://acme.test"}, "common": {"clientSecret": "hunter2"}}"#);
    let shown = format!("{definition:?} {:?} {:?}", definition.common, definition.parts);
    assert!(shown.contains("clientSecret") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn ranges_are_inclusive() {
    let range = StatusRange::parse("400-499").unwrap();
    assert!(range.contains(400) && range.contains(499) && !range.contains(500));
}
