//! `sha512`: the SHA-512 of a text, or its HMAC with a key.

use hmac::Hmac;
use sha2::Sha512;

use super::hashing;
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "sha512",
    family: Family::Text,
    signature: "sha512(text, [encoding], [key], [keyEncoding])",
    doc: "Gives the SHA-512 of a buffer's bytes or a text's UTF-8 bytes, written as hex unless the encoding is base64 \
          or latin1. With a key it gives the HMAC; the key is text unless its encoding is hex, base64 or binary, \
          which takes a buffer.",
    arguments: Arguments::between(1, 4),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            "{{sha512('msg'; 'hex'; k; 'binary')}}",
            r#"{"k": {"$binary": "a2V5"}}"#,
            r#""1e4b55b925ccc28ed90d9d18fc2393fcbe164c0d84e67e173cc5aa486b7afc106633c66bdc309076f5f8d9fdbbb62456f894f2c23377fbcc12f4ab2940eb6d70""#,
        ),
        // FIPS 180-4, example of SHA-512.
        Example::new(
            "{{sha512('abc')}}",
            "{}",
            r#""ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f""#,
        ),
        Example::error("{{sha512('msg', 'hex', 'key', 'binary')}}", "{}", "takes a key that is a buffer"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    hashing::run::<Sha512, Hmac<Sha512>>(call)
}
