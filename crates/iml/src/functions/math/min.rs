//! `min`: the smallest number.

use super::numbers::{numbers, or_null};
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "min",
    family: Family::Math,
    signature: "min(array) or min(value1, value2, …)",
    doc: "Gives the smallest of the numbers of one array, or of all arguments; \
          what is no number is skipped. Null when there is none.",
    arguments: Arguments::at_least(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{min(3, 1, 2)}}", "{}", "1"),
        Example::new("{{min(l)}}", r#"{"l": [3, "x", null, "-2"]}"#, "-2"),
        Example::new("{{min(l)}}", r#"{"l": []}"#, "null"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    Ok(or_null(numbers(call)?.into_iter().reduce(f64::min)))
}
