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

/// The grants whose names are addresses (RFC 7522, 7523, 8628, 8693).
const LONG_GRANTS: &[&str] = &[
    JWT_BEARER,
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
];

/// The grant that is meant by one no standard knows.
pub(crate) fn meant_grant(written: &str) -> Option<&'static str> {
    if GRANTS.contains(&written) || LONG_GRANTS.contains(&written) || is_of_a_provider(written) {
        return None;
    }
    usual(written).or_else(|| meant_long_grant(written)).or_else(|| nearest(written, GRANTS.iter().copied()))
}

/// Whether a grant is one that a provider has made for itself: `ig_refresh_token`, `th_exchange_token`.
pub(crate) fn is_of_a_provider(grant: &str) -> bool {
    let prefix = ["_refresh_token", "_exchange_token"].iter().find_map(|ending| grant.strip_suffix(ending));
    prefix.is_some_and(|prefix| prefix.len() > 1)
}

/// The grant that is meant by an address with a slip or two in it, or by its end alone.
fn meant_long_grant(written: &str) -> Option<&'static str> {
    const CLIENT_ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    if written == CLIENT_ASSERTION {
        return Some(JWT_BEARER);
    }
    let is_short = !written.contains(':') && written.len() > 8;
    let end = |known: &'static str| if is_short { known.rsplit(':').next().unwrap_or(known) } else { known };
    let written = normal(written);
    let is_near = |known: &str| {
        let known = normal(known);
        written == known || is_one_slip(written.as_bytes(), known.as_bytes())
    };
    LONG_GRANTS.iter().copied().find(|known| is_near(end(known)))
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
        "passwordgrant" | "resourceowner" | "resourceownerpassword" | "resourceownerpasswordcredentials" => "password",
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

    #[test]
    fn long_grants_are_known_by_their_slips() {
        for written in [
            "urn:ietf:params:oauth:grant_type:jwt-bearer",
            "urn:ietf:params:oauth:grant-type:jwt-barer",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "urn:ietf:param:oauth:grant-type:jwt-bearer",
            "jwt-bearer",
            "jwt_bearer",
        ] {
            assert_eq!(meant_grant(written), Some(JWT_BEARER), "{written}");
        }
        for written in [
            JWT_BEARER,
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "urn:acme:params:oauth:grant-type:jwt",
            "ig_refresh_token",
            "th_exchange_token",
            "fb_exchange_token",
            "account_credentials",
        ] {
            assert_eq!(meant_grant(written), None, "{written}");
        }
    }
}
