//! `abs`: a number without its sign.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "abs",
    family: Family::Math,
    signature: "abs(number)",
    doc: "Gives the number without its sign.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{abs(-5)}}", "{}", "5"),
        Example::new("{{abs(0)}}", "{}", "0"),
        Example::new("{{abs('-1.5')}}", "{}", "1.5"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    Ok(Val::Number(call.number(0).abs()))
}
