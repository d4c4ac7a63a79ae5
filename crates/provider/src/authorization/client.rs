//! Client authentication at the token and revocation endpoints (RFC 6749 §2.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::{Error, ErrorCode, Reason};
use super::parameters::Parameters;
use super::settings::{Client, ClientAuthentication, Settings};

/// The registered client that sent a request, once it has proved to be that client.
/// `authorization` is the request's `Authorization` header.
pub fn authenticate<'a>(
    settings: &'a Settings,
    authorization: Option<&str>,
    parameters: &Parameters,
) -> Result<&'a Client, Error> {
    let credentials = Credentials::read(authorization, parameters)?;
    let client = settings
        .client(&credentials.id)
        .ok_or_else(|| refusal(Reason::UnknownClient, "no application is registered with this client_id; check the spelling, and that it belongs to this provider"))?;
    if !client.authentication.contains(&credentials.method) {
        let text = match credentials.method {
            ClientAuthentication::Basic => "this client may not authenticate by Basic",
            ClientAuthentication::Body => "this client may not send its secret in the body",
            ClientAuthentication::None => "this client must authenticate",
        };
        let reason = match credentials.method {
            ClientAuthentication::None => Reason::WrongSecret,
            _ => Reason::WrongAuthenticationMethod,
        };
        return Err(refusal(reason, text));
    }
    if credentials.method != ClientAuthentication::None {
        let expected = client.secret.as_deref().unwrap_or_default();
        let given = credentials.secret.as_deref().unwrap_or_default();
        if expected.is_empty() || !same(expected, given) {
            return Err(refusal(Reason::WrongSecret, "the client_secret is wrong"));
        }
    }
    Ok(client)
}

struct Credentials {
    id: String,
    secret: Option<String>,
    method: ClientAuthentication,
}

impl Credentials {
    fn read(authorization: Option<&str>, parameters: &Parameters) -> Result<Self, Error> {
        match authorization {
            Some(header) => Self::from_header(header, parameters),
            None => Self::from_body(parameters),
        }
    }

    fn from_header(header: &str, parameters: &Parameters) -> Result<Self, Error> {
        let (id, secret) = decode_basic(header).ok_or_else(|| {
            refusal(
                Reason::Malformed,
                "the Authorization header is not Basic with base64(form-encoded client_id:client_secret)",
            )
        })?;
        if parameters.get("client_secret").is_some() {
            return Err(Error::new(
                ErrorCode::InvalidRequest,
                Reason::TwoAuthenticationMethods,
                "the client authenticated by Basic and in the body at once",
            ));
        }
        if parameters.get("client_id").is_some_and(|named| named != id) {
            return Err(Error::new(
                ErrorCode::InvalidRequest,
                Reason::TwoAuthenticationMethods,
                "the client_id in the body is not the one in the Authorization header",
            ));
        }
        Ok(Self { id, secret: Some(secret), method: ClientAuthentication::Basic })
    }

    fn from_body(parameters: &Parameters) -> Result<Self, Error> {
        let id = parameters
            .get("client_id")
            .ok_or_else(|| refusal(Reason::MissingParameter("client_id"), "the parameter client_id is missing"))?;
        let secret = parameters.get("client_secret").map(str::to_owned);
        let method = match secret {
            Some(_) => ClientAuthentication::Body,
            None => ClientAuthentication::None,
        };
        Ok(Self { id: id.to_owned(), secret, method })
    }
}

/// Both halves are form-encoded before they are joined (RFC 6749 §2.3.1).
fn decode_basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decode(id)?, form_decode(secret)?))
}

fn form_decode(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(String::new());
    }
    if text.contains(['&', '=']) {
        return None;
    }
    url::form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned())
}

/// Compares without telling by its duration where the difference is.
fn same(expected: &str, given: &str) -> bool {
    expected.len() == given.len() && expected.bytes().zip(given.bytes()).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
}

fn refusal(reason: Reason, text: &str) -> Error {
    Error::new(ErrorCode::InvalidClient, reason, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::Redirects;

    fn settings(methods: &[ClientAuthentication]) -> Settings {
        let mut client = Client::confidential("the app", "s:e%c+ret", Redirects::AnyLoopback);
        client.authentication = methods.to_vec();
        Settings { clients: vec![client], ..Settings::default() }
    }

    fn outcome(
        methods: &[ClientAuthentication],
        header: Option<String>,
        body: &[(&str, &str)],
    ) -> Result<(), (ErrorCode, Reason)> {
        let parameters = Parameters::from_pairs(body.iter().copied()).unwrap();
        authenticate(&settings(methods), header.as_deref(), &parameters)
            .map(|_| ())
            .map_err(|error| (error.code, error.reason))
    }

    fn basic(text: &str) -> Option<String> {
        Some(format!("bAsIc {}", STANDARD.encode(text)))
    }

    use ClientAuthentication::{Basic, Body, None as Public};

    #[test]
    fn rfc6749_section_2_3_1_basic_credentials_are_form_encoded() {
        assert_eq!(outcome(&[Basic], basic("the+app:s%3Ae%25c%2Bret"), &[]), Ok(()));
        let unencoded = outcome(&[Basic], basic("the app:s:e%c+ret"), &[]);
        assert_eq!(unencoded, Err((ErrorCode::InvalidClient, Reason::WrongSecret)));
    }

    #[test]
    fn rfc6749_section_2_3_1_credentials_in_the_body() {
        let body = [("client_id", "the app"), ("client_secret", "s:e%c+ret")];
        assert_eq!(outcome(&[Body], None, &body), Ok(()));
        assert_eq!(outcome(&[Basic], None, &body), Err((ErrorCode::InvalidClient, Reason::WrongAuthenticationMethod)));
    }

    #[test]
    fn rfc6749_section_2_3_two_methods_at_once_are_refused() {
        let body = [("client_id", "the app"), ("client_secret", "s:e%c+ret")];
        assert_eq!(
            outcome(&[Basic, Body], basic("the+app:s%3Ae%25c%2Bret"), &body),
            Err((ErrorCode::InvalidRequest, Reason::TwoAuthenticationMethods))
        );
    }

    #[test]
    fn rfc6749_section_5_2_failed_authentication_is_invalid_client() {
        let body = |id, secret| [("client_id", id), ("client_secret", secret)];
        let reason = |outcome: Result<(), (ErrorCode, Reason)>| {
            let (code, reason) = outcome.unwrap_err();
            assert_eq!(code, ErrorCode::InvalidClient);
            reason
        };
        assert_eq!(reason(outcome(&[Body], None, &body("nobody", "x"))), Reason::UnknownClient);
        assert_eq!(reason(outcome(&[Body], None, &body("the app", "x"))), Reason::WrongSecret);
        assert_eq!(reason(outcome(&[Body], None, &body("the app", ""))), Reason::WrongSecret);
        assert_eq!(reason(outcome(&[Body], None, &[])), Reason::MissingParameter("client_id"));
        assert_eq!(reason(outcome(&[Basic], Some("Basic %%%".into()), &[])), Reason::Malformed);
        assert_eq!(reason(outcome(&[Basic], Some("Bearer x".into()), &[])), Reason::Malformed);
    }

    #[test]
    fn rfc6749_section_2_1_a_public_client_sends_its_identifier_alone() {
        assert_eq!(outcome(&[Public], None, &[("client_id", "the app")]), Ok(()));
    }
}
