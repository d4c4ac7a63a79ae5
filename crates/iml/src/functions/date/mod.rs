//! Dates. What the functions share: the zone, and moving a date by an amount or setting its fields.

use super::{Call, family};
use crate::eval::{Outcome, Val};
use crate::moment::Zone;
use crate::moment::arithmetic::{self, Field, Unit};
use crate::{DateAmount, LanguageSwitch};

family! {
    add_days,
    add_hours,
    add_minutes,
    add_months,
    add_seconds,
    add_years,
    date_diff,
    format_date,
    parse_date,
    set_date,
    set_day,
    set_hour,
    set_minute,
    set_month,
    set_second,
    set_year,
}

/// The format the argument has. A missing or empty one is none, nor is NaN, which is what an unquoted
/// `YYYY-MM-DD` computes to (iml.md §12 C16).
fn format<'a>(call: &Call<'a>, index: usize) -> Outcome<'a, Option<&'a str>> {
    match call.argument(index) {
        Val::Number(number) if number.is_nan() => Ok(None),
        _ => Ok(call.optional_text(index)?.filter(|format| !format.is_empty())),
    }
}

/// Adds the second argument to the date in the first.
fn add<'a>(call: &Call<'a>, unit: Unit) -> Outcome<'a> {
    with_amount(call, call.optional_number(1), |millis, amount, zone| arithmetic::add(millis, amount, unit, zone))
}

/// Sets a field of the date in the first argument to the second.
fn set<'a>(call: &Call<'a>, field: Field) -> Outcome<'a> {
    with_amount(call, call.optional_number(1), |millis, value, zone| arithmetic::set(millis, value, field, zone))
}

/// Changes the date in the first argument by the number or name in the second.
fn with_named<'a>(
    call: &Call<'a>,
    number_of: fn(&str) -> Option<i64>,
    complaint: &str,
    change: impl Fn(i64, f64, Zone) -> Option<i64>,
) -> Outcome<'a> {
    let amount = match call.argument(1) {
        Val::Text(name) if call.number(1).is_nan() => match number_of(name) {
            Some(number) => Some(number as f64),
            None => return Err(call.refuse(1, complaint)),
        },
        _ => call.optional_number(1),
    };
    with_amount(call, amount, change)
}

/// Changes the date in the first argument; without an amount it stays as it is, as in moment, or the call
/// fails, by the switch `date_amount`.
fn with_amount<'a>(
    call: &Call<'a>,
    amount: Option<f64>,
    change: impl Fn(i64, f64, Zone) -> Option<i64>,
) -> Outcome<'a> {
    let Some(date) = call.date(0)? else { return Ok(Val::Null) };
    match amount.filter(|amount| !amount.is_nan()) {
        Some(amount) => match change(date.millis, amount, call.scenario_zone()) {
            Some(millis) => call.make_date(millis),
            None => Err(call.fail("the result is not a valid date")),
        },
        None => {
            call.relied_on(LanguageSwitch::DateAmount);
            match call.options().date_amount {
                DateAmount::Unchanged => Ok(Val::Date(date)),
                DateAmount::Error => Err(call.refuse(1, "is not a number")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{DateAmount, FixedHost, Options, Scope, Template};

    fn eval(template: &str, date_amount: DateAmount) -> Result<crate::Value, crate::Error> {
        let options = Options { date_amount, ..Options::default() };
        Template::parse_with(template, options).eval(&Scope::new(), &FixedHost::new(0, "UTC", 1))
    }

    #[test]
    fn a_missing_amount_is_an_error_only_by_the_switch() {
        // iml-functions.json: dateAmount = unchanged | error
        for template in ["{{addSeconds(now, body.expires_in)}}", "{{addDays(now, 'soon')}}", "{{setHour(now, null)}}"] {
            assert!(eval(template, DateAmount::Unchanged).is_ok(), "{template}");
            let error = eval(template, DateAmount::Error).expect_err(template);
            assert!(error.message.contains("is not a number (argument 2)"), "{}", error.message);
        }
        assert!(eval("{{addSeconds(now, '60')}}", DateAmount::Error).is_ok());
    }
}
