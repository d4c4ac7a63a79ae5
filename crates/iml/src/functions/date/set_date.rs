//! `setDate`: a date with another day of the month.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::Field;

pub(super) static FUNCTION: Function = Function {
    name: "setDate",
    family: Family::Date,
    signature: "setDate(date, number)",
    doc: "Sets the day of the month of a date on the wall clock of the scenario's zone, 1–31; numbers beyond roll \
          over into the larger fields.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(r#"{{setDate("2015-08-07T11:36:39.138Z";5)}}"#, "{}", r#"{"$date": "2015-08-05T11:36:39.138Z"}"#),
        Example::new(r#"{{setDate("2015-08-07T11:36:39.138Z";32)}}"#, "{}", r#"{"$date": "2015-09-01T11:36:39.138Z"}"#),
        Example::new("{{addDays(setDate(now; 1); -1)}}", "{}", r#"{"$date": "2024-02-29T10:20:30.456Z"}"#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::set(call, Field::Date)
}
