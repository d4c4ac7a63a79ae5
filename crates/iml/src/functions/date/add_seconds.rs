//! `addSeconds`: a date moved by seconds.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::Unit;

pub(super) static FUNCTION: Function = Function {
    name: "addSeconds",
    family: Family::Date,
    signature: "addSeconds(date, number)",
    doc: "Moves a date by a number of seconds on the time line; a negative number moves back. An amount that is no \
          number changes nothing.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            r#"{{addSeconds("2016-12-08T15:55:57.536Z"; -2)}}"#,
            "{}",
            r#"{"$date": "2016-12-08T15:55:55.536Z"}"#,
        ),
        Example::new(r#"{{addSeconds(now, "60")}}"#, "{}", r#"{"$date": "2024-03-15T10:21:30.456Z"}"#),
        Example::new("{{addSeconds(now, undefined)}}", "{}", r#"{"$date": "2024-03-15T10:20:30.456Z"}"#),
        Example::new("{{addSeconds(null, 60)}}", "{}", "null"),
        Example::error("{{addSeconds('soon', 60)}}", "{}", "is not a valid date"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::add(call, Unit::Seconds)
}
