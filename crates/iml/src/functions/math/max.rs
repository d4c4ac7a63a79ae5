//! `max`: the largest number.

use super::numbers::{numbers, or_null};
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "max",
    family: Family::Math,
    signature: "max(array) or max(value1, value2, …)",
    doc: "Gives the largest of the numbers of one array, or of all arguments; \
          what is no number is skipped. Null when there is none.",
    arguments: Arguments::at_least(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{max(l)}}", r#"{"l": [3, 9, 2]}"#, "9"),
        Example::new("{{max(3, '10', true)}}", "{}", "10"),
        Example::new("{{max(x)}}", r#"{"x": null}"#, "null"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    Ok(or_null(numbers(call)?.into_iter().reduce(f64::max)))
}
