//! `stdevP`: the standard deviation of a population.

use super::numbers::{deviation, or_null};
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "stdevP",
    family: Family::Math,
    signature: "stdevP(array) or stdevP(value1, value2, …)",
    doc: "Gives the standard deviation of the numbers as a population: the squares are divided by their count. What is \
          no number is skipped; null when there is none.",
    arguments: Arguments::at_least(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{round(stdevP(1; 2; 3; 4; 5) * 1000000)}}", "{}", "1414214"),
        Example::new("{{stdevP(2; 4; 4; 4; 5; 5; 7; 9)}}", "{}", "2"),
        Example::new("{{stdevP(1)}}", "{}", "0"),
        Example::new("{{stdevP(l)}}", r#"{"l": ["x"]}"#, "null"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    Ok(or_null(deviation(call, 0.0)?))
}
