//! `formatNumber`: a number as people write it.

use bigdecimal::RoundingMode;

use super::exact::with_decimals;
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::number;

/// JavaScript's `toFixed` takes no more.
const MOST_DECIMALS: i64 = 100;

pub(super) static FUNCTION: Function = Function {
    name: "formatNumber",
    family: Family::Math,
    signature: "formatNumber(number, [decimals], [decimalSeparator], [thousandsSeparator])",
    doc: "Writes the number with so many decimals, none unless given; halves are rounded away from zero. The \
          separators are a comma and a dot unless given; an empty one for thousands groups nothing. Null gives \
          the empty text.",
    arguments: Arguments::between(1, 4),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{formatNumber(123456789; 3; ','; '.')}}", "{}", r#""123.456.789,000""#),
        Example::new("{{formatNumber(1234.5; 2)}}", "{}", r#""1.234,50""#),
        Example::new("{{formatNumber(999; 0)}}", "{}", r#""999""#),
        Example::new("{{formatNumber(1234; 2; '.'; '')}}", "{}", r#""1234.00""#),
        Example::new("{{formatNumber(1.005; 2; '.')}}", "{}", r#""1.01""#),
        Example::new("{{formatNumber(-2.5)}}", "{}", r#""-3""#),
        Example::new("{{formatNumber('-1234567.891'; 1; '.'; ' ')}}", "{}", r#""-1 234 567.9""#),
        Example::new("{{formatNumber(x; 2)}}", r#"{"x": null}"#, r#""""#),
        Example::new("{{formatNumber('abc'; 2)}}", "{}", r#""NaN""#),
        Example::error("{{formatNumber(1; 101)}}", "{}", "'101' is not a count of decimals"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let Some(value) = call.optional_number(0) else { return call.make_text("") };
    let decimals = call.optional_integer(1).unwrap_or(0);
    if !(0..=MOST_DECIMALS).contains(&decimals) {
        return Err(call.refuse(1, "is not a count of decimals, which is from 0 to 100"));
    }
    let decimal_separator = call.optional_text(2)?.unwrap_or(",");
    let thousands_separator = call.optional_text(3)?.unwrap_or(".");
    let Some(rounded) = with_decimals(value, decimals, RoundingMode::HalfUp) else {
        return call.make_text(number::to_text(value));
    };
    let digits = rounded.abs().to_plain_string();
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    call.account(thousands_separator.len().saturating_mul(whole.len() / 3))?;
    let mut text = String::from(if value < 0.0 { "-" } else { "" });
    for (index, digit) in whole.char_indices() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push_str(thousands_separator);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push_str(decimal_separator);
        text.push_str(fraction);
    }
    call.make_text(text)
}
