//! jaq: the jq language. Compiling a filter includes the definitions of its standard library.

use std::hint::black_box;

use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Filter, Vars, data::JustLut, unwrap_valr};
use jaq_json::{Val, read};

use crate::cases::variables;
use crate::engine::{Engine, Work, keep, looped};

const FILTERS: [&str; 3] = [
    r#""Bearer \(.connection.accessToken)""#,
    "(.oauth.scope + (.parameters.scopes // [])) \
     | reduce .[] as $x ([]; if any(.[]; . == $x) then . else . + [$x] end) | join(\" \")",
    r#"(if .parameters.sandbox then "https://sandbox.example.com" else "https://api.example.com" end) + "/oauth/token""#,
];

fn compile(source: &str) -> Filter<JustLut<Val>> {
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let modules = Loader::new(definitions).load(&arena, File { code: source, path: () }).ok();
    Compiler::default().with_funs(functions).compile(modules.expect("the filter parses")).ok().expect("it compiles")
}

pub fn engine() -> Engine {
    let variables = keep(read::parse_single(variables().to_string().as_bytes()).expect("JSON is a value"));
    let works = FILTERS.map(|source| {
        let filter = compile(source);
        let evaluate = move || {
            let context = Ctx::<JustLut<Val>>::new(&filter.lut, Vars::new([]));
            let mut results = filter.id.run((context, black_box(variables).clone())).map(unwrap_valr);
            results.next().expect("a result").ok().expect("the filter evaluates")
        };
        let result: String = serde_json::from_str(&evaluate().to_string()).expect("a text");
        Work { result, evaluate: looped(evaluate), parse: Some(looped(move || compile(black_box(source)))) }
    });
    Engine { name: "jaq 3", works }
}
