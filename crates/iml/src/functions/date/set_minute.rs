//! `setMinute`: a date with another minute.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::Field;

pub(super) static FUNCTION: Function = Function {
    name: "setMinute",
    family: Family::Date,
    signature: "setMinute(date, number)",
    doc: "Sets the minute of a date on the wall clock of the scenario's zone, 0–59; numbers beyond roll over into \
          the larger fields.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            r#"{{setMinute("2015-10-07T11:36:39.138Z";10)}}"#,
            "{}",
            r#"{"$date": "2015-10-07T11:10:39.138Z"}"#,
        ),
        Example::new(
            r#"{{setMinute("2015-10-07T11:36:39.138Z";61)}}"#,
            "{}",
            r#"{"$date": "2015-10-07T12:01:39.138Z"}"#,
        ),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::set(call, Field::Minute)
}
