//! `substring`: a part of a text.

use std::borrow::Cow;

use super::units;
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "substring",
    family: Family::Text,
    signature: "substring(text, start, [end])",
    doc: "Gives the part of the text from position `start` to before `end`, counted from 0 in UTF-16 code units. \
          Without `end` it goes to the end; positions outside are moved to the nearer end, and swapped when \
          `start` is the larger.",
    arguments: Arguments::between(2, 3),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{substring('Hello'; 0; 3)}}", "{}", r#""Hel""#),
        Example::new("{{substring('Hello'; 2)}}", "{}", r#""llo""#),
        Example::new("{{substring('Hello'; 3; 1)}}", "{}", r#""el""#),
        Example::new("{{substring('Hello'; -2; 2)}}", "{}", r#""He""#),
        Example::new("{{substring('Hello'; 1.9; 99)}}", "{}", r#""ello""#),
        Example::new("{{substring('Hello'; 'x'; '2')}}", "{}", r#""He""#),
        Example::new("{{substring(x; 2; 4)}}", r#"{"x": "😀éa"}"#, r#""éa""#),
        Example::new("{{substring(x; 1)}}", r#"{"x": "😀a"}"#, r#""�a""#),
        Example::new("{{substring(x; 0; 1)}}", r#"{"x": null}"#, r#""""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    let length = units::length(text);
    let start = units::position(call.number(1), length);
    let end = match call.argument(2) {
        Val::Undefined => length,
        _ => units::position(call.number(2), length),
    };
    match units::slice(text, start.min(end), start.max(end)) {
        Cow::Borrowed(part) => Ok(Val::Text(part)),
        Cow::Owned(part) => call.make_text(part),
    }
}
