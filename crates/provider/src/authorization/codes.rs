//! Authorization codes: single use, short-lived, bound to everything they were issued for
//! (RFC 6749 §4.1.2, §10.5).

use std::collections::HashMap;

use super::error::{Error, ErrorCode, Reason};
use super::grants::FamilyId;
use super::pkce::{self, Challenge};
use super::settings::Client;

/// Redeemed and expired codes are remembered this long, so that a second use is recognised.
const MEMORY_MILLIS: i64 = 3_600_000;

/// What a code stands for.
#[derive(Clone)]
pub struct Binding {
    /// The client it was issued to.
    pub client_id: String,
    /// Where the person was sent back to.
    pub redirect_uri: String,
    /// Whether the authorization request named the redirect URI; if so the token request must too.
    pub redirect_uri_sent: bool,
    /// The person who consented.
    pub person: String,
    /// The scopes the person allowed.
    pub scopes: Vec<String>,
    /// The code challenge, if one was sent.
    pub challenge: Option<Challenge>,
}

struct Entry {
    binding: Binding,
    expires: i64,
    redeemed: Option<FamilyId>,
}

/// What a token request shows to redeem a code.
pub struct Presented<'a> {
    /// `code`
    pub code: &'a str,
    /// `redirect_uri`
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier`
    pub verifier: Option<&'a str>,
}

/// Why a code was not redeemed.
pub struct Refused {
    /// The answer to the client.
    pub error: Error,
    /// The grant that a second use of the code brings down (RFC 6749 §4.1.2).
    pub revoke: Option<FamilyId>,
}

/// Every code that was issued lately.
#[derive(Default)]
pub struct Codes(HashMap<String, Entry>);

impl Codes {
    /// Remembers a fresh code.
    pub fn issue(&mut self, code: String, binding: Binding, now: i64, expires: i64) {
        self.0.retain(|_, entry| entry.expires.saturating_add(MEMORY_MILLIS) > now);
        self.0.insert(code, Entry { binding, expires, redeemed: None });
    }

    /// Checks a code against everything it is bound to. It is not used up yet:
    /// [`Codes::redeemed`] does that once tokens exist.
    pub fn check(&self, client: &Client, presented: &Presented<'_>, now: i64) -> Result<Binding, Refused> {
        let refuse = |reason, text: &str| Err(Refused { error: refusal(reason, text), revoke: None });
        let Some(entry) = self.0.get(presented.code) else {
            return refuse(Reason::UnknownCode, "the code is unknown");
        };
        let binding = &entry.binding;
        if binding.client_id != client.id {
            return refuse(Reason::CodeOfAnotherClient, "the code was issued to another client");
        }
        if let Some(family) = entry.redeemed {
            let error = refusal(Reason::ReusedCode, "the code has been used already; the tokens it gave are revoked");
            return Err(Refused { error, revoke: Some(family) });
        }
        if now >= entry.expires {
            return refuse(Reason::ExpiredCode, "the code has expired");
        }
        let same_redirect = match presented.redirect_uri {
            Some(uri) => uri == binding.redirect_uri,
            None => !binding.redirect_uri_sent,
        };
        if !same_redirect {
            return refuse(Reason::RedirectMismatch, "the redirect_uri is not the one the authorization request named");
        }
        match pkce::verify(client.pkce, binding.challenge.as_ref(), presented.verifier) {
            Ok(()) => Ok(binding.clone()),
            Err(error) => Err(Refused { error, revoke: None }),
        }
    }

    /// Marks a code as used, by the grant it turned into.
    pub fn redeemed(&mut self, code: &str, family: FamilyId) {
        if let Some(entry) = self.0.get_mut(code) {
            entry.redeemed = Some(family);
        }
    }
}

fn refusal(reason: Reason, text: &str) -> Error {
    Error::new(ErrorCode::InvalidGrant, reason, text)
}
