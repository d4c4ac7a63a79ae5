//! `addHours`: a date moved by hours.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::Unit;

pub(super) static FUNCTION: Function = Function {
    name: "addHours",
    family: Family::Date,
    signature: "addHours(date, number)",
    doc: "Moves a date by a number of hours on the time line; a negative number moves back. An amount that is no \
          number changes nothing.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            r#"{{addHours("2016-12-08T15:55:57.536Z"; -2)}}"#,
            "{}",
            r#"{"$date": "2016-12-08T13:55:57.536Z"}"#,
        ),
        Example::new(r#"{{addHours("2024-03-30T12:00:00Z"; 24)}}"#, "{}", r#"{"$date": "2024-03-31T12:00:00.000Z"}"#)
            .in_zone("Europe/Prague"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::add(call, Unit::Hours)
}
