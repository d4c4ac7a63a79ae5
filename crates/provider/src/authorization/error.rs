//! Refusals: the code an RFC gives them, the finer reason, and a sentence.

use std::fmt;

/// The `error` values of the RFCs, each with the status it is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// RFC 6749 §4.1.2.1, §5.2; RFC 6750 §3.1
    InvalidRequest,
    /// RFC 6749 §5.2
    InvalidClient,
    /// RFC 6749 §5.2
    InvalidGrant,
    /// RFC 6749 §4.1.2.1, §5.2
    UnauthorizedClient,
    /// RFC 6749 §5.2
    UnsupportedGrantType,
    /// RFC 6749 §4.1.2.1
    UnsupportedResponseType,
    /// RFC 6749 §4.1.2.1, §5.2
    InvalidScope,
    /// RFC 6749 §4.1.2.1
    AccessDenied,
    /// RFC 7009 §2.2.1
    UnsupportedTokenType,
    /// RFC 6750 §3.1
    InvalidToken,
    /// RFC 6750 §3.1
    InsufficientScope,
}

impl ErrorCode {
    /// The value of `error`.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
        }
    }

    /// The HTTP status of a direct answer (RFC 6749 §5.2, RFC 6750 §3.1).
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::InsufficientScope | Self::AccessDenied => 403,
            _ => 400,
        }
    }
}

/// Why exactly a request was refused. Finer than the RFCs' codes: a rehearsal tells people what
/// to mend, and the Academy chooses its status by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A required parameter is missing or empty (RFC 6749 §3.1).
    MissingParameter(&'static str),
    /// A parameter came more than once (RFC 6749 §3.1, §3.2).
    RepeatedParameter,
    /// The request could not be read: wrong content type, broken body, broken header.
    Malformed,
    /// No client has this `client_id`.
    UnknownClient,
    /// The secret is wrong or missing.
    WrongSecret,
    /// The client authenticated in a way it is not registered for (RFC 6749 §2.3).
    WrongAuthenticationMethod,
    /// The client authenticated in two ways at once (RFC 6749 §2.3).
    TwoAuthenticationMethods,
    /// The redirect URI is not registered (RFC 6749 §3.1.2.3).
    UnregisteredRedirect,
    /// `response_type` is not `code`.
    UnsupportedResponseType,
    /// `grant_type` is unknown.
    UnsupportedGrantType,
    /// The client may not use this grant.
    GrantNotAllowed,
    /// A scope is malformed or unknown.
    UnknownScope,
    /// A refresh asks for more than was granted (RFC 6749 §6).
    WidenedScope,
    /// The person said no.
    Denied,
    /// The consent page was answered twice, too late, or never shown.
    StaleConsent,
    /// Nobody of this name can consent.
    UnknownPerson,
    /// The person does not exist or the password is wrong (RFC 6749 §4.3).
    WrongPassword,
    /// The code was never issued.
    UnknownCode,
    /// The code's time is over.
    ExpiredCode,
    /// The code was redeemed before (RFC 6749 §4.1.2); its tokens are revoked.
    ReusedCode,
    /// The code belongs to another client.
    CodeOfAnotherClient,
    /// The redirect URI differs from the one the code was asked with (RFC 6749 §4.1.3).
    RedirectMismatch,
    /// The client must send a code challenge (RFC 7636 §4.4.1).
    MissingChallenge,
    /// The code challenge or its method cannot be used (RFC 7636 §4.3).
    BadChallenge,
    /// A verifier is needed and did not come (RFC 7636 §4.6).
    MissingVerifier,
    /// The verifier is malformed or does not fit the challenge (RFC 7636 §4.6).
    WrongVerifier,
    /// A verifier came for a code without a challenge (RFC 9700 §2.1.1).
    UnexpectedVerifier,
    /// The refresh token was never issued or is revoked.
    UnknownRefreshToken,
    /// The refresh token's time is over.
    ExpiredRefreshToken,
    /// A rotated refresh token came again (RFC 9700 §4.14.2); the whole grant may be revoked.
    ReusedRefreshToken,
    /// The refresh token belongs to another client (RFC 6749 §6).
    RefreshTokenOfAnotherClient,
    /// No access token came with the request (RFC 6750 §3).
    MissingAccessToken,
    /// The access token was never issued or is revoked.
    UnknownAccessToken,
    /// The access token's time is over.
    ExpiredAccessToken,
    /// The access token lacks a scope (RFC 6750 §3.1).
    MissingScope,
}

/// A refusal. Its text never contains a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The RFC's code.
    pub code: ErrorCode,
    /// The finer reason.
    pub reason: Reason,
    /// One sentence for a person; only characters that RFC 6749 §5.2 allows in
    /// `error_description`.
    pub description: String,
}

impl Error {
    /// A refusal. Characters that `error_description` may not contain (RFC 6749 §5.2) are
    /// replaced by an apostrophe.
    pub fn new(code: ErrorCode, reason: Reason, description: impl Into<String>) -> Self {
        let description = description
            .into()
            .chars()
            .map(|c| if matches!(c, ' '..='!' | '#'..='[' | ']'..='~') { c } else { '\'' })
            .collect();
        Self { code, reason, description }
    }

    /// `invalid_request` because `name` is missing.
    pub fn missing(name: &'static str) -> Self {
        Self::new(ErrorCode::InvalidRequest, Reason::MissingParameter(name), format!("the parameter {name} is missing"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code.name(), self.description)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6749_section_5_2_a_description_keeps_to_the_allowed_characters() {
        let error = Error::new(ErrorCode::InvalidScope, Reason::UnknownScope, "scope \"ü\\\n\" ~");
        assert_eq!(error.description, "scope ''''' ~");
    }
}
