//! `keys`: the names of a collection.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "keys",
    family: Family::Array,
    signature: "keys(collectionOrArray)",
    doc: "Gives the names of a collection's members, whole numbers first, as JavaScript enumerates them; of an array the positions as texts, counted from 0.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{keys(o)}}", r#"{"o": {"b": 1, "a": 2}}"#, r#"["b", "a"]"#),
        Example::new("{{keys(o)}}", r#"{"o": {"b": 1, "10": 2, "9": 3}}"#, r#"["9", "10", "b"]"#),
        Example::new("{{keys(l)}}", r#"{"l": ["x", "y"]}"#, r#"["0", "1"]"#),
        Example::new("{{keys(x)}}", r#"{"x": null}"#, "[]"),
        Example::error("{{keys('text')}}", "{}", "'text' is not a valid collection or array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    match call.argument(0) {
        Val::Collection(members) => {
            call.spend(members.len())?;
            call.make_array(members.enumerated().map(|(name, _)| Val::Text(name)))
        }
        Val::Array(list) => {
            call.spend(list.len())?;
            let positions: Result<Vec<_>, _> =
                (0..list.len()).map(|position| call.make_text(position.to_string())).collect();
            call.make_array(positions?)
        }
        Val::Undefined | Val::Null => call.make_array([]),
        _ => Err(call.refuse(0, "is not a valid collection or array")),
    }
}
