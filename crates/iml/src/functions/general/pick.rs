//! `pick`: some members of a collection.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "pick",
    family: Family::General,
    signature: "pick(collection, name1, [name2, …])",
    doc: "Gives a collection of the named members only, in their own order; names that do not exist are left \
          out. Of null it gives an empty collection.",
    arguments: Arguments::at_least(2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{pick(o, 'a', 'c')}}", r#"{"o": {"a": 1, "b": 2, "c": 3}}"#, r#"{"a": 1, "c": 3}"#),
        Example::new("{{pick(o, 'c', 'a', 'z')}}", r#"{"o": {"a": 1, "c": 3}}"#, r#"{"a": 1, "c": 3}"#),
        Example::new("{{pick(x, 'a')}}", r#"{"x": null}"#, "{}"),
        Example::error("{{pick(x, 'a')}}", r#"{"x": "text"}"#, "'text' is not a valid collection"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::members_where(call, |named| named)
}
