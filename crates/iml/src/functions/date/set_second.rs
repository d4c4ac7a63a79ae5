//! `setSecond`: a date with another second.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::Field;

pub(super) static FUNCTION: Function = Function {
    name: "setSecond",
    family: Family::Date,
    signature: "setSecond(date, number)",
    doc: "Sets the second of a date on the wall clock of the scenario's zone, 0–59; numbers beyond roll over into \
          the larger fields.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            r#"{{setSecond("2015-10-07T11:36:39.138Z";10)}}"#,
            "{}",
            r#"{"$date": "2015-10-07T11:36:10.138Z"}"#,
        ),
        Example::new(
            r#"{{setSecond("2015-10-07T11:36:39.138Z";61)}}"#,
            "{}",
            r#"{"$date": "2015-10-07T11:37:01.138Z"}"#,
        ),
        Example::new(
            r#"{{setSecond("2015-10-07T11:36:39.138Z";null)}}"#,
            "{}",
            r#"{"$date": "2015-10-07T11:36:39.138Z"}"#,
        ),
        Example::new("{{setSecond(null; 1)}}", "{}", "null"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::set(call, Field::Second)
}
