//! `setMonth`: a date with another month.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::{Field, month_number, set};

pub(super) static FUNCTION: Function = Function {
    name: "setMonth",
    family: Family::Date,
    signature: "setMonth(date, numberOrName)",
    doc: "Sets the month of a date on the wall clock of the scenario's zone: 1–12, numbers beyond roll over into \
          the years, or an English name, full or three letters, in any letter case. A day the month lacks becomes \
          its last.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(r#"{{setMonth("2015-08-07T11:36:39.138Z";5)}}"#, "{}", r#"{"$date": "2015-05-07T11:36:39.138Z"}"#),
        Example::new(
            r#"{{setMonth("2015-08-07T11:36:39.138Z";"january")}}"#,
            "{}",
            r#"{"$date": "2015-01-07T12:36:39.138Z"}"#,
        )
        .in_zone("Europe/Prague"),
        Example::new(r#"{{setMonth("2015-08-07";"FEB")}}"#, "{}", r#"{"$date": "2015-02-07T00:00:00.000Z"}"#),
        Example::new(r#"{{setMonth("2015-08-07"; 17)}}"#, "{}", r#"{"$date": "2016-05-07T00:00:00.000Z"}"#),
        Example::new(r#"{{setMonth("2015-08-31"; "2")}}"#, "{}", r#"{"$date": "2015-02-28T00:00:00.000Z"}"#),
        Example::error(r#"{{setMonth(now; "Foo")}}"#, "{}", "'Foo' is neither a number nor the name of a month"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::with_named(call, month_number, "is neither a number nor the name of a month", |millis, month, zone| {
        set(millis, month, Field::Month, zone)
    })
}
