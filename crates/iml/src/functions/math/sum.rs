//! `sum`: numbers added up.

use crate::eval::{Outcome, Val, to_number};
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
    let sum = match call.argument(0) {
        Val::Array(list) => list.iter().filter_map(numeric).sum(),
        _ => call.arguments().iter().copied().filter_map(numeric).sum(),
    };
    Ok(Val::Number(sum))
}

/// The number a value holds: a number or numeric text.
fn numeric(value: Val<'_>) -> Option<f64> {
    match value {
        Val::Number(number) => Some(number),
        Val::Text(text) if !text.trim().is_empty() => Some(to_number(value)).filter(|number| !number.is_nan()),
        _ => None,
    }
}
