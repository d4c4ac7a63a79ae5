//! `setYear`: a date with another year.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::Field;

pub(super) static FUNCTION: Function = Function {
    name: "setYear",
    family: Family::Date,
    signature: "setYear(date, number)",
    doc: "Sets the year of a date on the wall clock of the scenario's zone; 29 February becomes 28 in other years.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            r#"{{setYear("2015-08-07T11:36:39.138Z";2017)}}"#,
            "{}",
            r#"{"$date": "2017-08-07T11:36:39.138Z"}"#,
        ),
        Example::new(r#"{{setYear("2024-02-29"; 2023)}}"#, "{}", r#"{"$date": "2023-02-28T00:00:00.000Z"}"#),
        Example::error("{{setYear(now; 1000000)}}", "{}", "the result is not a valid date"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::set(call, Field::Year)
}
