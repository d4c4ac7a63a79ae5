//! JSON Web Tokens as Node's `jsonwebtoken` signs them (RFC 7519, RFC 7515 §3.1): a header, claims made of the
//! payload and of options, and the signature.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::create_json::written;
use super::signing::Algorithm;
use crate::eval::{Members, Outcome, Val};
use crate::functions::Call;
use crate::functions::text::encoding::{Encoding, NOT_AN_ENCODING};

/// The options jsonwebtoken knows.
const OPTIONS: [&str; 14] = [
    "expiresIn",
    "notBefore",
    "audience",
    "algorithm",
    "header",
    "encoding",
    "issuer",
    "subject",
    "jwtid",
    "noTimestamp",
    "keyid",
    "mutatePayload",
    "allowInsecureKeySizes",
    "allowInvalidAsymmetricKeyTypes",
];

/// Options that set a claim which the payload must not have (RFC 7519 §4.1).
const CLAIMS: [(&str, &str); 4] = [("audience", "aud"), ("issuer", "iss"), ("subject", "sub"), ("jwtid", "jti")];

/// The token options of a call.
#[derive(Clone, Copy)]
pub(super) struct TokenOptions<'a>(Option<Members<'a>>);

impl<'a> TokenOptions<'a> {
    /// Reads the argument at `index`, refusing what jsonwebtoken would not understand.
    pub(super) fn read(call: &Call<'a>, index: usize) -> Outcome<'a, Self> {
        let options = Self(call.optional_collection(index)?);
        for (name, _) in options.0.iter().flat_map(|members| members.iter()) {
            if !OPTIONS.contains(&name) {
                let known = OPTIONS.join(", ");
                return Err(call.fail(format!("'{name}' is not an option of a token; there are {known}")));
            }
        }
        for name in ["noTimestamp", "mutatePayload", "allowInsecureKeySizes", "allowInvalidAsymmetricKeyTypes"] {
            options.flag(call, name)?;
        }
        options.encoding(call)?;
        Ok(options)
    }

    /// The option, unless it is missing or null.
    fn get(self, name: &str) -> Option<Val<'a>> {
        self.0.and_then(|members| members.get(name)).filter(|value| !value.is_nullish())
    }

    /// An option that is a text.
    pub(super) fn text(self, call: &Call<'a>, name: &str) -> Outcome<'a, Option<&'a str>> {
        match self.get(name) {
            None => Ok(None),
            Some(Val::Text(text)) => Ok(Some(text)),
            Some(_) => Err(call.fail(format!("the option `{name}` must be a text"))),
        }
    }

    /// An option that is true or false.
    fn flag(self, call: &Call<'a>, name: &str) -> Outcome<'a, Option<bool>> {
        match self.get(name) {
            None => Ok(None),
            Some(Val::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(call.fail(format!("the option `{name}` must be true or false"))),
        }
    }

    /// How the payload's text becomes bytes.
    fn encoding(self, call: &Call<'a>) -> Outcome<'a, Encoding> {
        match self.text(call, "encoding")? {
            None | Some("") => Ok(Encoding::Utf8),
            Some(name) => Encoding::named(name)
                .ok_or_else(|| call.fail(format!("the option `encoding`: '{name}' {NOT_AN_ENCODING}"))),
        }
    }

    /// The instant, in Unix seconds, that an option names: seconds from `start`, or a span of time such as `2h`.
    fn instant(self, call: &Call<'a>, name: &str, start: f64) -> Outcome<'a, Option<f64>> {
        let instant = match self.get(name) {
            None => return Ok(None),
            Some(Val::Number(seconds)) if seconds.fract() == 0.0 => Some(start + seconds),
            Some(Val::Text(span)) => milliseconds(span).map(|span| (start + span / 1000.0).floor()),
            Some(_) => None,
        };
        let refusal = || call.fail(format!("the option `{name}` must be whole seconds or a span of time such as 2h"));
        instant.map(Some).ok_or_else(refusal)
    }
}

/// The token: `payload` with the claims of `options`, signed with `key`.
pub(super) fn signed<'a>(
    call: &Call<'a>,
    payload: Val<'a>,
    key: &[u8],
    algorithm: &Algorithm,
    options: TokenOptions<'a>,
    key_id: Option<&'a str>,
) -> Outcome<'a> {
    let key_id = key_id.map_or(options.text(call, "keyid"), |key_id| Ok(Some(key_id)))?;
    let (content, is_claims) = match payload {
        Val::Collection(members) => (written(call, claims(call, members, options)?)?.into(), true),
        Val::Binary(_) | Val::Text(_) | Val::EmptyString | Val::Number(_) | Val::Bool(_) => {
            (Cow::Borrowed(plain(call, payload, options)?), false)
        }
        Val::Undefined | Val::Null => return Err(call.fail("there is no payload (argument 1)")),
        Val::Array(_) | Val::Date(_) => {
            return Err(call.fail(format!("the payload must be a collection or a text, not {}", payload.kind())));
        }
    };
    let header = header(call, algorithm.name, is_claims, key_id, options)?;
    call.account(2 * content.len())?;
    // The header's characters are bytes to the library underneath.
    let mut token = URL_SAFE_NO_PAD.encode(Encoding::Latin1.read(&written(call, header)?));
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(options.encoding(call)?.read(&content), &mut token);
    let small_keys = options.flag(call, "allowInsecureKeySizes")?.unwrap_or(false);
    let signature = algorithm.sign(key, token.as_bytes(), small_keys).map_err(|why| call.fail(why))?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    call.make_text(token)
}

/// `alg`, `typ`, `kid`, then what the option `header` adds or overrides.
fn header<'a>(
    call: &Call<'a>,
    algorithm: &'static str,
    is_claims: bool,
    key_id: Option<&'a str>,
    options: TokenOptions<'a>,
) -> Outcome<'a> {
    // What is undefined keeps its place for the option `header`, and vanishes otherwise.
    let or_undefined = |text: Option<&'a str>| text.map_or(Val::Undefined, Val::Text);
    let mut members = vec![
        ("alg", Val::Text(algorithm)),
        ("typ", or_undefined(is_claims.then_some("JWT"))),
        ("kid", or_undefined(key_id)),
    ];
    match options.get("header") {
        None => {}
        Some(Val::Collection(more)) => {
            if more.get("alg").is_some_and(|other| !matches!(other, Val::Text(other) if other == algorithm)) {
                return Err(call.fail("the option `header` names another `alg` than the one that signs"));
            }
            members.extend(more.iter());
        }
        Some(_) => return Err(call.fail("the option `header` must be a collection")),
    }
    call.make_collection(members)
}

/// A payload that is no collection: options that set claims have nowhere to go.
fn plain<'a>(call: &Call<'a>, payload: Val<'a>, options: TokenOptions<'a>) -> Outcome<'a, &'a str> {
    let claiming = CLAIMS.map(|(option, _)| option).into_iter().chain(["expiresIn", "notBefore", "noTimestamp"]);
    for option in claiming {
        if options.get(option).is_some() {
            return Err(call.fail(format!("the option `{option}` needs a payload that is a collection")));
        }
    }
    call.text_of(payload)
}

/// The payload with the claims that options set, in jsonwebtoken's order.
fn claims<'a>(call: &Call<'a>, payload: Members<'a>, options: TokenOptions<'a>) -> Outcome<'a> {
    let given = |claim: &str| payload.get(claim).filter(|value| !matches!(value, Val::Undefined));
    for claim in ["iat", "exp", "nbf"] {
        if given(claim).is_some_and(|value| !matches!(value, Val::Number(_))) {
            let hint = "a date becomes one by parseNumber(formatDate(date; \"X\"))";
            return Err(call.fail(format!("the claim `{claim}` must be a number of seconds; {hint}")));
        }
    }
    let now = call.host().now().millis.div_euclid(1000) as f64;
    let issued_at = match given("iat") {
        Some(Val::Number(seconds)) if seconds != 0.0 => seconds,
        _ => now,
    };
    let mut members: Vec<(&'a str, Val<'a>)> = payload.iter().collect();
    // Unlike jsonwebtoken, Make adds no `iat` on its own (iml-functions.json, jwt).
    match options.flag(call, "noTimestamp")? {
        Some(true) => members.retain(|(name, _)| *name != "iat"),
        Some(false) => members.push(("iat", Val::Number(issued_at))),
        None => {}
    }
    for (option, claim) in [("notBefore", "nbf"), ("expiresIn", "exp")] {
        if let Some(instant) = options.instant(call, option, issued_at)? {
            refuse_twice(call, option, claim, given(claim))?;
            members.push((claim, Val::Number(instant)));
        }
    }
    for (option, claim) in CLAIMS {
        if let Some(value) = options.get(option) {
            refuse_twice(call, option, claim, given(claim))?;
            let holds = matches!(value, Val::Text(_)) || (claim == "aud" && matches!(value, Val::Array(_)));
            if !holds {
                return Err(call.fail(format!("the option `{option}` must be a text")));
            }
            members.push((claim, value));
        }
    }
    call.make_collection(members)
}

fn refuse_twice<'a>(call: &Call<'a>, option: &str, claim: &str, given: Option<Val<'a>>) -> Outcome<'a, ()> {
    match given {
        None => Ok(()),
        Some(_) => Err(call.fail(format!("the option `{option}` sets the claim `{claim}`, which the payload has too"))),
    }
}

/// A span of time as the package `ms` reads it: `2 days`, `1.5h`, `-3 min`; a bare number is milliseconds.
fn milliseconds(span: &str) -> Option<f64> {
    let digits = span.find(|character: char| !matches!(character, '0'..='9' | '.' | '-')).unwrap_or(span.len());
    let (amount, unit) = span.split_at(digits);
    let amount: f64 = amount.parse().ok().filter(|_| !amount.ends_with('.') && span.len() <= 100)?;
    const SECOND: f64 = 1000.0;
    const DAY: f64 = 86_400.0 * SECOND;
    let one = match unit.trim_start_matches(' ').to_ascii_lowercase().as_str() {
        "" | "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => 1.0,
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0 * SECOND,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0 * SECOND,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7.0 * DAY,
        "y" | "yr" | "yrs" | "year" | "years" => 365.25 * DAY,
        _ => return None,
    };
    Some(amount * one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_are_those_of_ms() {
        let table = [
            ("100", Some(100.0)),
            ("1.5h", Some(5_400_000.0)),
            (".5 min", Some(30_000.0)),
            ("-3 Days", Some(-259_200_000.0)),
            ("2 weeks", Some(1_209_600_000.0)),
            ("1y", Some(31_557_600_000.0)),
            ("", None),
            ("h", None),
            ("1 month", None),
            ("1h30m", None),
            ("1.", None),
            ("--1", None),
        ];
        for (span, expected) in table {
            assert_eq!(milliseconds(span), expected, "{span}");
        }
    }
}
