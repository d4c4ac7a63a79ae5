//! `sha256`: the SHA-256 of a text, or its HMAC with a key.

use hmac::Hmac;
use sha2::Sha256;

use super::hashing;
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "sha256",
    family: Family::Text,
    signature: "sha256(text, [encoding], [key], [keyEncoding])",
    doc: "Gives the SHA-256 of a buffer's bytes or a text's UTF-8 bytes, written as hex unless the encoding is base64 \
          or latin1. With a key it gives the HMAC; the key is text unless its encoding is hex, base64 or binary, \
          which takes a buffer.",
    arguments: Arguments::between(1, 4),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{sha256('msg'; 'base64'; 'key')}}", "{}", r#""LZPLwb4We8sWN6SiPL/wGnh48MUO6DOVTqUiG7G4xig=""#),
        Example::new(
            "{{sha256('msg'; 'hex'; '6b6579'; 'hex')}}",
            "{}",
            r#""2d93cbc1be167bcb1637a4a23cbff01a7878f0c50ee833954ea5221bb1b8c628""#,
        ),
        // FIPS 180-4, example of SHA-256.
        Example::new(
            "{{sha256('abc')}}",
            "{}",
            r#""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#,
        ),
        Example::error("{{sha256('msg', 'hex', 'xyz', 'hex')}}", "{}", "the key is not written in its key encoding"),
        Example::error("{{sha256('msg', 'hex', 'xyz', 'utf7')}}", "{}", "'utf7' is not an encoding of a key"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    hashing::run::<Sha256, Hmac<Sha256>>(call)
}
