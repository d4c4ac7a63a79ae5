//! `stdevS`: the standard deviation of a sample.

use super::numbers::{deviation, or_null};
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "stdevS",
    family: Family::Math,
    signature: "stdevS(array) or stdevS(value1, value2, …)",
    doc: "Gives the standard deviation of the numbers as a sample: the squares are divided by one less than their count. What is \
          no number is skipped; null when there is none.",
    arguments: Arguments::at_least(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{round(stdevS(1; 2; 3; 4; 5) * 1000000)}}", "{}", "1581139"),
        Example::new("{{stdevS(l)}}", r#"{"l": [2, "4", "x", 6]}"#, "2"),
        Example::new("{{stdevS(1)}}", "{}", r#"{"$number": "NaN"}"#),
        Example::new("{{stdevS(l)}}", r#"{"l": []}"#, "null"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    Ok(or_null(deviation(call, 1.0)?))
}
