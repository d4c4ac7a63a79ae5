//! `merge`: several arrays as one.

use crate::eval::{List, Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "merge",
    family: Family::Array,
    signature: "merge(array1, [array2, …])",
    doc: "Gives the items of all arrays in one; arguments that are no arrays are ignored.",
    arguments: Arguments::at_least(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{merge(a; x; b)}}", r#"{"a": [1], "x": null, "b": [2, 3]}"#, "[1, 2, 3]"),
        Example::new("{{merge(1, 'a')}}", "{}", "[]"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let lists = call.arguments().iter().filter_map(|argument| match argument {
        Val::Array(list) => Some(*list),
        _ => None,
    });
    let length = lists.clone().map(List::len).sum();
    call.spend(length)?;
    let mut merged = call.array_builder(length)?;
    for list in lists {
        merged.extend(list)?;
    }
    Ok(merged.finish())
}
