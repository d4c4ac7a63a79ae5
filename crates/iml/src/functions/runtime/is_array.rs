//! `isArray`: whether a value is an array.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "isArray",
    family: Family::Runtime,
    signature: "isArray(value)",
    doc: "Tells whether the value is an array.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{isArray(x)}}", r#"{"x": []}"#, "true"),
        Example::new("{{isArray(x)}}", r#"{"x": {}}"#, "false"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    Ok(Val::Bool(matches!(call.argument(0), Val::Array(_))))
}
