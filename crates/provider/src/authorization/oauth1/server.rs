//! The OAuth 1 provider itself. Nothing here knows HTTP.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connspec_exchange::Clock;

use super::super::redirects::with_parameters;
use super::super::server::Answer;
use super::problem::Problem;
use super::settings::{Consumer, Settings, SignatureMethod};
use super::signature::sign;
use super::signed::{Incoming, Signed};
use crate::Randomness;

/// The callback of clients that cannot be called back (§2.1).
const OUT_OF_BAND: &str = "oob";

/// An OAuth 1 provider.
pub struct Server {
    settings: Settings,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    temporary: HashMap<String, Temporary>,
    tokens: HashMap<String, Token>,
    tickets: HashMap<String, String>,
    /// What was seen within the window: consumer, token, timestamp, nonce (§3.3).
    nonces: HashMap<i64, HashSet<(String, String, String)>>,
}

struct Temporary {
    consumer: String,
    secret: String,
    callback: String,
    expires: i64,
    allowed: Option<(String, String)>,
}

struct Token {
    consumer: String,
    secret: String,
    person: String,
}

/// A token and its secret. No `Debug`.
pub struct Credentials {
    /// `oauth_token`
    pub token: String,
    /// `oauth_token_secret`
    pub secret: String,
}

/// A consent page to be shown.
pub struct Consent<'a> {
    /// What the answer must bring back.
    pub ticket: String,
    /// Who asks.
    pub consumer: &'a Consumer,
    /// Where the person goes afterwards.
    pub callback: String,
}

/// What follows a consent page.
pub enum Callback {
    /// The browser goes there.
    Redirect(String),
    /// The person copies this verifier by hand (callback `oob`).
    Verifier(String),
    /// The person refused, and there is nowhere to go.
    Refused,
}

/// Who a verified request acts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// `oauth_consumer_key`
    pub consumer: String,
    /// The person who consented.
    pub person: String,
}

impl Server {
    /// A provider without any credentials yet.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>, randomness: Arc<dyn Randomness>) -> Self {
        Self { settings, clock, randomness, state: Mutex::default() }
    }

    /// What it was set up with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Gives temporary credentials (§2.1).
    pub fn temporary_credentials(&self, incoming: &Incoming<'_>) -> Result<Credentials, Problem> {
        let signed = Signed::read(incoming)?;
        let mut state = self.state();
        let consumer = self.verify(&mut state, &signed, "")?;
        let callback = signed.require("oauth_callback")?;
        if callback != OUT_OF_BAND && !consumer.callbacks.allow(callback) {
            return Err(Problem::bad_request("parameter_rejected", "the oauth_callback is not registered"));
        }
        let now = self.clock.now();
        let credentials = Credentials { token: self.randomness.token(), secret: self.randomness.token() };
        state.temporary.retain(|_, known| known.expires > now);
        state.temporary.insert(
            credentials.token.clone(),
            Temporary {
                consumer: consumer.key.clone(),
                secret: credentials.secret.clone(),
                callback: callback.to_owned(),
                expires: now.saturating_add(self.settings.temporary_lifetime),
                allowed: None,
            },
        );
        Ok(credentials)
    }

    /// Prepares the consent page for temporary credentials (§2.2).
    pub fn begin(&self, token: &str) -> Result<Consent<'_>, Problem> {
        let now = self.clock.now();
        let mut state = self.state();
        let found = state.temporary.get(token).filter(|known| known.expires > now && known.allowed.is_none());
        let found = found.ok_or_else(token_rejected)?;
        let consumer = self.consumer(&found.consumer)?;
        let callback = found.callback.clone();
        let ticket = self.randomness.token();
        let State { tickets, temporary, .. } = &mut *state;
        tickets.retain(|_, known| temporary.contains_key(known));
        tickets.insert(ticket.clone(), token.to_owned());
        Ok(Consent { ticket, consumer, callback })
    }

    /// Takes the answer to a consent page (§2.2). Denial has no rule in the RFC; the browser is
    /// sent back with `denied`, as the largest provider does (connection.md §11).
    pub fn decide(&self, ticket: &str, answer: Answer<'_>) -> Result<Callback, Problem> {
        let now = self.clock.now();
        let mut state = self.state();
        if let Answer::Allow(person) = answer
            && !self.settings.people.iter().any(|known| known.id == person)
        {
            return Err(Problem::bad_request("parameter_rejected", "choose one of the people on the page"));
        }
        let token = state.tickets.remove(ticket).ok_or_else(token_rejected)?;
        let found = state.temporary.get_mut(&token).filter(|known| known.expires > now && known.allowed.is_none());
        let found = found.ok_or_else(token_rejected)?;
        let callback = found.callback.clone();
        let Answer::Allow(person) = answer else {
            state.temporary.remove(&token);
            return Ok(match callback.as_str() {
                OUT_OF_BAND => Callback::Refused,
                uri => Callback::Redirect(with_parameters(uri, &[("denied", &token)])),
            });
        };
        let verifier = self.randomness.token();
        found.allowed = Some((person.to_owned(), verifier.clone()));
        Ok(match callback.as_str() {
            OUT_OF_BAND => Callback::Verifier(verifier),
            uri => Callback::Redirect(with_parameters(uri, &[("oauth_token", &token), ("oauth_verifier", &verifier)])),
        })
    }

    /// Turns authorized temporary credentials into token credentials, once (§2.3).
    pub fn token_credentials(&self, incoming: &Incoming<'_>) -> Result<Credentials, Problem> {
        let signed = Signed::read(incoming)?;
        let token = signed.require("oauth_token")?;
        let now = self.clock.now();
        let mut state = self.state();
        let found = state.temporary.get(token).filter(|known| known.expires > now).ok_or_else(token_rejected)?;
        let (owner, secret, allowed) = (found.consumer.clone(), found.secret.clone(), found.allowed.clone());
        let consumer = self.verify(&mut state, &signed, &secret)?.key.clone();
        if owner != consumer {
            return Err(token_rejected());
        }
        let (person, verifier) =
            allowed.ok_or_else(|| Problem::unauthorized("permission_unknown", "nobody has allowed this token yet"))?;
        if signed.require("oauth_verifier")? != verifier {
            return Err(Problem::unauthorized("parameter_rejected", "the oauth_verifier is wrong"));
        }
        state.temporary.remove(token);
        let credentials = Credentials { token: self.randomness.token(), secret: self.randomness.token() };
        let known = Token { consumer, secret: credentials.secret.clone(), person };
        state.tokens.insert(credentials.token.clone(), known);
        Ok(credentials)
    }

    /// Verifies a request for a protected resource (§3.2).
    pub fn access(&self, incoming: &Incoming<'_>) -> Result<Access, Problem> {
        let signed = Signed::read(incoming)?;
        let token = signed.require("oauth_token")?;
        let mut state = self.state();
        let found = state.tokens.get(token).ok_or_else(token_rejected)?;
        let access = Access { consumer: found.consumer.clone(), person: found.person.clone() };
        let secret = found.secret.clone();
        if self.verify(&mut state, &signed, &secret)?.key != access.consumer {
            return Err(token_rejected());
        }
        Ok(access)
    }

    /// Checks consumer, method, signature, timestamp and nonce, in this order: an unsigned request
    /// must not be able to use up nonces.
    fn verify(&self, state: &mut State, signed: &Signed, token_secret: &str) -> Result<&Consumer, Problem> {
        let consumer = self.consumer(signed.require("oauth_consumer_key")?)?;
        if !self.settings.methods.contains(&signed.method) {
            let accepted: Vec<_> = self.settings.methods.iter().map(|method| method.name()).collect();
            let advice = format!("accepted: {}", accepted.join(", "));
            return Err(Problem::bad_request("signature_method_rejected", advice));
        }
        let expected = sign(signed.method, &signed.base_string, &consumer.secret, token_secret);
        if signed.require("oauth_signature")? != expected {
            let advice = match signed.method {
                SignatureMethod::Plaintext => "both secrets, encoded and joined by &, are expected".to_owned(),
                SignatureMethod::HmacSha1 => format!("the base string here is {}", signed.base_string),
            };
            return Err(Problem::unauthorized("signature_invalid", advice));
        }
        self.check_freshness(state, signed)?;
        Ok(consumer)
    }

    /// §3.3. PLAINTEXT may come without timestamp and nonce (§3.1).
    fn check_freshness(&self, state: &mut State, signed: &Signed) -> Result<(), Problem> {
        let (Some(timestamp), Some(nonce)) = (signed.get("oauth_timestamp"), signed.get("oauth_nonce")) else {
            return Ok(());
        };
        let (now, window) = (self.clock.now(), self.settings.timestamp_window);
        let seconds: i64 = timestamp.parse().ok().filter(|seconds| *seconds > 0).ok_or_else(|| {
            Problem::bad_request("parameter_rejected", "oauth_timestamp must be a positive number of seconds")
        })?;
        if now.saturating_sub(seconds.saturating_mul(1000)).saturating_abs() > window {
            let advice = format!("oauth_timestamp is {seconds}, the provider's clock shows {}", now / 1000);
            return Err(Problem::unauthorized("timestamp_refused", advice));
        }
        state.nonces.retain(|known, _| now.saturating_sub(known.saturating_mul(1000)) <= window);
        let consumer = signed.get("oauth_consumer_key").unwrap_or_default().to_owned();
        let token = signed.get("oauth_token").unwrap_or_default().to_owned();
        if !state.nonces.entry(seconds).or_default().insert((consumer, token, nonce.to_owned())) {
            return Err(Problem::unauthorized("nonce_used", "every request needs a nonce of its own"));
        }
        Ok(())
    }

    fn consumer(&self, key: &str) -> Result<&Consumer, Problem> {
        self.settings
            .consumers
            .iter()
            .find(|consumer| consumer.key == key)
            .ok_or_else(|| Problem::unauthorized("consumer_key_unknown", "no application has this oauth_consumer_key"))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn token_rejected() -> Problem {
    Problem::unauthorized("token_rejected", "the oauth_token is unknown, expired, used or of another application")
}
