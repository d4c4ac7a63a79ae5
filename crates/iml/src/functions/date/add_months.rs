//! `addMonths`: a date moved by months.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::Unit;

pub(super) static FUNCTION: Function = Function {
    name: "addMonths",
    family: Family::Date,
    signature: "addMonths(date, number)",
    doc: "Moves a date by a number of months on the wall clock of the scenario's zone; a negative number moves \
          back. A day the month lacks becomes its last; fractions are rounded. An amount that is no number changes \
          nothing.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            r#"{{addMonths("2016-08-08T15:55:57.536Z";2)}}"#,
            "{}",
            r#"{"$date": "2016-10-08T15:55:57.536Z"}"#,
        ),
        Example::new(
            r#"{{addMonths("2016-08-08T15:55:57.536Z";-2)}}"#,
            "{}",
            r#"{"$date": "2016-06-08T15:55:57.536Z"}"#,
        ),
        Example::new(r#"{{addMonths("2023-01-31"; 1)}}"#, "{}", r#"{"$date": "2023-02-28T00:00:00.000Z"}"#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    super::add(call, Unit::Months)
}
