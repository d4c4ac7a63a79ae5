//! `parseDate`: a date from text.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::moment;

pub(super) static FUNCTION: Function = Function {
    name: "parseDate",
    family: Family::Date,
    signature: "parseDate(text, [format], [timezone])",
    doc: "Reads a date from text by moment's tokens, forgivingly; without a format it must have one of the \
          published shapes. Without offset or timestamp in the text it is the wall clock of the zone given or else \
          of the scenario's; missing parts come from today.",
    arguments: Arguments::between(1, 3),
    standing: Standing::Documented,
    examples: &[
        Example::new(r#"{{parseDate("2016-12-28";"YYYY-MM-DD")}}"#, "{}", r#"{"$date": "2016-12-28T00:00:00.000Z"}"#),
        Example::new(
            r#"{{parseDate("2016-12-28 04:03 pm";"YYYY-MM-DD hh:mm a")}}"#,
            "{}",
            r#"{"$date": "2016-12-28T16:03:00.000Z"}"#,
        ),
        Example::new(r#"{{parseDate("1482940986";"X")}}"#, "{}", r#"{"$date": "2016-12-28T16:03:06.000Z"}"#),
        Example::new(r#"{{parseDate(1482940986123;"x")}}"#, "{}", r#"{"$date": "2016-12-28T16:03:06.123Z"}"#),
        Example::new(
            r#"{{parseDate("2016-12-28"; "YYYY-MM-DD"; "Europe/Prague")}}"#,
            "{}",
            r#"{"$date": "2016-12-27T23:00:00.000Z"}"#,
        ),
        Example::new(r#"{{parseDate("17:30"; "HH:mm")}}"#, "{}", r#"{"$date": "2024-03-15T17:30:00.000Z"}"#),
        Example::new(r#"{{parseDate("20.6.2016 17:26")}}"#, "{}", r#"{"$date": "2016-06-20T17:26:00.000Z"}"#),
        Example::new(
            r#"{{parseDate("2016-06-20 19:26:44 GMT+02:00")}}"#,
            "{}",
            r#"{"$date": "2016-06-20T17:26:44.000Z"}"#,
        ),
        Example::new(
            r#"{{parseDate("2016-06-20"; ""; "Europe/Prague")}}"#,
            "{}",
            r#"{"$date": "2016-06-19T22:00:00.000Z"}"#,
        ),
        Example::new(r#"{{parseDate(now; "YYYY")}}"#, "{}", r#"{"$date": "2024-03-15T10:20:30.456Z"}"#),
        Example::new("{{parseDate(x)}}", r#"{"x": null}"#, "null"),
        Example::error(r#"{{parseDate("nonsense")}}"#, "{}", "has none of the shapes of a date"),
        Example::error(r#"{{parseDate("32/13/2020";"DD/MM/YYYY")}}"#, "{}", "13 is out of range for the month"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let (format, zone) = (super::format(call, 1)?, call.zone(2)?);
    match (call.argument(0), format) {
        (Val::Undefined | Val::Null, _) => Ok(Val::Null),
        (date @ Val::Date(_), _) => Ok(date),
        (_, Some(format)) => {
            let text = call.text(0)?;
            call.spend(text.len().saturating_add(format.len()))?;
            match moment::parse(text, format, zone, call.host().now().millis) {
                Ok(millis) => call.make_date(millis),
                Err(error) => Err(call.refuse(0, &format!("cannot be read by the format '{format}': {error}"))),
            }
        }
        // Epoch milliseconds.
        (Val::Number(_), None) => call.date(0).map(|date| date.map_or(Val::Null, Val::Date)),
        (_, None) => match moment::detect(call.text(0)?, zone) {
            Some(millis) => call.make_date(millis),
            None => Err(call.refuse(0, NO_SHAPE)),
        },
    }
}

const NO_SHAPE: &str = "has none of the shapes of a date, such as 2016-06-20T17:26:44Z, 2016/06/20 17:26, \
    06/20/2016 5:26 PM or 20.6.2016; give a format";
