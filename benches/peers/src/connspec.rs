//! connspec's own language: `connspec-iml` with its default features.

use std::hint::black_box;

use connspec_iml::{FixedHost, Scope, Template, Value};

use crate::cases::{CASES, Case, variables};
use crate::engine::{Engine, Loop, Work, keep, looped};

/// Evaluates in a scope that was made once.
pub fn engine() -> Engine {
    let (values, host) = (keep(Value::from_json(&variables())), keep(FixedHost::new(0, "UTC", 1)));
    let scope = keep(scope(values));
    works("connspec", |template| {
        (text(template.eval(scope, host)), looped(move || template.eval(black_box(scope), host)))
    })
}

/// Binds the variables anew for every evaluation.
pub fn engine_with_new_scope() -> Engine {
    let (values, host) = (keep(Value::from_json(&variables())), keep(FixedHost::new(0, "UTC", 1)));
    works("connspec, a new scope each time", |template| {
        let evaluate = move || template.eval(&scope(black_box(values)), host);
        (text(evaluate()), looped(evaluate))
    })
}

fn works(name: &'static str, evaluation: impl Fn(&'static Template) -> (String, Loop)) -> Engine {
    let works = CASES.map(|Case { iml, .. }| {
        let template = keep(Template::parse(iml));
        assert!(template.findings().is_empty(), "{iml} has findings");
        let (result, evaluate) = evaluation(template);
        Work { result, evaluate, parse: Some(looped(move || Template::parse(black_box(iml)))) }
    });
    Engine { name, works }
}

fn scope(values: &Value) -> Scope<'_> {
    Scope::from_collection(values.as_collection().expect("the variables are an object"))
}

fn text(result: Result<Value, connspec_iml::Error>) -> String {
    match result.expect("the template evaluates") {
        Value::Text(text) => text,
        other => panic!("a text, not {other:?}"),
    }
}
