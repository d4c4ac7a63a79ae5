//! JSON Web Tokens as Node's `jsonwebtoken` signs them (RFC 7519, RFC 7515 §3.1): a header, claims made of the
//! payload and of options, and the signature.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::create_json::written;
use super::signing::Algorithm;
use crate::eval::{Members, Outcome, Val};
use crate::functions::Call;

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
        if !matches!(options.text(call, "encoding")?.unwrap_or("utf8"), "utf8" | "utf-8") {
            return Err(call.fail("the option `encoding` can only be utf8 here"));
        }
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
        Val::Collection(members) => (written(call, claims(call, members, options)?)?.into_bytes(), true),
        Val::Binary(bytes) => (bytes.to_vec(), false),
        Val::Text(_) | Val::EmptyString | Val::Number(_) | Val::Bool(_) => (plain(call, payload, options)?, false),
        Val::Undefined | Val::Null => return Err(call.fail("there is no payload (argument 1)")),
        Val::Array(_) | Val::Date(_) => {
            return Err(call.fail(format!("the payload must be a collection or a text, not {}", payload.kind())));
        }
    };
    let header = header(call, algorithm.name, is_claims, key_id, options)?;
    call.account(2 * content.len())?;
    let mut token = URL_SAFE_NO_PAD.encode(written(call, header)?);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(content, &mut token);
    let signature = algorithm.sign(key, token.as_bytes()).map_err(|why| call.fail(why))?;
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
    let mut members = vec![("alg", Val::Text(algorithm))];
    if is_claims {
        members.push(("typ", Val::Text("JWT")));
    }
    members.extend(key_id.map(|key_id| ("kid", Val::Text(key_id))));
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
fn plain<'a>(call: &Call<'a>, payload: Val<'a>, options: TokenOptions<'a>) -> Outcome<'a, Vec<u8>> {
    let claiming = CLAIMS.map(|(option, _)| option).into_iter().chain(["expiresIn", "notBefore", "noTimestamp"]);
    for option in claiming {
        if options.get(option).is_some() {
            return Err(call.fail(format!("the option `{option}` needs a payload that is a collection")));
        }
    }
    call.text_of(payload).map(|text| text.as_bytes().to_vec())
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
    match options.get("noTimestamp") {
        Some(no_timestamp) if no_timestamp.truthy() => members.retain(|(name, _)| *name != "iat"),
        Some(_) => members.push(("iat", Val::Number(issued_at))),
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
