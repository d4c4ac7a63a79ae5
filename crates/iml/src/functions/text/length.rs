//! `length`: how long a text, a buffer or an array is.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "length",
    family: Family::Text,
    signature: "length(value)",
    doc: "Gives the UTF-16 code units of a text, the bytes of a buffer, the items of an array; 0 for null.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{length('hello')}}", "{}", "5"),
        Example::new("{{length(x)}}", r#"{"x": "😀"}"#, "2"),
        Example::new("{{length(x)}}", r#"{"x": [1, 2, 3]}"#, "3"),
        Example::new("{{length(x)}}", r#"{"x": {"$binary": "AAAA"}}"#, "3"),
        Example::new("{{length(x)}}", r#"{"x": null}"#, "0"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let length = match call.argument(0) {
        Val::Array(list) => list.len(),
        Val::Binary(bytes) => bytes.len(),
        _ => call.text(0)?.encode_utf16().count(),
    };
    Ok(Val::Number(length as f64))
}
