//! `lower`: text in small letters.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "lower",
    family: Family::Text,
    signature: "lower(text)",
    doc: "Gives the text with every letter in lower case.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{lower('HELLO')}}", "{}", r#""hello""#),
        Example::new("{{lower(x)}}", r#"{"x": null}"#, r#""""#),
        Example::new("{{lower(x)}}", r#"{"x": true}"#, r#""true""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    call.make_text(call.text(0)?.to_lowercase())
}
