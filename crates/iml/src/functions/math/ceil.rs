//! `ceil`: the next whole number above.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "ceil",
    family: Family::Math,
    signature: "ceil(number)",
    doc: "Gives the smallest whole number that is not below the number.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{ceil(1.2)}}", "{}", "2"),
        Example::new("{{ceil(-1.8)}}", "{}", "-1"),
        Example::new("{{ceil(x)}}", r#"{"x": null}"#, "0"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    Ok(Val::Number(call.number(0).ceil()))
}
