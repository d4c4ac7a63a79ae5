//! `trunc`: a number cut to some decimals.

use bigdecimal::RoundingMode;

use super::exact::with_decimals;
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "trunc",
    family: Family::Math,
    signature: "trunc(number, [decimals])",
    doc: "Cuts the number to so many decimals, none unless given; a negative count clears digits before the point.",
    arguments: Arguments::between(1, 2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{trunc(3.789)}}", "{}", "3"),
        Example::new("{{trunc(-3.789)}}", "{}", "-3"),
        Example::new("{{trunc(3.789; 2)}}", "{}", "3.78"),
        Example::new("{{trunc(1.15; 2)}}", "{}", "1.15"),
        Example::new("{{trunc(123, -2)}}", "{}", "100"),
        Example::new("{{trunc(3.789; -2)}}", "{}", "0"),
        Example::new("{{trunc(1.5; 1000000000)}}", "{}", "1.5"),
        Example::new("{{trunc('abc')}}", "{}", r#"{"$number": "NaN"}"#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let number = call.number(0);
    let cut = with_decimals(number, call.optional_integer(1).unwrap_or(0), RoundingMode::Down);
    let nearest = cut.and_then(|cut| cut.to_scientific_notation().parse().ok());
    Ok(Val::Number(nearest.unwrap_or(number)))
}
