//! The token endpoint: turning codes, passwords, credentials and refresh tokens into tokens
//! (RFC 6749 §4.1.3, §4.3.2, §4.4.2, §6).

use super::client::authenticate;
use super::codes::Presented;
use super::error::{Error, ErrorCode, Reason};
use super::grants::{Family, FamilyId};
use super::parameters::Parameters;
use super::scope;
use super::server::{AuthorizationServer, State};
use super::settings::{Client, Grant, Rotation};

/// A successful answer of the token endpoint (RFC 6749 §5.1). No `Debug`: it is all secrets.
pub struct TokenReply {
    /// `access_token`
    pub access_token: String,
    /// `expires_in`, in the client's unit; none when tokens live forever.
    pub expires_in: Option<i64>,
    /// `refresh_token`; none when the old one stays or the grant has none.
    pub refresh_token: Option<String>,
    /// How long the refresh token lives, in the client's unit; only some providers tell.
    pub refresh_expires_in: Option<i64>,
    /// What the access token may be used for.
    pub scopes: Vec<String>,
}

impl AuthorizationServer {
    /// Answers a token request. `authorization` is the request's `Authorization` header.
    pub fn token(&self, authorization: Option<&str>, parameters: &Parameters) -> Result<TokenReply, Error> {
        let grant_type = parameters.require("grant_type")?;
        let grant = Grant::from_name(grant_type).ok_or_else(|| {
            Error::new(ErrorCode::UnsupportedGrantType, Reason::UnsupportedGrantType, "the grant_type is not supported")
        })?;
        let client = authenticate(&self.settings, authorization, parameters)?;
        if !client.grants.contains(&grant) {
            return Err(Error::new(
                ErrorCode::UnauthorizedClient,
                Reason::GrantNotAllowed,
                format!("this client may not use the grant {}", grant.name()),
            ));
        }
        match grant {
            Grant::AuthorizationCode => self.redeem_code(client, parameters),
            Grant::RefreshToken => self.refresh(client, parameters),
            Grant::Password => self.password(client, parameters),
            Grant::ClientCredentials => self.client_credentials(client, parameters),
        }
    }

    fn redeem_code(&self, client: &Client, parameters: &Parameters) -> Result<TokenReply, Error> {
        let presented = Presented {
            code: parameters.require("code")?,
            redirect_uri: parameters.get("redirect_uri"),
            verifier: parameters.get("code_verifier"),
        };
        let mut state = self.state();
        let binding = match state.codes.check(client, &presented, self.clock.now()) {
            Ok(binding) => binding,
            Err(refused) => {
                if let Some(family) = refused.revoke {
                    state.grants.revoke(family);
                }
                return Err(refused.error);
            }
        };
        let family = self.open(&mut state, client, Some(binding.person), &binding.scopes);
        state.codes.redeemed(presented.code, family);
        Ok(self.issue(&mut state, client, family, binding.scopes, true))
    }

    fn refresh(&self, client: &Client, parameters: &Parameters) -> Result<TokenReply, Error> {
        let token = parameters.require("refresh_token")?;
        let now = self.clock.now();
        let mut state = self.state();
        let refreshable = state.grants.check_refresh(token, &client.id, client.rotation, now)?;
        let scopes = scope::narrowed(parameters.get("scope"), &refreshable.scopes, self.settings.scope_separator)?;
        if client.refresh_ends_access_tokens {
            state.grants.end_access_tokens(refreshable.family);
        }
        let rotates = client.rotation != Rotation::Keep;
        if rotates {
            state.grants.rotated(token, now);
        }
        Ok(self.issue(&mut state, client, refreshable.family, scopes, rotates))
    }

    fn password(&self, client: &Client, parameters: &Parameters) -> Result<TokenReply, Error> {
        let username = parameters.require("username")?;
        let password = parameters.require("password")?;
        let person =
            self.settings.person(username).filter(|person| person.password.as_deref() == Some(password)).ok_or_else(
                || Error::new(ErrorCode::InvalidGrant, Reason::WrongPassword, "the user name or the password is wrong"),
            )?;
        let scopes = scope::requested(parameters.get("scope"), client, self.settings.scope_separator)?;
        let mut state = self.state();
        let family = self.open(&mut state, client, Some(person.id.clone()), &scopes);
        Ok(self.issue(&mut state, client, family, scopes, true))
    }

    /// No refresh token: the client can always ask again (RFC 6749 §4.4.3).
    fn client_credentials(&self, client: &Client, parameters: &Parameters) -> Result<TokenReply, Error> {
        if client.secret.is_none() {
            return Err(Error::new(
                ErrorCode::UnauthorizedClient,
                Reason::GrantNotAllowed,
                "a public client may not use the grant client_credentials",
            ));
        }
        let scopes = scope::requested(parameters.get("scope"), client, self.settings.scope_separator)?;
        let mut state = self.state();
        let family = self.open(&mut state, client, None, &scopes);
        Ok(self.issue(&mut state, client, family, scopes, false))
    }

    fn open(&self, state: &mut State, client: &Client, person: Option<String>, scopes: &[String]) -> FamilyId {
        if let Some(person) = person.as_deref().filter(|_| self.settings.one_grant_per_person) {
            state.grants.revoke_person(person);
        }
        state.grants.open(Family { client_id: client.id.clone(), person, scopes: scopes.to_vec() })
    }

    fn issue(
        &self,
        state: &mut State,
        client: &Client,
        family: FamilyId,
        scopes: Vec<String>,
        with_refresh: bool,
    ) -> TokenReply {
        let now = self.clock.now();
        let access_token = self.randomness.token();
        let access_end = client.access_lifetime.map(|lifetime| lifetime.end(now));
        state.grants.add_access(access_token.clone(), family, scopes.clone(), now, access_end);
        let refresh_token = (with_refresh && client.grants.contains(&Grant::RefreshToken)).then(|| {
            let token = self.randomness.token();
            let end = client.refresh_lifetime.map(|lifetime| lifetime.end(now));
            state.grants.add_refresh(token.clone(), family, end);
            token
        });
        TokenReply {
            access_token,
            expires_in: client.access_lifetime.map(|lifetime| lifetime.told()),
            refresh_expires_in: client
                .refresh_lifetime
                .filter(|_| refresh_token.is_some())
                .map(|lifetime| lifetime.told()),
            refresh_token,
            scopes,
        }
    }
}
