//! `base64`: bytes as Base64 text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "base64",
    family: Family::Text,
    signature: "base64(value)",
    doc: "Gives the Base64 (standard alphabet, padded) of a buffer's bytes, or of a text's UTF-8 bytes.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{base64('Make')}}", "{}", r#""TWFrZQ==""#),
        Example::new("Basic {{base64(user + ':' + password)}}", r#"{"user": "a", "password": "b"}"#, r#""Basic YTpi""#),
        Example::new("{{base64('é')}}", "{}", r#""w6k=""#),
        Example::new("{{base64(x)}}", r#"{"x": {"$binary": "+/8="}}"#, r#""+/8=""#),
        Example::new("{{base64(x)}}", r#"{"x": null}"#, r#""""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    call.make_text(STANDARD.encode(call.bytes(0)?))
}
