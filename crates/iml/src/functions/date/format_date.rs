//! `formatDate`: a date as text.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment;

pub(super) static FUNCTION: Function = Function {
    name: "formatDate",
    family: Family::Date,
    signature: "formatDate(date, [format], [timezone])",
    doc: "Writes a date by moment's tokens, `YYYY-MM-DDTHH:mm:ss.SSSZ` unless a format is given, on the wall clock \
          of the zone given or else the scenario's; the result is always text. An unknown zone is ignored.",
    arguments: Arguments::between(1, 3),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            r#"{{formatDate(x; "MM/DD/YYYY")}}"#,
            r#"{"x": {"$date": "2018-10-01T07:32:00.000Z"}}"#,
            r#""10/01/2018""#,
        )
        .in_zone("Europe/Prague"),
        Example::new("{{formatDate(x, 'X')}}", r#"{"x": {"$date": "2018-10-01T07:32:00.000Z"}}"#, r#""1538379120""#),
        Example::new("{{formatDate(x, 'x')}}", r#"{"x": {"$date": "2018-10-01T07:32:00.000Z"}}"#, r#""1538379120000""#),
        Example::new("{{formatDate(now, 'X') - 30}}", "{}", "1710498000"),
        Example::new(
            "{{formatDate(x)}}",
            r#"{"x": {"$date": "2018-10-01T07:32:00.000Z"}}"#,
            r#""2018-10-01T07:32:00.000+00:00""#,
        ),
        Example::new(
            "{{formatDate(x, '', 'Europe/Prague')}}",
            r#"{"x": {"$date": "2018-10-01T07:32:00.000Z"}}"#,
            r#""2018-10-01T09:32:00.000+02:00""#,
        ),
        Example::new(
            "{{formatDate(x, 'HH:mm', 'Mars/Olympus')}}",
            r#"{"x": {"$date": "2018-10-01T07:32:00.000Z"}}"#,
            r#""07:32""#,
        ),
        Example::new("{{formatDate(x, '[at] H')}}", r#"{"x": {"$date": "2018-10-01T07:32:00.000Z"}}"#, r#""at 7""#),
        Example::new("{{formatDate(x, 'YYYY')}}", r#"{"x": null}"#, "null"),
        Example::error("{{formatDate('not a date', 'YYYY')}}", "{}", "is not a valid date"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let Some(date) = call.date(0)? else { return Ok(Val::Null) };
    let format = super::format(call, 1)?.unwrap_or(moment::DEFAULT_FORMAT);
    // A token of few letters can become a long word, so the format counts before its result does.
    call.spend(format.len())?;
    call.make_text(moment::format(date.millis, format, call.zone(2)?))
}
