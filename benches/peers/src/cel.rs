//! cel-interpreter: Google's Common Expression Language, parsed by ANTLR.

use std::hint::black_box;
use std::sync::Arc;

use cel_interpreter::{Context, ExecutionError, Program, Value};

use crate::cases::variables;
use crate::engine::{Engine, Work, keep, looped};

const PROGRAMS: [&str; 3] = [
    "'Bearer ' + connection.accessToken",
    "join(distinct(oauth.scope + (has(parameters.scopes) ? parameters.scopes : [])), ' ')",
    "(parameters.sandbox ? 'https://sandbox.example.com' : 'https://api.example.com') + '/oauth/token'",
];

fn distinct(items: Arc<Vec<Value>>) -> Result<Value, ExecutionError> {
    let mut distinct: Vec<Value> = Vec::new();
    for item in items.iter() {
        if !distinct.contains(item) {
            distinct.push(item.clone());
        }
    }
    Ok(Value::List(Arc::new(distinct)))
}

fn join(items: Arc<Vec<Value>>, separator: Arc<String>) -> Result<Value, ExecutionError> {
    let mut joined = String::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            joined.push_str(&separator);
        }
        if let Value::String(text) = item {
            joined.push_str(text);
        }
    }
    Ok(Value::String(Arc::new(joined)))
}

pub fn engine() -> Engine {
    let mut context = Context::default();
    context.add_function("distinct", distinct);
    context.add_function("join", join);
    for (name, value) in variables().as_object().into_iter().flatten() {
        context.add_variable(name.clone(), value).expect("JSON is a value");
    }
    let context = keep(context);
    let works = PROGRAMS.map(|source| {
        let program = Program::compile(source).expect("the program parses");
        let evaluate = move || program.execute(black_box(context)).expect("the program evaluates");
        let Value::String(result) = evaluate() else { panic!("{source} gives a text") };
        let parse = move || Program::compile(black_box(source)).expect("the program parses");
        Work { result: result.to_string(), evaluate: looped(evaluate), parse: Some(looped(parse)) }
    });
    Engine { name: "cel-interpreter 0.10", works }
}
