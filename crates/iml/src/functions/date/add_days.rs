//! `addDays`: a date moved by days.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::Unit;

pub(super) static FUNCTION: Function = Function {
    name: "addDays",
    family: Family::Date,
    signature: "addDays(date, number)",
    doc: "Moves a date by a number of days on the wall clock of the scenario's zone; a negative number moves back. \
          Across a change of the clocks a day has 23 or 25 hours; fractions are rounded. An amount that is no \
          number changes nothing.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(r#"{{addDays("2016-12-08T15:55:57.536Z"; 2)}}"#, "{}", r#"{"$date": "2016-12-10T15:55:57.536Z"}"#),
        Example::new("{{addDays(setDate(now; 1); -1)}}", "{}", r#"{"$date": "2024-02-29T10:20:30.456Z"}"#),
        Example::new(r#"{{addDays("2024-03-30T12:00:00Z"; 1)}}"#, "{}", r#"{"$date": "2024-03-31T11:00:00.000Z"}"#)
            .in_zone("Europe/Prague"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::add(call, Unit::Days)
}
