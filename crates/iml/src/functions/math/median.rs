//! `median`: the middle of numbers.

use super::numbers::{numbers, or_null};
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "median",
    family: Family::Math,
    signature: "median(array) or median(value1, value2, …)",
    doc: "Gives the middle of the numbers of one array, or of all arguments; \
          what is no number is skipped. Null when there is none. Of an even count it is the mean of \
          the two in the middle.",
    arguments: Arguments::at_least(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{median(3; 5; 7)}}", "{}", "5"),
        Example::new("{{median(2; 3; 5; 8)}}", "{}", "4"),
        Example::new("{{median(2.5; 3.5; 2; 4.5; 1)}}", "{}", "2.5"),
        Example::new("{{median(l)}}", r#"{"l": []}"#, "null"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let mut numbers = numbers(call)?;
    numbers.sort_unstable_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    let median = match numbers.len() {
        0 => None,
        even if even % 2 == 0 => Some((numbers[middle - 1] + numbers[middle]) / 2.0),
        _ => Some(numbers[middle]),
    };
    Ok(or_null(median))
}
