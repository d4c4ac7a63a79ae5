//! Three templates of everyday connections, evaluated and parsed, beside the same work written by hand
//! over `serde_json` (the floor). Every result is checked before anything is timed. Quote ratios.

use std::hint::black_box;

use connspec_iml::{FixedHost, Scope, Template, Value};
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};
use serde_json::{Value as Json, json};

/// A template, the floor that does its work, and the result.
struct Case {
    name: &'static str,
    template: &'static str,
    floor: fn(&Json) -> String,
    expected: &'static str,
}

const CASES: [Case; 3] = [
    Case {
        name: "T1 bearer header",
        template: "Bearer {{connection.accessToken}}",
        floor: bearer,
        expected: "Bearer at-0123456789abcdef0123456789abcdef",
    },
    Case {
        name: "T2 scope join",
        template: "{{join(distinct(merge(oauth.scope, ifempty(parameters.scopes, emptyarray))), ' ')}}",
        floor: scopes,
        expected: "users:read users:write files:read offline files:write",
    },
    Case {
        name: "T3 conditional URL",
        template: "{{if(parameters.sandbox, 'https://sandbox.example.com', 'https://api.example.com')}}/oauth/token",
        floor: url,
        expected: "https://sandbox.example.com/oauth/token",
    },
];

fn variables() -> Json {
    json!({
        "connection": {"accessToken": "at-0123456789abcdef0123456789abcdef", "refreshToken": "rt-1", "expires": "2026-01-01T00:00:00Z"},
        "oauth": {"scope": ["users:read", "users:write", "files:read", "offline"], "code": "abc"},
        "parameters": {"sandbox": true, "scopes": ["files:read", "files:write"], "clientId": "cid", "clientSecret": "sec"},
        "common": {"clientId": "cid"},
    })
}

fn at<'j>(variables: &'j Json, root: &str, name: &str) -> Option<&'j Json> {
    variables.as_object()?.get(root)?.as_object()?.get(name)
}

fn bearer(variables: &Json) -> String {
    let token = at(variables, "connection", "accessToken").and_then(Json::as_str).unwrap_or("");
    let mut header = String::with_capacity(7 + token.len());
    header.push_str("Bearer ");
    header.push_str(token);
    header
}

fn scopes(variables: &Json) -> String {
    let none = Vec::new();
    let first = at(variables, "oauth", "scope").and_then(Json::as_array).unwrap_or(&none);
    let second = at(variables, "parameters", "scopes").and_then(Json::as_array).unwrap_or(&none);
    let mut distinct: Vec<&str> = Vec::with_capacity(first.len() + second.len());
    for scope in first.iter().chain(second).filter_map(Json::as_str) {
        if !distinct.contains(&scope) {
            distinct.push(scope);
        }
    }
    distinct.join(" ")
}

fn url(variables: &Json) -> String {
    let sandbox = at(variables, "parameters", "sandbox").and_then(Json::as_bool).unwrap_or(false);
    let base = if sandbox { "https://sandbox.example.com" } else { "https://api.example.com" };
    let mut url = String::with_capacity(40);
    url.push_str(base);
    url.push_str("/oauth/token");
    url
}

fn evaluate(criterion: &mut Criterion) {
    let json = variables();
    let values = Value::from_json(&json);
    let members = values.as_collection().expect("the variables are an object");
    let (scope, host) = (Scope::from_collection(members), FixedHost::new(0, "UTC", 1));
    for case in CASES {
        let template = Template::parse(case.template);
        assert_eq!((case.floor)(&json), case.expected);
        assert_eq!(template.eval(&scope, &host).expect("the template evaluates"), Value::from(case.expected));
        let mut group: BenchmarkGroup<'_, WallTime> = criterion.benchmark_group(format!("eval {}", case.name));
        group.bench_function("floor", |bencher| bencher.iter(|| (case.floor)(black_box(&json))));
        group.bench_function("iml", |bencher| bencher.iter(|| template.eval(black_box(&scope), &host)));
        group.bench_function("iml with a new scope", |bencher| {
            bencher.iter(|| template.eval(&Scope::from_collection(black_box(members)), &host))
        });
        group.finish();
    }
}

fn parse(criterion: &mut Criterion) {
    for case in CASES {
        assert!(Template::parse(case.template).findings().is_empty());
        criterion.bench_function(&format!("parse {}", case.name), |bencher| {
            bencher.iter(|| Template::parse(black_box(case.template)))
        });
    }
}

criterion_group!(benches, evaluate, parse);
criterion_main!(benches);
