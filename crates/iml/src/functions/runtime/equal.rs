//! `equal`: whether two values are equal.

use crate::LanguageSwitch;
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "equal",
    family: Family::Runtime,
    signature: "equal(value1, value2)",
    doc: "Tells whether the values are equal, as the operator `=` does. Listed for Make; its meaning is unpublished.",
    arguments: Arguments::exactly(2),
    standing: Standing::Unconfirmed,
    examples: &[
        Example::new("{{equal(1, '1')}}", "{}", "true"),
        Example::new("{{equal(missing, null)}}", "{}", "true"),
        Example::new("{{equal('a', 'b')}}", "{}", "false"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    call.relied_on(LanguageSwitch::UnconfirmedFunctions);
    Ok(Val::Bool(call.loosely_equal(call.argument(0), call.argument(1))))
}
