//! `sum`: numbers added up.

use super::numbers::numbers;
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "sum",
    family: Family::Math,
    signature: "sum(array) or sum(value1, value2, …)",
    doc: "Gives the sum of the numbers of one array, or of all arguments; what is no number is skipped.",
    arguments: Arguments::at_least(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{sum(1, 2, 3)}}", "{}", "6"),
        Example::new("{{sum(l)}}", r#"{"l": [1, "2", "x", null]}"#, "3"),
        Example::new("{{sum(l)}}", r#"{"l": []}"#, "0"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    // An empty sum of floats is -0 in Rust.
    Ok(Val::Number(numbers(call)?.into_iter().fold(0.0, |sum, number| sum + number)))
}
