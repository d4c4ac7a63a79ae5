//! `add`: an array with more items.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "add",
    family: Family::Array,
    signature: "add(array, value1, [value2, …])",
    doc: "Gives a new array: the items of the array, then the values.",
    arguments: Arguments::at_least(2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{add(l, 3, 'x')}}", r#"{"l": [1, 2]}"#, r#"[1, 2, 3, "x"]"#),
        Example::new("{{add(l, 1)}}", r#"{"l": null}"#, "[1]"),
        Example::error("{{add(6; 18)}}", "{}", "'6' is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let list = call.list(0)?;
    call.spend(list.len())?;
    call.make_array(list.iter().chain(call.arguments().iter().skip(1).copied()))
}
