//! `addMinutes`: a date moved by minutes.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::Unit;

pub(super) static FUNCTION: Function = Function {
    name: "addMinutes",
    family: Family::Date,
    signature: "addMinutes(date, number)",
    doc: "Moves a date by a number of minutes on the time line; a negative number moves back. An amount that is no \
          number changes nothing.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            r#"{{addMinutes("2016-12-08T15:55:57.536Z"; -2)}}"#,
            "{}",
            r#"{"$date": "2016-12-08T15:53:57.536Z"}"#,
        ),
        Example::new("{{addMinutes(now, 1.5)}}", "{}", r#"{"$date": "2024-03-15T10:22:00.456Z"}"#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::add(call, Unit::Minutes)
}
