//! `sha1`: the SHA-1 of a text, or its HMAC with a key.

use hmac::Hmac;
use sha1::Sha1;

use super::hashing;
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "sha1",
    family: Family::Text,
    signature: "sha1(text, [encoding], [key], [keyEncoding])",
    doc: "Gives the SHA-1 of a buffer's bytes or a text's UTF-8 bytes, written as hex unless the encoding is base64 \
          or latin1. With a key it gives the HMAC; the key is text unless its encoding is hex, base64 or binary, \
          which takes a buffer.",
    arguments: Arguments::between(1, 4),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{sha1('msg'; 'base64')}}", "{}", r#""GfNO4eQG6oTKg8g1ozAbXZAUp4g=""#),
        Example::new("{{sha1('msg', '', 'key')}}", "{}", r#""102900b72b7bf1031eec76b4804b66052376896b""#),
        // FIPS 180-4, example of SHA-1.
        Example::new("{{sha1('abc')}}", "{}", r#""a9993e364706816aba3e25717850c26c9cd0d89d""#),
        Example::new("{{sha1(x)}}", r#"{"x": null}"#, r#""da39a3ee5e6b4b0d3255bfef95601890afd80709""#),
        Example::error("{{sha1('msg', 'base65')}}", "{}", "'base65' is not an encoding of a hash"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    hashing::run::<Sha1, Hmac<Sha1>>(call)
}
