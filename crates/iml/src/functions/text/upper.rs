//! `upper`: text in capital letters.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "upper",
    family: Family::Text,
    signature: "upper(text)",
    doc: "Gives the text with every letter in upper case.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{upper('Hello')}}", "{}", r#""HELLO""#),
        Example::new("{{upper('straße')}}", "{}", r#""STRASSE""#),
        Example::new("{{upper(x)}}", r#"{"x": null}"#, r#""""#),
        Example::new("{{upper(x)}}", r#"{"x": ["a", "b"]}"#, r#""A,B""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    call.make_text(call.text(0)?.to_uppercase())
}
