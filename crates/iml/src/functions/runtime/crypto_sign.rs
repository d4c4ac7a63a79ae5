//! `cryptoSign`: a signature with a private key.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::signing::{Hash, sign_like_node};
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "cryptoSign",
    family: Family::Runtime,
    signature: "cryptoSign(algorithm, data, key, [outputEncoding])",
    doc: "Gives the signature of a text or buffer with a private key in PEM, as Node's crypto.sign does: RSA by \
          PKCS #1 v1.5, an elliptic curve as ASN.1 (another signature each time). The algorithm is a hash, such as \
          sha256 or RSA-SHA256; the result is hex, base64 or base64url text.",
    arguments: Arguments::between(3, 4),
    standing: Standing::Documented,
    examples: &[
        Example::error("{{cryptoSign('sha256', 'data', 'secret')}}", "{}", "the key is no private key in PEM"),
        Example::error("{{cryptoSign('md5', 'data', 'secret')}}", "{}", "'md5' is not a hash to sign with"),
        Example::error(
            "{{cryptoSign('sha256', 'data', 'secret', 'utf7')}}",
            "{}",
            "'utf7' is not an encoding of a signature",
        ),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let algorithm = call.text(0)?.to_ascii_lowercase().replace('-', "");
    let hash = match algorithm.strip_prefix("rsa").unwrap_or(&algorithm) {
        "sha256" => Hash::Sha256,
        "sha384" => Hash::Sha384,
        "sha512" => Hash::Sha512,
        _ => return Err(call.refuse(0, "is not a hash to sign with: sha256, sha384 or sha512")),
    };
    let encode: fn(&[u8]) -> String = match call.text(3)? {
        "" | "hex" => |signature| hex::encode(signature),
        "base64" => |signature| STANDARD.encode(signature),
        "base64url" => |signature| URL_SAFE_NO_PAD.encode(signature),
        _ => return Err(call.refuse(3, "is not an encoding of a signature: hex, base64 or base64url")),
    };
    let signature = sign_like_node(hash, call.bytes(2)?, call.bytes(1)?).map_err(|why| call.fail(why))?;
    call.make_text(encode(&signature))
}
