//! Proof keys: the challenge of an authorization request and the verifier that answers it
//! (RFC 7636).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::error::{Error, ErrorCode, Reason};
use super::parameters::Parameters;
use super::settings::Pkce;

/// A challenge bound to a code. No `Debug`: a plain challenge is the verifier itself.
#[derive(Clone)]
pub struct Challenge {
    method: Method,
    value: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Plain,
    Sha256,
}

/// The challenge of an authorization request, if the client is to use one. A missing method means
/// `plain` (RFC 7636 §4.3), which a client that must use PKCE may not choose (RFC 9700 §2.1.1).
pub fn challenge(policy: Pkce, parameters: &Parameters) -> Result<Option<Challenge>, Error> {
    let refuse = |reason, text: &str| Err(Error::new(ErrorCode::InvalidRequest, reason, text.to_owned()));
    if policy == Pkce::None {
        return Ok(None);
    }
    let Some(value) = parameters.get("code_challenge") else {
        return match policy {
            Pkce::Required => refuse(Reason::MissingChallenge, "code challenge required"),
            _ => Ok(None),
        };
    };
    let method = match parameters.get("code_challenge_method") {
        Some("S256") => Method::Sha256,
        Some("plain") | None if policy == Pkce::Optional => Method::Plain,
        Some("plain") | None => {
            return refuse(Reason::BadChallenge, "transform algorithm plain not supported, use S256");
        }
        Some(_) => return refuse(Reason::BadChallenge, "transform algorithm not supported"),
    };
    let fits = match method {
        Method::Sha256 => value.len() == 43 && value.bytes().all(is_base64url),
        Method::Plain => is_verifier(value),
    };
    if !fits {
        return refuse(
            Reason::BadChallenge,
            "the code challenge is malformed: S256 takes the 43 characters of base64url(sha256(verifier))",
        );
    }
    Ok(Some(Challenge { method, value: value.to_owned() }))
}

/// Checks the verifier of a token request against the challenge of its code (RFC 7636 §4.6).
pub fn verify(policy: Pkce, challenge: Option<&Challenge>, verifier: Option<&str>) -> Result<(), Error> {
    let refuse = |reason, text: &str| Err(Error::new(ErrorCode::InvalidGrant, reason, text.to_owned()));
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (None, Some(_)) if policy == Pkce::None => Ok(()),
        (None, Some(_)) => refuse(
            Reason::UnexpectedVerifier,
            "a code_verifier came, but the authorization request had no code_challenge",
        ),
        (Some(_), None) => refuse(Reason::MissingVerifier, "the code_verifier is missing"),
        (Some(_), Some(verifier)) if !is_verifier(verifier) => {
            refuse(Reason::WrongVerifier, "the code_verifier must have 43 to 128 characters out of A-Z a-z 0-9 - . _ ~")
        }
        (Some(challenge), Some(verifier)) if challenge.fits(verifier) => Ok(()),
        (Some(_), Some(_)) => refuse(Reason::WrongVerifier, "the code_verifier does not fit the code_challenge"),
    }
}

impl Challenge {
    fn fits(&self, verifier: &str) -> bool {
        match self.method {
            Method::Plain => self.value == verifier,
            Method::Sha256 => self.value == URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)),
        }
    }
}

/// RFC 7636 §4.1: 43 to 128 unreserved characters.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|b| is_base64url(b) || matches!(b, b'.' | b'~'))
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn asked(policy: Pkce, pairs: &[(&str, &str)]) -> Result<Option<Challenge>, Reason> {
        let parameters = Parameters::from_pairs(pairs.iter().copied()).unwrap();
        challenge(policy, &parameters).map_err(|error| error.reason)
    }

    #[test]
    fn rfc7636_appendix_b_the_example_fits() {
        let challenge =
            asked(Pkce::Required, &[("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]).unwrap();
        assert!(verify(Pkce::Required, challenge.as_ref(), Some(VERIFIER)).is_ok());
        let other = VERIFIER.replace('d', "e");
        let error = verify(Pkce::Required, challenge.as_ref(), Some(&other)).unwrap_err();
        assert_eq!((error.code, error.reason), (ErrorCode::InvalidGrant, Reason::WrongVerifier));
    }

    #[test]
    fn rfc7636_section_4_4_1_a_required_challenge_is_asked_for() {
        assert_eq!(asked(Pkce::Required, &[]).err(), Some(Reason::MissingChallenge));
        assert!(asked(Pkce::Optional, &[]).unwrap().is_none());
    }

    #[test]
    fn rfc7636_section_4_3_plain_is_the_default_and_refused_where_pkce_is_required() {
        let plain = [("code_challenge", VERIFIER)];
        let challenge = asked(Pkce::Optional, &plain).unwrap();
        assert!(verify(Pkce::Optional, challenge.as_ref(), Some(VERIFIER)).is_ok());
        assert_eq!(asked(Pkce::Required, &plain).err(), Some(Reason::BadChallenge));
    }

    #[test]
    fn rfc7636_section_4_2_a_doubly_encoded_challenge_is_refused() {
        let doubled = URL_SAFE_NO_PAD.encode(CHALLENGE);
        let pairs = [("code_challenge", doubled.as_str()), ("code_challenge_method", "S256")];
        assert_eq!(asked(Pkce::Optional, &pairs).err(), Some(Reason::BadChallenge));
    }

    #[test]
    fn rfc7636_section_4_1_a_verifier_has_43_to_128_characters() {
        let challenge =
            asked(Pkce::Required, &[("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]).unwrap();
        for bad in ["a".repeat(42), "a".repeat(129), format!("{VERIFIER}="), format!("{VERIFIER} ")] {
            let error = verify(Pkce::Required, challenge.as_ref(), Some(&bad)).unwrap_err();
            assert_eq!(error.reason, Reason::WrongVerifier, "{bad}");
        }
    }

    #[test]
    fn rfc9700_section_2_1_1_a_verifier_without_a_challenge_is_refused() {
        let error = verify(Pkce::Optional, None, Some(VERIFIER)).unwrap_err();
        assert_eq!(error.reason, Reason::UnexpectedVerifier);
    }
}
