//! tera: Jinja-like templates, parsed by pest with `std`.

use std::cell::RefCell;
use std::hint::black_box;

use tera::{Context, Tera};

use crate::cases::variables;
use crate::engine::{Engine, Work, keep, looped};

const TEMPLATES: [&str; 3] = [
    "Bearer {{ connection.accessToken }}",
    "{{ oauth.scope | concat(with=parameters.scopes) | unique | join(sep=' ') }}",
    "{% if parameters.sandbox %}https://sandbox.example.com{% else %}https://api.example.com{% endif %}/oauth/token",
];

pub fn engine() -> Engine {
    let variables = keep(Context::from_value(variables()).expect("an object is a context"));
    let works = TEMPLATES.map(|source| {
        let mut registry = Tera::default();
        registry.add_raw_template("case", source).expect("the template parses");
        let registry = keep(registry);
        let evaluate = move || registry.render("case", black_box(variables)).expect("the template evaluates");
        // tera parses only into a registry: the same place in one that holds nothing else.
        let parsing = RefCell::new(Tera::default());
        let parse = move || {
            parsing.borrow_mut().add_raw_template("case", black_box(source)).expect("the template parses");
        };
        Work { result: evaluate(), evaluate: looped(evaluate), parse: Some(looped(parse)) }
    });
    Engine { name: "tera 1", works }
}
