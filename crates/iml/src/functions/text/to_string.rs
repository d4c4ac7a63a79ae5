//! `toString`: any value as text.

use super::encoding::Encoding;
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "toString",
    family: Family::Text,
    signature: "toString(value, [encoding])",
    doc: "Gives the text form of a value: dates as ISO 8601, the items of an array joined by commas, a collection \
          as {object}. A buffer is written in the encoding: utf8 unless given, hex, base64, base64url, ascii, \
          latin1 (binary), utf16le.",
    arguments: Arguments::between(1, 2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{toString(x)}}", r#"{"x": {"$binary": "TWFrZQ=="}}"#, r#""Make""#),
        Example::new("{{toString(x, 'base64')}}", r#"{"x": {"$binary": "TWFrZQ=="}}"#, r#""TWFrZQ==""#),
        Example::new("{{toString(x, 'hex')}}", r#"{"x": {"$binary": "TWFrZQ=="}}"#, r#""4d616b65""#),
        Example::new("{{toString(x, 'latin1')}}", r#"{"x": {"$binary": "6Q=="}}"#, r#""é""#),
        Example::new("{{toString(x, 'ascii')}}", r#"{"x": {"$binary": "6Q=="}}"#, r#""i""#),
        Example::new("{{toString(5)}}", "{}", r#""5""#),
        Example::new("{{toString(true)}}", "{}", r#""true""#),
        Example::new("{{toString(now)}}", "{}", r#""2024-01-02T03:04:05.678Z""#).at("2024-01-02T03:04:05.678Z"),
        Example::new("{{toString(x)}}", r#"{"x": ["a", "b"]}"#, r#""a,b""#),
        Example::new("{{toString(x)}}", r#"{"x": {"a": 1}}"#, r#""{object}""#),
        Example::new("{{toString(x)}}", r#"{"x": null}"#, r#""""#),
        Example::error("{{toString(x, 'utf7')}}", r#"{"x": {"$binary": ""}}"#, "'utf7' is not an encoding"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let Val::Binary(bytes) = call.argument(0) else { return Ok(Val::Text(call.text(0)?)) };
    call.make_text(Encoding::argument(call, 1)?.write(bytes))
}
