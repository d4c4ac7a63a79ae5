//! `addYears`: a date moved by years.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::Unit;

pub(super) static FUNCTION: Function = Function {
    name: "addYears",
    family: Family::Date,
    signature: "addYears(date, number)",
    doc: "Moves a date by a number of years on the wall clock of the scenario's zone; a negative number moves \
          back. 29 February becomes 28 in other years; fractions are rounded to months. An amount that is no \
          number changes nothing.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            r#"{{addYears("2016-08-08T15:55:57.536Z";-2)}}"#,
            "{}",
            r#"{"$date": "2014-08-08T15:55:57.536Z"}"#,
        ),
        Example::new(r#"{{addYears("2024-02-29"; 1)}}"#, "{}", r#"{"$date": "2025-02-28T00:00:00.000Z"}"#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::add(call, Unit::Years)
}
