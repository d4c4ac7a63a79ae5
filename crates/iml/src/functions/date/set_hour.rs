//! `setHour`: a date with another hour.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::Field;

pub(super) static FUNCTION: Function = Function {
    name: "setHour",
    family: Family::Date,
    signature: "setHour(date, number)",
    doc: "Sets the hour of a date on the wall clock of the scenario's zone, 0–23; numbers beyond roll over into \
          the larger fields.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(r#"{{setHour("2015-08-07T11:36:39.138Z";6)}}"#, "{}", r#"{"$date": "2015-08-07T06:36:39.138Z"}"#),
        Example::new(r#"{{setHour("2015-08-07T11:36:39.138Z";-6)}}"#, "{}", r#"{"$date": "2015-08-06T18:36:39.138Z"}"#),
        Example::new(r#"{{setHour("2015-08-07T11:36:39.138Z";6)}}"#, "{}", r#"{"$date": "2015-08-07T04:36:39.138Z"}"#)
            .in_zone("Europe/Prague"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::set(call, Field::Hour)
}
