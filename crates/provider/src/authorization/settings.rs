//! What an authorization server is told about itself, its clients and its people.

use std::fmt;

use super::Lifetime;

/// Everything that decides how an authorization server behaves. Plain data, so that it can be
/// written by hand or derived from a connection definition.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The issuer identifier; with one, the callback carries `iss` (RFC 9207 §2).
    pub issuer: Option<String>,
    /// The registered clients.
    pub clients: Vec<Client>,
    /// The people who may consent.
    pub people: Vec<User>,
    /// A new grant for a person removes that person's older ones, as the Academy does.
    pub one_grant_per_person: bool,
    /// How long a code may wait to be redeemed (RFC 6749 §4.1.2 recommends at most ten minutes).
    pub code_lifetime: Lifetime,
    /// How long a consent page may wait for its answer.
    pub consent_lifetime: Lifetime,
    /// Which characters divide scopes in a request.
    pub scope_separator: ScopeSeparator,
    /// Scopes that nobody ever grants, though they may be asked for: consent is narrower than the
    /// request (RFC 6749 §3.3).
    pub withheld_scopes: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            issuer: None,
            clients: Vec::new(),
            people: Vec::new(),
            one_grant_per_person: false,
            code_lifetime: Lifetime::minutes(1),
            consent_lifetime: Lifetime::minutes(15),
            scope_separator: ScopeSeparator::Space,
            withheld_scopes: Vec::new(),
        }
    }
}

impl Settings {
    /// The client with this identifier.
    pub fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    /// The person with this identifier.
    pub fn person(&self, id: &str) -> Option<&User> {
        self.people.iter().find(|person| person.id == id)
    }
}

/// One registered client. `Debug` hides the secret.
#[derive(Clone)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// `client_secret`; none for a public client (RFC 6749 §2.1).
    pub secret: Option<String>,
    /// The name a person sees on the consent page.
    pub name: String,
    /// Where a person may be sent back to.
    pub redirects: Redirects,
    /// The grants the client may use.
    pub grants: Vec<Grant>,
    /// Whether a code challenge is asked for (RFC 7636).
    pub pkce: Pkce,
    /// How the client proves who it is at the token endpoint. More than one may be accepted.
    pub authentication: Vec<ClientAuthentication>,
    /// The scopes the client may ask for; empty means any.
    pub scopes: Vec<String>,
    /// The scopes granted when a request names none; empty makes `scope` mandatory whenever
    /// `scopes` is not empty (RFC 6749 §3.3 allows either).
    pub default_scopes: Vec<String>,
    /// How long an access token lives, and the unit `expires_in` is told in; none: forever, untold.
    pub access_lifetime: Option<Lifetime>,
    /// How long a refresh token lives; none: forever.
    pub refresh_lifetime: Option<Lifetime>,
    /// What happens to a refresh token when it is used.
    pub rotation: Rotation,
    /// A refresh ends the access tokens given before, as the Academy's single connection does.
    pub refresh_ends_access_tokens: bool,
}

impl Client {
    /// A confidential client for the authorization code grant with refresh: PKCE optional,
    /// authentication by Basic or body, tokens for one hour, rotating refresh tokens.
    pub fn confidential(id: impl Into<String>, secret: impl Into<String>, redirects: Redirects) -> Self {
        let id = id.into();
        Self {
            name: id.clone(),
            id,
            secret: Some(secret.into()),
            redirects,
            grants: vec![Grant::AuthorizationCode, Grant::RefreshToken],
            pkce: Pkce::Optional,
            authentication: vec![ClientAuthentication::Basic, ClientAuthentication::Body],
            scopes: Vec::new(),
            default_scopes: Vec::new(),
            access_lifetime: Some(Lifetime::seconds(3600)),
            refresh_lifetime: None,
            rotation: Rotation::RevokeFamilyOnReuse,
            refresh_ends_access_tokens: false,
        }
    }

    /// A public client: no secret, PKCE required (RFC 9700 §2.1.1).
    pub fn public(id: impl Into<String>, redirects: Redirects) -> Self {
        Self {
            secret: None,
            pkce: Pkce::Required,
            authentication: vec![ClientAuthentication::None],
            ..Self::confidential(id, "", redirects)
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("id", &self.id)
            .field("secret", &self.secret.as_ref().map(|_| "«secret»"))
            .field("redirects", &self.redirects)
            .field("grants", &self.grants)
            .field("pkce", &self.pkce)
            .field("authentication", &self.authentication)
            .field("scopes", &self.scopes)
            .field("access_lifetime", &self.access_lifetime)
            .field("refresh_lifetime", &self.refresh_lifetime)
            .field("rotation", &self.rotation)
            .finish_non_exhaustive()
    }
}

/// A person who can sign in. `Debug` hides the password.
#[derive(Clone)]
pub struct User {
    /// The identifier grants are bound to.
    pub id: String,
    /// The name shown on the consent page.
    pub name: String,
    /// The password for the resource owner password grant (RFC 6749 §4.3); the user name is `id`.
    pub password: Option<String>,
}

impl User {
    /// A person without a password.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), password: None }
    }
}

impl fmt::Debug for User {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("User")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("password", &self.password.as_ref().map(|_| "«password»"))
            .finish()
    }
}

/// Which redirect URIs a client may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirects {
    /// These, character for character (RFC 9700 §2.1); the port of a loopback address is free
    /// (RFC 8252 §7.3).
    Registered(Vec<String>),
    /// Any path on 127.0.0.1, `[::1]` or localhost.
    AnyLoopback,
    /// These, or any loopback address.
    RegisteredOrLoopback(Vec<String>),
}

/// The grants of RFC 6749.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// §4.1
    AuthorizationCode,
    /// §4.4
    ClientCredentials,
    /// §4.3
    Password,
    /// §6
    RefreshToken,
}

impl Grant {
    /// The value of `grant_type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::Password => "password",
            Self::RefreshToken => "refresh_token",
        }
    }

    /// The grant that a `grant_type` names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::AuthorizationCode, Self::ClientCredentials, Self::Password, Self::RefreshToken]
            .into_iter()
            .find(|grant| grant.name() == name)
    }
}

/// What is expected of a client by way of proof key (RFC 7636).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pkce {
    /// The server does not know the extension: challenge and verifier are ignored, as
    /// RFC 6749 §3.1 has it for unknown parameters.
    None,
    /// A challenge is honoured when it comes.
    Optional,
    /// A request without a challenge is refused (RFC 7636 §4.4.1), and so is `plain`.
    Required,
}

/// How a client authenticates at the token endpoint (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// `Authorization: Basic`, both parts form-encoded first.
    Basic,
    /// `client_id` and `client_secret` in the body.
    Body,
    /// A public client: `client_id` alone.
    None,
}

/// What happens to a refresh token when it is used (RFC 9700 §4.14.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// The token stays valid, and the answer brings none.
    Keep,
    /// Each use brings a new token; the old one is simply dead.
    Rotate,
    /// Each use brings a new token; using an old one revokes every token of the grant.
    RevokeFamilyOnReuse,
    /// As [`Rotation::RevokeFamilyOnReuse`], but an old token is still good for this many
    /// milliseconds after its first use, so that a lost answer can be asked for again.
    Grace(i64),
}

/// Which characters divide scopes in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeSeparator {
    /// A space and nothing else (RFC 6749 §3.3).
    Space,
    /// Spaces and commas, for providers whose documentation does not tell.
    SpaceOrComma,
}
