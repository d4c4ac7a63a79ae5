//! What OAuth 2 calls its parameters and grants, and what people write instead. Both dialects' rules ask here.

use connspec_diagnostics::suggest::nearest;

use crate::secrets::normal;

/// What the request for a code sends.
pub(crate) const OF_AUTHORIZE: &[&str] =
    &["response_type", "client_id", "redirect_uri", "code_challenge", "code_challenge_method"];
/// What the requests for tokens send.
pub(crate) const OF_TOKEN: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "username",
    "password",
];

/// What people write for a parameter, beside other cases and punctuation, in normal form.
const ALSO: &[(&str, &str)] =
    &[("redirecturl", "redirect_uri"), ("callbackurl", "redirect_uri"), ("grant", "grant_type")];

const GRANTS: &[&str] = &["authorization_code", "client_credentials", "password", "refresh_token", "implicit"];

/// The grant of a signed assertion (RFC 7523 §2.1).
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The parameter among those missing that a name is another spelling of. The standard's own names are none.
pub(crate) fn meant_parameter(
    written: &str,
    names: &[&'static str],
    is_missing: impl Fn(&str) -> bool,
) -> Option<&'static str> {
    if OF_AUTHORIZE.contains(&written) || OF_TOKEN.contains(&written) || names.contains(&written) {
        return None;
    }
    let written = normal(written);
    names.iter().copied().find(|name| means(&written, name) && is_missing(name))
}

/// The grant that is meant by one no standard knows.
pub(crate) fn meant_grant(written: &str) -> Option<&'static str> {
    if GRANTS.contains(&written) {
        return None;
    }
    usual(written).or_else(|| nearest(written, GRANTS.iter().copied()))
}

/// Whether a name in normal form is another spelling of the parameter: other case or punctuation, one slip, or a usual
/// mistake.
fn means(written: &str, parameter: &str) -> bool {
    if ALSO.contains(&(written, parameter)) {
        return true;
    }
    let mut known = parameter.bytes().filter(|byte| *byte != b'_');
    let is_near = written.len().abs_diff(known.clone().count()) <= 1;
    is_near && (written.bytes().eq(known.by_ref()) || is_one_slip(written.as_bytes(), normal(parameter).as_bytes()))
}

/// Whether one letter is missing, too many, another, or two neighbours are swapped.
pub(crate) fn is_one_slip(written: &[u8], known: &[u8]) -> bool {
    let start = written.iter().zip(known).take_while(|(one, other)| one == other).count();
    let (written, known) = (&written[start..], &known[start..]);
    let swapped = |written: &[u8]| match (written, known) {
        ([a, b, rest @ ..], [c, d, other @ ..]) => (a, b, rest) == (d, c, other),
        _ => false,
    };
    swapped(written)
        || written.get(1..) == Some(known)
        || known.get(1..) == Some(written)
        || written.get(1..).zip(known.get(1..)).is_some_and(|(one, other)| one == other)
}

/// What people call a grant, beside slips of the pen.
fn usual(written: &str) -> Option<&'static str> {
    Some(match normal(written).as_str() {
        "code" | "authcode" | "authorization" | "authorizationcode" | "authorisationcode" => "authorization_code",
        "refresh" | "refreshtoken" | "renew" => "refresh_token",
        "clientcredentials" | "clientcredential" | "client" => "client_credentials",
        "passwordgrant" | "resourceownerpassword" => "password",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_names() {
        for (written, parameter) in [
            ("redirect_url", "redirect_uri"),
            ("redirectUri", "redirect_uri"),
            ("redirect_ur", "redirect_uri"),
            ("client_di", "client_id"),
            ("client-id", "client_id"),
            ("responce_type", "response_type"),
            ("grant_typ", "grant_type"),
            ("code_verifer", "code_verifier"),
        ] {
            assert!(means(&normal(written), parameter), "{written}");
        }
        for (written, parameter) in [
            ("client_key", "client_id"),
            ("token", "refresh_token"),
            ("user", "username"),
            ("response_mode", "response_type"),
            ("return_to", "redirect_uri"),
        ] {
            assert!(!means(&normal(written), parameter), "{written}");
        }
    }
}
