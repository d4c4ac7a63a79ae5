//! `omit`: a collection without some members.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "omit",
    family: Family::General,
    signature: "omit(collection, name1, [name2, …])",
    doc: "Gives the collection without the named members; names that do not exist are ignored. Of null it \
          gives an empty collection.",
    arguments: Arguments::at_least(2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{omit(o, 'b')}}", r#"{"o": {"a": 1, "b": 2, "c": 3}}"#, r#"{"a": 1, "c": 3}"#),
        Example::new("{{omit(o, 'z', 1)}}", r#"{"o": {"a": 1, "1": 2}}"#, r#"{"a": 1}"#),
        Example::new("{{omit(x, 'a')}}", r#"{"x": null}"#, "{}"),
        Example::error("{{omit(x, 'a')}}", r#"{"x": [1]}"#, "an array of 1 is not a valid collection"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::members_where(call, |named| !named)
}
