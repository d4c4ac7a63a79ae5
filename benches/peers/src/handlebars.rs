//! handlebars: templates with helpers, parsed by pest with `std`.

use std::hint::black_box;

use handlebars::{Context, Handlebars, Template, handlebars_helper, no_escape};
use serde_json::{Value, json};

use crate::cases::variables;
use crate::engine::{Engine, Work, keep, looped};

const TEMPLATES: [&str; 3] = [
    "Bearer {{connection.accessToken}}",
    "{{join (distinct (merge oauth.scope (ifempty parameters.scopes))) ' '}}",
    "{{choose parameters.sandbox 'https://sandbox.example.com' 'https://api.example.com'}}/oauth/token",
];

handlebars_helper!(merge: |first: Json, second: Json| {
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    Value::Array([items(first), items(second)].concat())
});
handlebars_helper!(distinct: |array: Json| {
    let mut items: Vec<Value> = Vec::new();
    for item in array.as_array().into_iter().flatten() {
        if !items.contains(item) {
            items.push(item.clone());
        }
    }
    Value::Array(items)
});
handlebars_helper!(ifempty: |value: Json| if value.is_null() { json!([]) } else { value.clone() });
handlebars_helper!(join: |array: Json, separator: str| {
    let texts: Vec<&str> = array.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    texts.join(separator)
});
handlebars_helper!(choose: |condition: Json, yes: str, no: str| {
    if condition.as_bool().unwrap_or(false) { yes.to_string() } else { no.to_string() }
});

pub fn engine() -> Engine {
    let mut registry = Handlebars::new();
    registry.register_escape_fn(no_escape);
    registry.register_helper("merge", Box::new(merge));
    registry.register_helper("distinct", Box::new(distinct));
    registry.register_helper("ifempty", Box::new(ifempty));
    registry.register_helper("join", Box::new(join));
    registry.register_helper("choose", Box::new(choose));
    for source in TEMPLATES {
        registry.register_template_string(source, source).expect("the template parses");
    }
    let registry = keep(registry);
    let variables = keep(Context::wraps(variables()).expect("JSON is a context"));
    let works = TEMPLATES.map(|source| {
        let evaluate =
            move || registry.render_with_context(source, black_box(variables)).expect("the template evaluates");
        let parse = move || Template::compile(black_box(source)).expect("the template parses");
        Work { result: evaluate(), evaluate: looped(evaluate), parse: Some(looped(parse)) }
    });
    Engine { name: "handlebars 6", works }
}
