//! Any text evaluates, to a value or to an error within it, in bounded time, and to the same again.

#![no_main]

use std::sync::LazyLock;

use connspec_iml::{FixedHost, Scope, Template, Value};
use libfuzzer_sys::fuzz_target;

/// Something of every kind, under the names that templates read.
static BODY: LazyLock<Value> = LazyLock::new(|| {
    Value::from_tagged(&serde_json::json!({
        "n": 3, "f": -1.5, "t": "Ab, c", "e": "", "b": true, "z": null,
        "d": { "$date": "2024-03-31T01:30:00.000Z" }, "x": { "$binary": "AP8=" },
        "l": [3, 1, "b", "a", null, { "k": 1 }], "o": { "k": { "m": [1, 2] }, "access_token": "abc" },
    }))
});

fuzz_target!(|text: &str| {
    let template = Template::parse(text);
    let scope = Scope::new().with("body", &BODY).with("data", &BODY);
    let outcome = || template.eval(&scope, &FixedHost::new(1_711_848_600_000, "Europe/Prague", 7));
    let (first, second) = (outcome(), outcome());
    match (&first, &second) {
        (Ok(first), Ok(second)) => assert_eq!(first.to_tagged(), second.to_tagged()),
        (Err(first), Err(second)) => {
            assert_eq!(first.code, second.code);
            assert!(text.get(first.span.range()).is_some(), "{first:?} does not fit {text:?}");
        }
        _ => panic!("{first:?} the first time, {second:?} the second"),
    }
});
