//! `floor`: the next whole number below.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "floor",
    family: Family::Math,
    signature: "floor(number)",
    doc: "Gives the largest whole number that is not above the number.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{floor(1.9)}}", "{}", "1"),
        Example::new("{{floor(-1.2)}}", "{}", "-2"),
        Example::new("{{floor('2.6')}}", "{}", "2"),
        Example::new("{{floor('abc')}}", "{}", r#"{"$number": "NaN"}"#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    Ok(Val::Number(call.number(0).floor()))
}
