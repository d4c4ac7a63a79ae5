//! liquid: Shopify's templates, parsed by pest with `std`.

use std::hint::black_box;

use liquid::ParserBuilder;

use crate::cases::variables;
use crate::engine::{Engine, Work, keep, looped};

const TEMPLATES: [&str; 3] = [
    "Bearer {{ connection.accessToken }}",
    "{{ oauth.scope | concat: parameters.scopes | uniq | join: ' ' }}",
    "{% if parameters.sandbox %}https://sandbox.example.com{% else %}https://api.example.com{% endif %}/oauth/token",
];

pub fn engine() -> Engine {
    let parser = keep(ParserBuilder::with_stdlib().build().expect("the parser is complete"));
    let variables = keep(liquid::to_object(&variables()).expect("the variables are an object"));
    let works = TEMPLATES.map(|source| {
        let template = parser.parse(source).expect("the template parses");
        let evaluate = move || template.render(black_box(variables)).expect("the template evaluates");
        let parse = move || parser.parse(black_box(source)).expect("the template parses");
        Work { result: evaluate(), evaluate: looped(evaluate), parse: Some(looped(parse)) }
    });
    Engine { name: "liquid 0.26", works }
}
