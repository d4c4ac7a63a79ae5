//! What `sha1`, `sha256` and `sha512` have in common: a hash, or with a key an HMAC (RFC 2104), written in an
//! encoding.

use std::borrow::Cow;

use hmac::{KeyInit, Mac};
use sha2::Digest;

use super::encoding::Encoding;
use crate::eval::{Outcome, Val};
use crate::functions::Call;

/// The arguments of each: text, encoding of the result, key, encoding of the key.
pub(super) fn run<'a, Hash: Digest, Keyed: Mac + KeyInit>(call: &Call<'a>) -> Outcome<'a> {
    let data = call.bytes(0)?;
    let encoding = encoding(call)?;
    let hash = match key(call)? {
        None => Hash::digest(data).to_vec(),
        Some(key) => {
            let mut mac = <Keyed as KeyInit>::new_from_slice(&key).expect("an HMAC takes keys of any length");
            mac.update(data);
            mac.finalize().into_bytes().to_vec()
        }
    };
    call.make_text(encoding.write(&hash))
}

/// How the result is written: hex when it is missing or empty.
fn encoding<'a>(call: &Call<'a>) -> Outcome<'a, Encoding> {
    let named = match call.text(1)? {
        "" => Some(Encoding::Hex),
        name => Encoding::named(name),
    };
    let wanted = |encoding: &Encoding| {
        matches!(encoding, Encoding::Hex | Encoding::Base64 | Encoding::Base64Url | Encoding::Latin1)
    };
    named.filter(wanted).ok_or_else(|| call.refuse(1, "is not an encoding of a hash: hex, base64 or latin1"))
}

/// The key; `None` when it is missing or the empty text, as JavaScript takes it for false.
fn key<'a>(call: &Call<'a>) -> Outcome<'a, Option<Cow<'a, [u8]>>> {
    if let Val::Binary(bytes) = call.argument(2) {
        return Ok(Some(Cow::Borrowed(bytes)));
    }
    let text = call.text(2)?;
    if text.is_empty() {
        return Ok(None);
    }
    let encoding = match call.text(3)? {
        "" | "text" => Encoding::Utf8,
        "hex" => Encoding::Hex,
        "base64" => Encoding::Base64,
        // The key itself stays out of messages: it is a secret.
        "binary" => return Err(call.fail("the key encoding `binary` takes a key that is a buffer, not text")),
        _ => return Err(call.refuse(3, "is not an encoding of a key: text, hex, base64 or binary")),
    };
    let key = encoding.read_strictly(text).map(|key| Some(Cow::Owned(key)));
    key.ok_or_else(|| call.fail("the key is not written in its key encoding"))
}
