//! `setDay`: a date moved to another day of its week.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::{day_number, set_day};

pub(super) static FUNCTION: Function = Function {
    name: "setDay",
    family: Family::Date,
    signature: "setDay(date, numberOrName)",
    doc: "Moves a date to a day of its week, Sunday to Saturday, on the wall clock of the scenario's zone: 1 is \
          Sunday, 7 Saturday, other numbers reach into the weeks around; or an English name, full or three \
          letters, in any letter case.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(r#"{{setDay("2018-06-27T11:36:39.138Z";1)}}"#, "{}", r#"{"$date": "2018-06-24T11:36:39.138Z"}"#),
        Example::new(
            r#"{{setDay("2018-06-27T11:36:39.138Z";"tue")}}"#,
            "{}",
            r#"{"$date": "2018-06-26T11:36:39.138Z"}"#,
        ),
        Example::new(
            r#"{{setDay("2018-06-27T11:36:39.138Z";"Saturday")}}"#,
            "{}",
            r#"{"$date": "2018-06-30T11:36:39.138Z"}"#,
        ),
        Example::new(r#"{{setDay("2018-06-27T11:36:39.138Z";8)}}"#, "{}", r#"{"$date": "2018-07-01T11:36:39.138Z"}"#),
        Example::error(r#"{{setDay(now; "tu")}}"#, "{}", "'tu' is neither a number nor the name of a weekday"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::with_named(call, day_number, "is neither a number nor the name of a weekday", set_day)
}
