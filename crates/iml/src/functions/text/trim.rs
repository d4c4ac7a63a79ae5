//! `trim`: text without white space around it.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::number::is_space;

pub(super) static FUNCTION: Function = Function {
    name: "trim",
    family: Family::Text,
    signature: "trim(text)",
    doc: "Gives the text without white space at its start and its end.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{trim(x)}}", r#"{"x": " \n a b\t\u00a0\ufeff"}"#, r#""a b""#),
        Example::new("{{trim(' ')}}", "{}", r#""""#),
        Example::new("{{trim(5)}}", "{}", r#""5""#),
        Example::new("{{trim(x)}}", r#"{"x": null}"#, r#""""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    Ok(Val::Text(call.text(0)?.trim_matches(is_space)))
}
