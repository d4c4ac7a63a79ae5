//! Grants and their tokens: a family of tokens for each consent, rotation, reuse, revocation
//! (RFC 6749 §6, RFC 7009, RFC 9700 §4.14).

use std::collections::HashMap;

use super::error::{Error, ErrorCode, Reason};
use super::settings::Rotation;

/// Expired access tokens are remembered this long, so that "expired" and "unknown" can be told
/// apart.
const MEMORY_MILLIS: i64 = 86_400_000;

/// The number of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FamilyId(u64);

/// What a grant allows, and to whom: the part that all of its tokens share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// The client that holds the tokens.
    pub client_id: String,
    /// The person who consented; none for client credentials.
    pub person: Option<String>,
    /// Everything that was allowed. An access token may hold less (RFC 6749 §6).
    pub scopes: Vec<String>,
}

/// What a valid access token gives access to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The grant it belongs to.
    pub family: FamilyId,
    /// The client that holds it.
    pub client_id: String,
    /// The person it acts for; none for client credentials.
    pub person: Option<String>,
    /// What it may be used for.
    pub scopes: Vec<String>,
}

struct AccessToken {
    family: FamilyId,
    scopes: Vec<String>,
    expires: Option<i64>,
}

struct RefreshToken {
    family: FamilyId,
    expires: Option<i64>,
    used: Option<i64>,
}

/// A refresh token that may be used now.
pub struct Refreshable {
    /// The grant it belongs to.
    pub family: FamilyId,
    /// All scopes of the grant.
    pub scopes: Vec<String>,
}

/// All grants and tokens there are.
#[derive(Default)]
pub struct Grants {
    last: u64,
    families: HashMap<FamilyId, Family>,
    access: HashMap<String, AccessToken>,
    refresh: HashMap<String, RefreshToken>,
}

impl Grants {
    /// Opens a grant without tokens.
    pub fn open(&mut self, family: Family) -> FamilyId {
        self.last += 1;
        let id = FamilyId(self.last);
        self.families.insert(id, family);
        id
    }

    /// Adds an access token to a grant. `expires` is in Unix milliseconds; none: never.
    pub fn add_access(&mut self, token: String, family: FamilyId, scopes: Vec<String>, now: i64, expires: Option<i64>) {
        self.access.retain(|_, known| known.expires.is_none_or(|end| end.saturating_add(MEMORY_MILLIS) > now));
        self.access.insert(token, AccessToken { family, scopes, expires });
    }

    /// Adds a refresh token to a grant. `expires` is in Unix milliseconds; none: never.
    pub fn add_refresh(&mut self, token: String, family: FamilyId, expires: Option<i64>) {
        self.refresh.insert(token, RefreshToken { family, expires, used: None });
    }

    /// What an access token gives access to (RFC 6750 §3.1).
    pub fn access(&self, token: &str, now: i64) -> Result<Access, Error> {
        let refuse = |reason, text: &str| Err(Error::new(ErrorCode::InvalidToken, reason, text.to_owned()));
        let found = self.access.get(token).and_then(|known| Some((known, self.families.get(&known.family)?)));
        let Some((known, family)) = found else {
            return refuse(Reason::UnknownAccessToken, "the access token is unknown or was revoked");
        };
        if known.expires.is_some_and(|end| now >= end) {
            return refuse(Reason::ExpiredAccessToken, "the access token has expired");
        }
        Ok(Access {
            family: known.family,
            client_id: family.client_id.clone(),
            person: family.person.clone(),
            scopes: known.scopes.clone(),
        })
    }

    /// Checks a refresh token. A rotated one that comes again is refused, and under
    /// [`Rotation::RevokeFamilyOnReuse`] takes its whole grant with it (RFC 9700 §4.14.2).
    pub fn check_refresh(
        &mut self,
        token: &str,
        client_id: &str,
        rotation: Rotation,
        now: i64,
    ) -> Result<Refreshable, Error> {
        let refuse = |reason, text: &str| Err(Error::new(ErrorCode::InvalidGrant, reason, text.to_owned()));
        let found = self.refresh.get(token).and_then(|known| Some((known, self.families.get(&known.family)?)));
        let Some((known, family)) = found else {
            return refuse(Reason::UnknownRefreshToken, "the refresh token is unknown or was revoked");
        };
        if family.client_id != client_id {
            return refuse(Reason::RefreshTokenOfAnotherClient, "the refresh token was issued to another client");
        }
        let id = known.family;
        if known.used.is_some_and(|used| !within_grace(rotation, used, now)) {
            return match rotation {
                Rotation::Keep | Rotation::Rotate => {
                    refuse(Reason::ReusedRefreshToken, "the refresh token has been used already")
                }
                Rotation::RevokeFamilyOnReuse | Rotation::Grace(_) => {
                    self.revoke(id);
                    refuse(
                        Reason::ReusedRefreshToken,
                        "the refresh token has been used already; every token of the grant is revoked",
                    )
                }
            };
        }
        if known.expires.is_some_and(|end| now >= end) {
            return refuse(Reason::ExpiredRefreshToken, "the refresh token has expired");
        }
        Ok(Refreshable { family: id, scopes: family.scopes.clone() })
    }

    /// Marks a refresh token as rotated away.
    pub fn rotated(&mut self, token: &str, now: i64) {
        if let Some(known) = self.refresh.get_mut(token) {
            known.used.get_or_insert(now);
        }
    }

    /// Ends the access tokens of a grant, but not the grant.
    pub fn end_access_tokens(&mut self, family: FamilyId) {
        self.access.retain(|_, known| known.family != family);
    }

    /// Ends a grant with all of its tokens.
    pub fn revoke(&mut self, family: FamilyId) {
        self.families.remove(&family);
        self.end_access_tokens(family);
        self.refresh.retain(|_, known| known.family != family);
    }

    /// Ends every grant of a person.
    pub fn revoke_person(&mut self, person: &str) {
        let theirs = |family: &Family| family.person.as_deref() == Some(person);
        let ids: Vec<_> = self.families.iter().filter(|(_, family)| theirs(family)).map(|(id, _)| *id).collect();
        for id in ids {
            self.revoke(id);
        }
    }

    /// Revokes one token as RFC 7009 §2.1 has it: an access token alone, a refresh token with its
    /// whole grant. An unknown token is success (§2.2), one of another client is refused.
    pub fn revoke_token(&mut self, token: &str, client_id: &str) -> Result<(), Error> {
        let refresh = self.refresh.get(token).map(|known| known.family);
        let access = self.access.get(token).map(|known| known.family);
        let Some(id) = refresh.or(access) else { return Ok(()) };
        if self.families.get(&id).is_some_and(|family| family.client_id != client_id) {
            return Err(Error::new(
                ErrorCode::InvalidGrant,
                Reason::RefreshTokenOfAnotherClient,
                "the token was issued to another client",
            ));
        }
        match refresh {
            Some(id) => self.revoke(id),
            None => drop(self.access.remove(token)),
        }
        Ok(())
    }

    /// Makes every access token expire at `now`, for faults and rehearsals.
    pub fn expire_access_tokens(&mut self, now: i64) {
        for known in self.access.values_mut() {
            known.expires = Some(now);
        }
    }

    /// Makes every refresh token expire at `now`, for faults and rehearsals.
    pub fn expire_refresh_tokens(&mut self, now: i64) {
        for known in self.refresh.values_mut() {
            known.expires = Some(now);
        }
    }
}

fn within_grace(rotation: Rotation, used: i64, now: i64) -> bool {
    match rotation {
        Rotation::Keep => true,
        Rotation::Grace(millis) => now < used.saturating_add(millis),
        Rotation::Rotate | Rotation::RevokeFamilyOnReuse => false,
    }
}
