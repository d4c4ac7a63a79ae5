//! `round`: the nearest whole number.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "round",
    family: Family::Math,
    signature: "round(number)",
    doc: "Gives the nearest whole number; halves are rounded up.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{round(1.2)}}", "{}", "1"),
        Example::new("{{round(1.5)}}", "{}", "2"),
        Example::new("{{round(-1.5)}}", "{}", "-1"),
        Example::new("{{round('2.6')}}", "{}", "3"),
        Example::new("{{round('abc')}}", "{}", r#"{"$number": "NaN"}"#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let number = call.number(0);
    let floor = number.floor();
    Ok(Val::Number(if number - floor >= 0.5 { floor + 1.0 } else { floor }))
}
