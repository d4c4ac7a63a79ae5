//! `dateDiff`: the time between two dates in whole units.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment::arithmetic::{DifferenceUnit, difference};

pub(super) static FUNCTION: Function = Function {
    name: "dateDiff",
    family: Family::Date,
    signature: "dateDiff(endDate, startDate, unit)",
    doc: "Gives the time between two dates in whole units: `D` days of 24 hours, `H` hours, `m` minutes, `s` \
          seconds; `RH`, `Rm`, `Rs` are what is left beyond whole days, hours, minutes.",
    arguments: Arguments::exactly(3),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            "{{dateDiff(x, y, 'D')}}",
            r#"{"x": {"$date": "2024-03-04T03:45:00Z"}, "y": {"$date": "2024-03-02T00:00:00Z"}}"#,
            "2",
        ),
        Example::new(
            "{{dateDiff(x, y, 'H')}}",
            r#"{"x": {"$date": "2024-03-04T03:45:00Z"}, "y": {"$date": "2024-03-02T00:00:00Z"}}"#,
            "51",
        ),
        Example::new(
            "{{dateDiff(x, y, 'm')}}",
            r#"{"x": {"$date": "2024-03-04T03:45:00Z"}, "y": {"$date": "2024-03-02T00:00:00Z"}}"#,
            "3105",
        ),
        Example::new(
            "{{dateDiff(x, y, 's')}}",
            r#"{"x": {"$date": "2024-03-04T03:45:00Z"}, "y": {"$date": "2024-03-02T00:00:00Z"}}"#,
            "186300",
        ),
        Example::new(
            "{{dateDiff(x, y, 'RH')}}",
            r#"{"x": {"$date": "2024-03-04T03:45:00Z"}, "y": {"$date": "2024-03-02T00:00:00Z"}}"#,
            "3",
        ),
        Example::new(
            "{{dateDiff(x, y, 'Rm')}}",
            r#"{"x": {"$date": "2024-03-04T03:45:00Z"}, "y": {"$date": "2024-03-02T00:00:00Z"}}"#,
            "45",
        ),
        Example::new(
            "{{dateDiff(x, null, 'D')}}",
            r#"{"x": {"$date": "2024-03-04T03:45:00Z"}, "y": {"$date": "2024-03-02T00:00:00Z"}}"#,
            "null",
        ),
        Example::error(
            "{{dateDiff(y, x, 'D')}}",
            r#"{"x": {"$date": "2024-03-04T03:45:00Z"}, "y": {"$date": "2024-03-02T00:00:00Z"}}"#,
            "the start lies after the end",
        ),
        Example::error(
            "{{dateDiff(x, y, 'days')}}",
            r#"{"x": {"$date": "2024-03-04T03:45:00Z"}, "y": {"$date": "2024-03-02T00:00:00Z"}}"#,
            "'days' is not one of the units D, H, m, s, RH, Rm, Rs",
        ),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let Some(unit) = DifferenceUnit::named(call.text(2)?) else {
        let names = DifferenceUnit::ALL.map(|(name, _)| name).join(", ");
        return Err(call.refuse(2, &format!("is not one of the units {names}")));
    };
    let (Some(end), Some(start)) = (call.date(0)?, call.date(1)?) else { return Ok(Val::Null) };
    match difference(end.millis, start.millis, unit) {
        Some(count) => Ok(Val::Number(count as f64)),
        None => Err(call.fail("the start lies after the end; the first argument is the end")),
    }
}
