//! `cryptoSign`: a signature with a private key.

use super::signing::{Hash, sign_like_node};
use crate::eval::Outcome;
use crate::functions::text::encoding::{Encoding, NOT_AN_ENCODING};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "cryptoSign",
    family: Family::Runtime,
    signature: "cryptoSign(algorithm, data, key, [outputEncoding])",
    doc: "Gives the signature of a text or buffer with a private key in PEM, as Node's crypto.sign does: RSA by \
          PKCS #1 v1.5, an elliptic curve as ASN.1 (another signature each time). The algorithm is a hash, such as \
          sha256, RSA-SHA1 or md5; the result is hex text, unless the encoding is base64, base64url, latin1 (binary) \
          or buffer.",
    arguments: Arguments::between(3, 4),
    standing: Standing::Documented,
    examples: &[
        Example::error("{{cryptoSign('sha256', 'data', 'secret')}}", "{}", "the key is no private key in PEM"),
        Example::error("{{cryptoSign('RS256', 'data', 'secret')}}", "{}", "'RS256' is not a hash to sign with"),
        Example::error("{{cryptoSign('sha256', 'data', 'secret', 'utf7')}}", "{}", "'utf7' is not an encoding"),
        Example::error(
            "{{cryptoSign('sha256', 'data', k)}}",
            r#"{"k": "-----BEGIN PRIVATE KEY----- MIIB -----END PRIVATE KEY-----"}"#,
            "blanks stand where its line breaks should",
        ),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let unknown = "is not a hash to sign with: md5, sha1, sha224, sha256, sha384 or sha512";
    let hash = Hash::named(call.text(0)?).ok_or_else(|| call.refuse(0, unknown))?;
    let encoding = match call.text(3)? {
        "" => Some(Encoding::Hex),
        "buffer" => None,
        name => Some(Encoding::named(name).ok_or_else(|| call.refuse(3, NOT_AN_ENCODING))?),
    };
    let signature = sign_like_node(hash, call.bytes(2)?, call.bytes(1)?).map_err(|why| call.fail(why))?;
    match encoding {
        Some(encoding) => call.make_text(encoding.write(&signature)),
        None => call.make_binary(signature),
    }
}
