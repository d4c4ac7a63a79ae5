//! The authorization server itself: state, clock and randomness, and what can be asked of it.
//! Nothing here knows HTTP.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connspec_exchange::Clock;

use super::client::authenticate;
use super::codes::{Binding, Codes};
use super::error::{Error, ErrorCode, Reason};
use super::grants::{Access, FamilyId, Grants};
use super::parameters::Parameters;
use super::request::{AuthorizationRequest, Callback, Refusal, check};
use super::settings::Settings;
use crate::Randomness;

/// An authorization server. Cheap to share behind an [`Arc`]; every method takes `&self`.
pub struct AuthorizationServer {
    pub(super) settings: Settings,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) randomness: Arc<dyn Randomness>,
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) codes: Codes,
    pub(super) grants: Grants,
    consents: HashMap<String, PendingConsent>,
}

struct PendingConsent {
    request: AuthorizationRequest,
    expires: i64,
}

/// A consent page to be shown: the request, and the ticket its answer must bring back.
pub struct Consent {
    /// Names this page and no other. Whoever has not seen the page cannot answer it.
    pub ticket: String,
    /// What is asked.
    pub request: AuthorizationRequest,
}

/// How a person answered a consent page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<'a> {
    /// Allowed, as the person with this identifier.
    Allow(&'a str),
    /// Refused.
    Deny,
}

impl AuthorizationServer {
    /// A server without any grants yet.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>, randomness: Arc<dyn Randomness>) -> Self {
        Self { settings, clock, randomness, state: Mutex::default() }
    }

    /// What it was set up with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Checks an authorization request (RFC 6749 §4.1.1) and prepares the consent page.
    pub fn begin(&self, parameters: &Parameters) -> Result<Consent, Refusal> {
        let request = check(&self.settings, parameters)?;
        let now = self.clock.now();
        let ticket = self.randomness.token();
        let pending = PendingConsent { request: request.clone(), expires: self.settings.consent_lifetime.end(now) };
        let mut state = self.state();
        state.consents.retain(|_, pending| pending.expires > now);
        state.consents.insert(ticket.clone(), pending);
        Ok(Consent { ticket, request })
    }

    /// Takes the answer to a consent page and says where the person goes (RFC 6749 §4.1.2). A
    /// page is answered once.
    pub fn decide(&self, ticket: &str, answer: Answer<'_>) -> Result<Callback, Error> {
        let now = self.clock.now();
        let mut state = self.state();
        let stale = || {
            Error::new(
                ErrorCode::InvalidRequest,
                Reason::StaleConsent,
                "this page was answered already or is too old; start again in the application",
            )
        };
        if let Answer::Allow(person) = answer
            && self.settings.person(person).is_none()
        {
            return Err(Error::new(
                ErrorCode::InvalidRequest,
                Reason::UnknownPerson,
                "choose one of the accounts on the page",
            ));
        }
        let pending = state.consents.remove(ticket).filter(|pending| pending.expires > now).ok_or_else(stale)?;
        let request = pending.request;
        let outcome = match answer {
            Answer::Deny => {
                Err(Error::new(ErrorCode::AccessDenied, Reason::Denied, "the person refused to give access"))
            }
            Answer::Allow(person) => {
                let code = self.randomness.token();
                let withheld = &self.settings.withheld_scopes;
                let binding = Binding {
                    client_id: request.client_id,
                    redirect_uri: request.redirect_uri.clone(),
                    redirect_uri_sent: request.redirect_uri_sent,
                    person: person.to_owned(),
                    scopes: request.scopes.into_iter().filter(|scope| !withheld.contains(scope)).collect(),
                    challenge: request.challenge,
                };
                state.codes.issue(code.clone(), binding, now, self.settings.code_lifetime.end(now));
                Ok(code)
            }
        };
        Ok(Callback {
            redirect_uri: request.redirect_uri,
            state: request.state,
            issuer: self.settings.issuer.clone(),
            outcome,
        })
    }

    /// Revokes a token (RFC 7009 §2). `authorization` is the request's `Authorization` header.
    pub fn revoke(&self, authorization: Option<&str>, parameters: &Parameters) -> Result<(), Error> {
        let client = authenticate(&self.settings, authorization, parameters)?;
        let token = parameters.require("token")?;
        self.state().grants.revoke_token(token, &client.id)
    }

    /// Ends a grant with all of its tokens.
    pub fn end_grant(&self, family: FamilyId) {
        self.state().grants.revoke(family);
    }

    /// What the bearer of an `Authorization` header may do, if the token holds `scope`
    /// (RFC 6750 §2.1, §3.1).
    pub fn bearer(&self, authorization: Option<&str>, scope: Option<&str>) -> Result<Access, Error> {
        let token = authorization.and_then(bearer_token).ok_or_else(|| {
            Error::new(
                ErrorCode::InvalidToken,
                Reason::MissingAccessToken,
                "the request needs an Authorization header of the form Bearer <access token>",
            )
        })?;
        let access = self.state().grants.access(token, self.clock.now())?;
        match scope {
            Some(scope) if !access.scopes.iter().any(|held| held == scope) => Err(Error::new(
                ErrorCode::InsufficientScope,
                Reason::MissingScope,
                format!("the access token lacks the scope {scope}"),
            )),
            _ => Ok(access),
        }
    }

    /// Makes every access token expire now, for faults and rehearsals.
    pub fn expire_access_tokens(&self) {
        self.state().grants.expire_access_tokens(self.clock.now());
    }

    /// Makes every refresh token expire now, for faults and rehearsals.
    pub fn expire_refresh_tokens(&self) {
        self.state().grants.expire_refresh_tokens(self.clock.now());
    }

    /// The state. A panic elsewhere must not lock everybody out.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// RFC 6750 §2.1; the scheme is compared without regard to case (RFC 9110 §11.1).
fn bearer_token(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
