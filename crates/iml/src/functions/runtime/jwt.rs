//! `jwt`: a signed JSON Web Token.

use super::signing::Algorithm;
use super::token::{TokenOptions, signed};
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "jwt",
    family: Family::Runtime,
    signature: "jwt(payload, secret, [algorithm], [options])",
    doc: "Gives a JSON Web Token (RFC 7519) of the payload, a collection of claims or a text, signed with the secret: \
          HS256 unless an algorithm is named. RS*, PS* and ES* take a private key in PEM instead; signatures of PS* \
          and ES* differ each time. The options are those of jsonwebtoken: expiresIn, notBefore, audience, issuer, \
          subject, jwtid, keyid, header, noTimestamp, algorithm, encoding, allowInsecureKeySizes. No `iat` is added \
          unless noTimestamp is false.",
    arguments: Arguments::between(2, 4),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            "{{jwt(p, 'secret')}}",
            r#"{"p": {"sub": "1"}}"#,
            r#""eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.8qZF8vbN3UpcanXFc-mPXJkOPN01-bRch8XX3rToP1U""#,
        ),
        Example::new(
            "{{jwt(p, k, 'HS384')}}",
            r#"{"p": {"sub": "1"}, "k": {"$binary": "c2VjcmV0"}}"#,
            r#""eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.ZhZLNhPNfpxpGefbOkQJLgMGlcyI-4472ULyy7RjVat3XORn4-fYHvpCLBAIO6KD""#,
        ),
        Example::new(
            "{{jwt(p, 'secret', 'HS512', o)}}",
            r#"{"p": {"sub": "1"}, "o": {"keyid": "k1"}}"#,
            r#""eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCIsImtpZCI6ImsxIn0.eyJzdWIiOiIxIn0.pFz9D1RMWeMKlBy3Mn4nUf6ZPPYWmmFKOCOCW469Ph45ljnI6716cLffzMyZnTEUtcbxYDmuXDnAfT04zknQWA""#,
        ),
        Example::new(
            "{{jwt(p, 'secret', 'HS256', o)}}",
            r#"{"p": {"sub": "1"}, "o": {"expiresIn": "1h", "issuer": "me", "noTimestamp": false}}"#,
            r#""eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIiwiaWF0IjoxNzEwNDk4MDMwLCJleHAiOjE3MTA1MDE2MzAsImlzcyI6Im1lIn0.A3NwWfocU7GwmLOmf9eXXCNxTN-uv8Ca731AWGpmMBs""#,
        ),
        Example::new(
            "{{jwt(p, 'secret', , o)}}",
            r#"{"p": {"sub": "1"}, "o": {"expiresIn": 600}}"#,
            r#""eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIiwiZXhwIjoxNzEwNDk4NjMwfQ.3mH7qEF0CxtKlnBhSWBRjIVWMJzY72UCE9UTH4ESSm4""#,
        ),
        Example::new(
            "{{jwt('plain', 'secret')}}",
            "{}",
            r#""eyJhbGciOiJIUzI1NiJ9.cGxhaW4.e_JCoMzTbTiyewyi7By3NLvZLOL5-7_A9SG1JKmV1Mc""#,
        ),
        // jsonwebtoken 9.0.3.
        Example::new(
            "{{jwt(p, 'k', 'HS256', o)}}",
            r#"{"p": {"a": "é"}, "o": {"encoding": "latin1"}}"#,
            r#""eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoi6SJ9.GJlZkmoTlqtUsg-NPuP3_WwrL6g13zB5odxt4ywBfek""#,
        ),
        Example::error("{{jwt(p, missing)}}", r#"{"p": {}}"#, "the key is empty"),
        Example::error("{{jwt(missing, 'secret')}}", "{}", "there is no payload"),
        Example::error("{{jwt(p, 'secret', 'none')}}", r#"{"p": {}}"#, "'none' is not an algorithm"),
        Example::error("{{jwt(p, 'secret', 'RS256')}}", r#"{"p": {}}"#, "RS256 takes a private key in PEM"),
        Example::error(
            "{{jwt(p, 'secret')}}",
            r#"{"p": {"exp": {"$date": "2024-01-01T00:00:00Z"}}}"#,
            "`exp` must be a number of seconds",
        ),
        Example::error(
            "{{jwt(p, 'secret', 'HS256', o)}}",
            r#"{"p": {"exp": 1}, "o": {"expiresIn": 1}}"#,
            "which the payload has too",
        ),
        Example::error(
            "{{jwt(p, 'secret', 'HS256', o)}}",
            r#"{"p": {}, "o": {"expires": 1}}"#,
            "'expires' is not an option",
        ),
        Example::error(
            "{{jwt(p, 'secret', 'HS256', o)}}",
            r#"{"p": {}, "o": {"noTimestamp": "yes"}}"#,
            "must be true or false",
        ),
        Example::error(
            "{{jwt('x', 'secret', 'HS256', o)}}",
            r#"{"o": {"issuer": "me"}}"#,
            "needs a payload that is a collection",
        ),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let options = TokenOptions::read(call, 3)?;
    let named = call.optional_text(2)?.filter(|name| !name.is_empty());
    let name = named.map_or(options.text(call, "algorithm"), |name| Ok(Some(name)))?.unwrap_or("HS256");
    let refusal = || call.fail(format!("'{name}' is not an algorithm; there are HS, RS, PS and ES with 256, 384, 512"));
    let algorithm = Algorithm::named(name).ok_or_else(refusal)?;
    signed(call, call.argument(0), call.bytes(1)?, algorithm, options, None)
}
