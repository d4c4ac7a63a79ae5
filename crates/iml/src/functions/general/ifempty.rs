//! `ifempty`: a value, or another when it is empty.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Example, Family, Function, LazyCall, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "ifempty",
    family: Family::General,
    signature: "ifempty(value, fallback)",
    doc: "Gives the value, or the fallback when the value is null, undefined or the empty text. \
          0, false, [] and `emptystring` are not empty. The fallback is evaluated only when needed.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{ifempty(unknown; 'B')}}", "{}", r#""B""#),
        Example::new("{{ifempty('', 'B')}}", "{}", r#""B""#),
        Example::new("{{ifempty(x, 1)}}", r#"{"x": 0}"#, "0"),
        Example::new("{{ifempty(x, 1)}}", r#"{"x": []}"#, "[]"),
        Example::new("{{ifempty(x, 'a' * 2)}}", r#"{"x": "set"}"#, r#""set""#),
    ],
    run: Run::Lazy(run),
};

fn run<'a>(call: &LazyCall<'a>) -> Outcome<'a> {
    match call.eval(0)? {
        Val::Undefined | Val::Null | Val::Text("") => call.eval(1),
        value => Ok(value),
    }
}
