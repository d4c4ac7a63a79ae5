//! `average`: the mean of numbers.

use super::numbers::{numbers, or_null};
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "average",
    family: Family::Math,
    signature: "average(array) or average(value1, value2, …)",
    doc: "Gives the arithmetic mean of the numbers of one array, or of all arguments; \
          what is no number is skipped. Null when there is none.",
    arguments: Arguments::at_least(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{average(80; 90; 100)}}", "{}", "90"),
        Example::new("{{average(l)}}", r#"{"l": [1, "2", "x"]}"#, "1.5"),
        Example::new("{{average(l)}}", r#"{"l": []}"#, "null"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let numbers = numbers(call)?;
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    Ok(or_null((!numbers.is_empty()).then_some(mean)))
}
