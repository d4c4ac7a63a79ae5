//! What Acme can be told, and the accounts it has.

use std::fmt;

use crate::authorization::{self, Client, Grant, Lifetime, Redirects, User, oauth1};

/// Where the patterns find Acme.
pub const ORIGIN: &str = "https://api.acme.test";

/// Settings of an Acme server. `Debug` hides the secrets.
#[derive(Clone)]
pub struct Settings {
    /// The confidential client of OAuth 2 and the consumer key of OAuth 1. The public client has the same identifier
    /// with `-public` behind it.
    pub client_id: String,
    /// Its secret, for OAuth 1 as well.
    pub client_secret: String,
    /// The API key; it opens Ada's account.
    pub api_key: String,
    /// The password of everyone who has an account.
    pub password: String,
    /// How many minutes access tokens and sessions live.
    pub token_minutes: i64,
    /// How many minutes refresh tokens live.
    pub refresh_minutes: i64,
    /// The origin it goes by, wherever it is really served: callbacks name it as the issuer, and signatures of OAuth 1 are
    /// made for it.
    pub origin: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            client_id: "acme-demo".to_owned(),
            client_secret: "acme-demo-secret".to_owned(),
            api_key: "acme-demo-key".to_owned(),
            password: "acme-demo-password".to_owned(),
            token_minutes: 60,
            refresh_minutes: 60 * 24 * 30,
            origin: ORIGIN.to_owned(),
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
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// The client that has no secret.
    pub fn public_client_id(&self) -> String {
        format!("{}-public", self.client_id)
    }

    /// Everyone who has an account: user name and full name.
    pub(super) fn people(&self) -> Vec<User> {
        [("ada", "Ada Lovelace"), ("grace", "Grace Hopper")]
            .map(|(id, name)| User { password: Some(self.password.clone()), ..User::new(id, name) })
            .into()
    }

    /// The person with this user name and password.
    pub(super) fn person_with(&self, username: &str, password: &str) -> Option<User> {
        self.people().into_iter().find(|person| person.id == username && person.password.as_deref() == Some(password))
    }

    pub(super) fn oauth2(&self) -> authorization::Settings {
        let lifetimes = |client: Client| Client {
            access_lifetime: Some(Lifetime::minutes(self.token_minutes).told_in(authorization::Unit::Seconds)),
            refresh_lifetime: Some(
                Lifetime::minutes(self.refresh_minutes.max(self.token_minutes)).told_in(authorization::Unit::Seconds),
            ),
            ..client
        };
        let confidential = Client {
            name: "Your app".to_owned(),
            grants: vec![Grant::AuthorizationCode, Grant::RefreshToken, Grant::ClientCredentials, Grant::Password],
            ..Client::confidential(self.client_id.clone(), self.client_secret.clone(), redirects())
        };
        let public = Client {
            name: "Your app, without a secret".to_owned(),
            ..Client::public(self.public_client_id(), redirects())
        };
        authorization::Settings {
            issuer: Some(self.origin.clone()),
            clients: vec![lifetimes(confidential), lifetimes(public)],
            people: self.people(),
            ..authorization::Settings::default()
        }
    }

    pub(super) fn oauth1(&self) -> oauth1::Settings {
        oauth1::Settings {
            origin: Some(self.origin.clone()),
            consumers: vec![oauth1::Consumer {
                key: self.client_id.clone(),
                secret: self.client_secret.clone(),
                name: "Your app".to_owned(),
                callbacks: redirects(),
            }],
            people: self.people(),
            ..oauth1::Settings::default()
        }
    }
}

/// Any loopback address, and Make's own.
fn redirects() -> Redirects {
    Redirects::RegisteredOrLoopback(crate::MAKE_CALLBACKS.map(str::to_owned).into())
}
