//! `toBinary`: a buffer of a text's bytes.

use super::encoding::Encoding;
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "toBinary",
    family: Family::Text,
    signature: "toBinary(value, [encoding])",
    doc: "Gives a buffer of the value's text form, which is read in the encoding: utf8 unless given, hex, base64, \
          base64url, ascii, latin1 (binary), utf16le. A buffer stays as it is.",
    arguments: Arguments::between(1, 2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{toBinary('Workfront')}}", "{}", r#"{"$binary": "V29ya2Zyb250"}"#),
        Example::new("{{toBinary('TWFrZQ==', 'base64')}}", "{}", r#"{"$binary": "TWFrZQ=="}"#),
        Example::new("{{toBinary('-_8', 'base64')}}", "{}", r#"{"$binary": "+/8="}"#),
        Example::new("{{toBinary('4d616b65', 'hex')}}", "{}", r#"{"$binary": "TWFrZQ=="}"#),
        Example::new("{{toBinary('é', 'latin1')}}", "{}", r#"{"$binary": "6Q=="}"#),
        Example::new("{{toBinary(x, 'hex')}}", r#"{"x": {"$binary": "TWFr"}}"#, r#"{"$binary": "TWFr"}"#),
        Example::new("{{toBinary(x)}}", r#"{"x": null}"#, r#"{"$binary": ""}"#),
        Example::error("{{toBinary('a', 'utf7')}}", "{}", "'utf7' is not an encoding"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    match call.argument(0) {
        buffer @ Val::Binary(_) => Ok(buffer),
        _ => call.make_binary(Encoding::argument(call, 1)?.read(call.text(0)?)),
    }
}
