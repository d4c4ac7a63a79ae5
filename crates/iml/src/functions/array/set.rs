//! `set`: a collection with one member changed.

use crate::LanguageSwitch;
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "set",
    family: Family::Array,
    signature: "set(collection, path, value)",
    doc: "Gives a copy of the collection with the value at the dotted path; collections that are missing on the \
          way are made. Seen in Make's palette; its meaning is unpublished.",
    arguments: Arguments::exactly(3),
    standing: Standing::Unconfirmed,
    examples: &[
        Example::new("{{set(o, 'b', 2)}}", r#"{"o": {"a": 1}}"#, r#"{"a": 1, "b": 2}"#),
        Example::new("{{set(o, 'a.b', 2)}}", r#"{"o": {"a": {"b": 1, "c": 3}}}"#, r#"{"a": {"b": 2, "c": 3}}"#),
        Example::new("{{set(o, 'x.y', 2)}}", r#"{"o": null}"#, r#"{"x": {"y": 2}}"#),
        Example::new("{{set(o, 'a.b', 2)}}", r#"{"o": {"a": [1]}}"#, r#"{"a": {"b": 2}}"#),
        Example::error("{{set('text', 'a', 2)}}", "{}", "'text' is not a valid collection"),
        Example::error(
            "{{set(o, path, 2)}}",
            r#"{"o": {}, "path": "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"}"#,
            "more than 32 names",
        ),
    ],
    run: Run::Eager(run),
};

/// How many names a path may have: each makes the result one collection deeper.
const LONGEST_PATH: usize = 32;

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    call.relied_on(LanguageSwitch::UnconfirmedFunctions);
    call.optional_collection(0)?;
    let path: Vec<&str> = call.text(1)?.split('.').collect();
    if path.len() > LONGEST_PATH {
        return Err(call.refuse(1, "is a path of more than 32 names"));
    }
    replaced(call, call.argument(0), &path, call.argument(2))
}

fn replaced<'a>(call: &Call<'a>, target: Val<'a>, path: &[&'a str], value: Val<'a>) -> Outcome<'a> {
    let Some((name, rest)) = path.split_first() else { return Ok(value) };
    let inner = replaced(call, target.member(name), rest, value)?;
    match target {
        Val::Collection(members) => {
            call.spend(members.len())?;
            call.make_collection(members.iter().chain([(*name, inner)]))
        }
        _ => call.make_collection([(*name, inner)]),
    }
}
