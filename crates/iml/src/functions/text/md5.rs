//! `md5`: the MD5 of a text.

use md5::{Digest, Md5};

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "md5",
    family: Family::Text,
    signature: "md5(value)",
    doc: "Gives the MD5 of a buffer's bytes or a text's UTF-8 bytes, as hex in small letters.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        // RFC 1321, appendix A.5.
        Example::new("{{md5('abc')}}", "{}", r#""900150983cd24fb0d6963f7d28e17f72""#),
        Example::new("{{md5('')}}", "{}", r#""d41d8cd98f00b204e9800998ecf8427e""#),
        Example::new("{{md5(x)}}", r#"{"x": {"$binary": "YWJj"}}"#, r#""900150983cd24fb0d6963f7d28e17f72""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    call.make_text(hex::encode(Md5::digest(call.bytes(0)?)))
}
