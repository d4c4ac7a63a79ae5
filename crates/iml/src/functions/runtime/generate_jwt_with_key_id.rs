//! `generateJwtWithKeyId`: a signed JSON Web Token whose header names its key.

use super::signing::thumbprint;
use super::signing::{Algorithm, Hash};
use super::token::{TokenOptions, signed};
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "generateJwtWithKeyId",
    family: Family::Runtime,
    signature: "generateJwtWithKeyId(payload, key, [jwtAlg], [thumbprintAlg], [options])",
    doc: "Gives a JSON Web Token as `jwt` does, HS512 unless an algorithm is named, whose header `kid` is the key's \
          thumbprint (RFC 7638), by SHA-256 (HS256) unless another is named. The key is a shared secret.",
    arguments: Arguments::between(2, 5),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            "{{generateJwtWithKeyId(p, 'secret')}}",
            r#"{"p": {"sub": "1"}}"#,
            r#""eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCIsImtpZCI6IkRXQmgwU0VJQVBZaDF4NXV2b3Q0ejNBaGFpa0hreE5KYTNBZGEyZlQtQ2cifQ.eyJzdWIiOiIxIn0.xwjN8frDSsIdf6dv90V-LENfYZnxaEcoIPGzADausVhhRyCLaYd3DF_fupNenohSjaV5551m-B7b-5NBXH7vbA""#,
        ),
        Example::error(
            "{{generateJwtWithKeyId(p, 'secret', 'RS256')}}",
            r#"{"p": {}}"#,
            "takes HS256, HS384 or HS512 here",
        ),
        Example::error(
            "{{generateJwtWithKeyId(p, 'secret', 'HS512', 'md5')}}",
            r#"{"p": {}}"#,
            "'md5' is not an algorithm of a thumbprint",
        ),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let or = |index: usize, default: &'static str| -> Outcome<'a, &'a str> {
        Ok(call.optional_text(index)?.filter(|name| !name.is_empty()).unwrap_or(default))
    };
    let options = TokenOptions::read(call, 4)?;
    let name = or(2, "HS512")?;
    let algorithm = Algorithm::named(name).filter(|algorithm| algorithm.name.starts_with("HS"));
    let algorithm =
        algorithm.ok_or_else(|| call.fail(format!("the token takes HS256, HS384 or HS512 here, not '{name}'")))?;
    let hash = match or(3, "HS256")?.to_ascii_lowercase().as_str() {
        "hs256" | "sha256" | "sha-256" => Hash::Sha256,
        "hs384" | "sha384" | "sha-384" => Hash::Sha384,
        "hs512" | "sha512" | "sha-512" => Hash::Sha512,
        _ => return Err(call.refuse(3, "is not an algorithm of a thumbprint: HS256, HS384 or HS512")),
    };
    let key = call.bytes(1)?;
    let key_id = match call.make_text(thumbprint::of_secret(key, hash))? {
        Val::Text(key_id) => Some(key_id),
        _ => None,
    };
    signed(call, call.argument(0), key, algorithm, options, key_id)
}
