//! Authorization requests: checking them, and sending the person back (RFC 6749 §4.1.1, §4.1.2).

use super::error::{Error, ErrorCode, Reason};
use super::parameters::Parameters;
use super::pkce::{self, Challenge};
use super::redirects::with_parameters;
use super::scope;
use super::settings::{Client, Grant, Redirects, Settings};

/// An authorization request that may be put before a person.
#[derive(Clone)]
pub struct AuthorizationRequest {
    /// The client that asks.
    pub client_id: String,
    /// Where the person is sent back to.
    pub redirect_uri: String,
    /// Whether the request named it, or there is only one registered.
    pub redirect_uri_sent: bool,
    /// The client's `state`, given back as it came.
    pub state: Option<String>,
    /// What the client asks for.
    pub scopes: Vec<String>,
    /// The code challenge, if any.
    pub challenge: Option<Challenge>,
}

/// Why an authorization request goes no further.
#[derive(Debug, Clone)]
pub enum Refusal {
    /// The redirect URI cannot be trusted: tell the person, redirect nowhere
    /// (RFC 6749 §4.1.2.1, RFC 9700 §4.11).
    Shown(Error),
    /// Send the person back with the error.
    SentBack(Box<Callback>),
}

/// Where a person goes after the consent page. `Debug` does not show the code.
#[derive(Clone)]
pub struct Callback {
    /// The client's redirect URI.
    pub redirect_uri: String,
    /// The client's `state`.
    pub state: Option<String>,
    /// The issuer, if the server tells it (RFC 9207).
    pub issuer: Option<String>,
    /// The code, or why there is none.
    pub outcome: Result<String, Error>,
}

impl Callback {
    /// The value of `Location` as RFC 6749 §4.1.2 and §4.1.2.1 write it.
    pub fn location(&self) -> String {
        let mut pairs: Vec<(&str, &str)> = match &self.outcome {
            Ok(code) => vec![("code", code)],
            Err(error) => {
                vec![("error", error.code.name()), ("error_description", error.description.as_str())]
            }
        };
        pairs.extend(self.state.as_deref().map(|state| ("state", state)));
        pairs.extend(self.issuer.as_deref().map(|issuer| ("iss", issuer)));
        with_parameters(&self.redirect_uri, &pairs)
    }
}

impl std::fmt::Debug for Callback {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Callback")
            .field("redirect_uri", &self.redirect_uri)
            .field("issuer", &self.issuer)
            .field("outcome", &self.outcome.as_ref().map(|_| "«code»"))
            .finish_non_exhaustive()
    }
}

/// Checks an authorization request in the order of RFC 6749 §4.1.2.1: first what decides whether
/// the person may be sent back at all, then the rest.
pub fn check(settings: &Settings, parameters: &Parameters) -> Result<AuthorizationRequest, Refusal> {
    let client_id = parameters.require("client_id").map_err(Refusal::Shown)?;
    let client = settings
        .client(client_id)
        .ok_or_else(|| shown(Reason::UnknownClient, "no application is registered with this client_id; check the spelling, and that it belongs to this provider"))?;
    let (redirect_uri, redirect_uri_sent) = redirect_uri(client, parameters)?;
    let state = parameters.get("state").map(str::to_owned);
    let send_back = |error| {
        Refusal::SentBack(Box::new(Callback {
            redirect_uri: redirect_uri.clone(),
            state: state.clone(),
            issuer: settings.issuer.clone(),
            outcome: Err(error),
        }))
    };
    response_type(client, parameters).map_err(send_back)?;
    let scopes = scope::requested(parameters.get("scope"), client, settings.scope_separator).map_err(send_back)?;
    let challenge = pkce::challenge(client.pkce, parameters).map_err(send_back)?;
    Ok(AuthorizationRequest { client_id: client.id.clone(), redirect_uri, redirect_uri_sent, state, scopes, challenge })
}

fn redirect_uri(client: &Client, parameters: &Parameters) -> Result<(String, bool), Refusal> {
    match (parameters.get("redirect_uri"), &client.redirects) {
        (Some(uri), redirects) if redirects.allow(uri) => Ok((uri.to_owned(), true)),
        (Some(_), Redirects::Registered(list)) => Err(shown(
            Reason::UnregisteredRedirect,
            &format!("the redirect_uri is not registered; registered: {}", list.join(", ")),
        )),
        (Some(_), _) => Err(shown(
            Reason::UnregisteredRedirect,
            "the redirect_uri is not registered; any http address of this machine is accepted",
        )),
        (None, Redirects::Registered(list)) if list.len() == 1 => Ok((list[0].clone(), false)),
        (None, _) => Err(Refusal::Shown(Error::missing("redirect_uri"))),
    }
}

fn response_type(client: &Client, parameters: &Parameters) -> Result<(), Error> {
    if parameters.require("response_type")? != "code" {
        return Err(Error::new(
            ErrorCode::UnsupportedResponseType,
            Reason::UnsupportedResponseType,
            "the only supported response_type is code",
        ));
    }
    if !client.grants.contains(&Grant::AuthorizationCode) {
        return Err(Error::new(
            ErrorCode::UnauthorizedClient,
            Reason::GrantNotAllowed,
            "this client may not use the authorization code grant",
        ));
    }
    Ok(())
}

fn shown(reason: Reason, text: &str) -> Refusal {
    Refusal::Shown(Error::new(ErrorCode::InvalidRequest, reason, text))
}
