//! What an Academy server can be told.

use std::fmt;

use super::people::Person;
use super::v2::SCOPES;
use crate::authorization::{
    self, Client, ClientAuthentication, Lifetime, Pkce, Redirects, Rotation, ScopeSeparator, Unit, User,
};
use crate::faults::Fault;

/// Settings of an Academy server; the defaults are those of the bundled `academy-v2` definition.
/// `Debug` hides the secrets.
#[derive(Clone)]
pub struct Settings {
    /// Version 2's `client_id`.
    pub client_id: String,
    /// Version 2's `client_secret`.
    pub client_secret: String,
    /// Version 1's `x-api-key`.
    pub api_key: String,
    /// How many minutes an access token lives; the documentation's example is 5.
    pub token_minutes: i64,
    /// How many minutes a refresh token lives, but never less than an access token; the
    /// documentation's example is 5.
    pub refresh_minutes: i64,
    /// Whether a token request may bring its `code` in the query instead of the body (RFC 6749 §4.1.3 knows the body
    /// only). Integration manifests can put it nowhere else.
    pub code_in_query: bool,
    /// A fault of the provider's own mind. Faults of answers and of the wire are
    /// [`crate::serve_with_fault`]'s and [`crate::faults::misbehave`]'s.
    pub fault: Option<Fault>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            client_id: "academy-demo".to_owned(),
            client_secret: "academy-demo-secret".to_owned(),
            api_key: "academy-demo-key".to_owned(),
            token_minutes: 5,
            refresh_minutes: 5,
            code_in_query: false,
            fault: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Settings")
            .field("client_id", &self.client_id)
            .field("token_minutes", &self.token_minutes)
            .field("refresh_minutes", &self.refresh_minutes)
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// The authorization server that version 2 runs on.
    pub fn authorization(&self) -> authorization::Settings {
        let unit = match self.fault {
            Some(Fault::WrongUnit) => Unit::Seconds,
            _ => Unit::Minutes,
        };
        let withheld_scopes = match self.fault {
            Some(Fault::MissingScope) => vec!["connect".to_owned()],
            _ => Vec::new(),
        };
        let redirects = Redirects::RegisteredOrLoopback(crate::MAKE_CALLBACKS.map(str::to_owned).into());
        let client = Client {
            name: "Your custom app".to_owned(),
            pkce: Pkce::None,
            authentication: vec![ClientAuthentication::Body],
            scopes: SCOPES.iter().map(|(scope, _)| (*scope).to_owned()).collect(),
            access_lifetime: Some(Lifetime::minutes(self.token_minutes).told_in(unit)),
            refresh_lifetime: Some(Lifetime::minutes(self.refresh_minutes.max(self.token_minutes)).told_in(unit)),
            rotation: Rotation::Rotate,
            refresh_ends_access_tokens: true,
            ..Client::confidential(self.client_id.clone(), self.client_secret.clone(), redirects)
        };
        authorization::Settings {
            clients: vec![client],
            people: Person::ALL.iter().map(|person| User::new(person.id(), person.name())).collect(),
            one_grant_per_person: true,
            scope_separator: ScopeSeparator::SpaceOrComma,
            withheld_scopes,
            ..authorization::Settings::default()
        }
    }
}
