//! minijinja: Jinja templates, a hand-written parser. The yardstick of parsing.

use std::hint::black_box;

use minijinja::{Environment, Error, Value, value::Serde};

use crate::cases::variables;
use crate::engine::{Engine, Work, keep, looped};

const TEMPLATES: [&str; 3] = [
    "Bearer {{ connection.accessToken }}",
    "{{ merge(oauth.scope, ifempty(parameters.scopes, [])) | unique | join(' ') }}",
    "{{ 'https://sandbox.example.com' if parameters.sandbox else 'https://api.example.com' }}/oauth/token",
];

fn merge(first: Value, second: Value) -> Result<Value, Error> {
    let mut items: Vec<Value> = first.try_iter()?.collect();
    items.extend(second.try_iter()?);
    Ok(Value::from(items))
}

fn ifempty(value: Value, instead: Value) -> Value {
    if value.is_undefined() || value.is_none() || value.len() == Some(0) { instead } else { value }
}

pub fn engine() -> Engine {
    let mut environment = Environment::new();
    environment.add_function("merge", merge);
    environment.add_function("ifempty", ifempty);
    let environment = keep(environment);
    let variables = keep(Value::from(Serde(variables())));
    let works = TEMPLATES.map(|source| {
        let template = environment.template_from_str(source).expect("the template parses");
        let evaluate = move || template.render(black_box(variables).clone()).expect("the template evaluates");
        let parse = move || {
            black_box(environment.template_from_str(black_box(source)).expect("the template parses"));
        };
        Work { result: evaluate(), evaluate: looped(evaluate), parse: Some(looped(parse)) }
    });
    Engine { name: "minijinja 3", works }
}
