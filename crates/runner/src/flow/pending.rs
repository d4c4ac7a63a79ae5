//! A flow that waits for the browser: what it must remember, and how another process goes on from there.

use connspec_spec::Definition;
use connspec_store::{DefinitionReference, PENDING_LIFETIME_MILLIS, PendingAuthorization};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ConnectionState, Entry, Flow, Redirects, Setup, State, plan};
use crate::{Context, ErrorType, Phase, RunError, SavedContext};

/// What the callback is judged by.
#[derive(Clone, PartialEq)]
pub(super) struct Waiting {
    /// The `state` sent (OAuth 2) or the request token (OAuth 1).
    pub(super) key: String,
    /// From when on it is too late, Unix milliseconds.
    pub(super) expires: i64,
    /// The authorization page, to compare `iss` with.
    pub(super) url: String,
}

/// The part of a pending authorization only flows read.
#[derive(Serialize, Deserialize)]
struct Written {
    redirect_uri: String,
    local_redirect_uri: String,
    make_redirect_uri: String,
    authorization_url: String,
    uid: Option<String>,
    metadata: Option<Value>,
    expires: Option<i64>,
    /// The state of the definition that sent the browser away; absent in attempts of older versions.
    #[serde(default)]
    definition_hash: String,
}

/// Writes down what the callback needs; the caller adds the name and the definition.
pub(super) fn write(flow: &Flow<'_>, waiting: &Waiting, now: i64) -> PendingAuthorization {
    let saved = flow.context.save();
    let members = |value: Value| match value {
        Value::Object(members) => members,
        _ => serde_json::Map::new(),
    };
    let written = Written {
        redirect_uri: flow.redirects.redirect_uri.clone(),
        local_redirect_uri: flow.redirects.local.clone(),
        make_redirect_uri: flow.redirects.make.clone(),
        authorization_url: waiting.url.clone(),
        uid: flow.connection.uid.clone(),
        metadata: flow.connection.metadata.clone(),
        expires: flow.connection.expires,
        definition_hash: flow.definition.hash(),
    };
    PendingAuthorization {
        data: members(saved.data),
        temp: members(saved.temp),
        scope: saved.scope,
        redirect_uri: flow.redirects.local.clone(),
        flow: serde_json::to_value(written).unwrap_or_default(),
        expires: now.saturating_add(PENDING_LIFETIME_MILLIS),
        ..PendingAuthorization::new(&waiting.key, "", DefinitionReference::default(), now)
    }
}

/// A flow in the state `Waiting`, as it was when `pending` was written.
pub(super) fn resume<'d>(
    definition: &'d Definition,
    pending: &PendingAuthorization,
    setup: Setup,
) -> Result<Flow<'d>, RunError> {
    let written: Written = serde_json::from_value(pending.flow.clone()).map_err(|_| {
        RunError::new(
            ErrorType::RuntimeError,
            "the waiting authorization was not written by this program, so it cannot go on; connect again",
        )
    })?;
    if !written.definition_hash.is_empty() && written.definition_hash != definition.hash() {
        return Err(RunError::new(
            ErrorType::DefinitionError,
            "the definition has changed since the browser was sent away, so its answer may not fit any more (a `temp` \
             or a `redirect_uri` of the old one would meet the new `token`); nothing was sent: start the connection \
             again, or put the old definition back and answer the callback within its 15 minutes",
        ));
    }
    let saved = SavedContext {
        data: Value::Object(pending.data.clone()),
        temp: Value::Object(pending.temp.clone()),
        scope: pending.scope.clone(),
        query: Value::Null,
    };
    let redirects = Redirects {
        redirect_uri: written.redirect_uri,
        local: written.local_redirect_uri,
        make: written.make_redirect_uri,
    };
    let common = super::collection(&setup.common);
    let mut context = Context::restore(Phase::Authorize, &saved, common, redirects.oauth(pending.scope.clone()));
    if definition.is_manifest() {
        context.become_manifest(pending.data.clone(), &redirects.local);
    }
    let mut stages = plan::stages(definition, Entry::Callback, &setup.compat);
    while stages.front().is_some_and(|stage| !stage.redirects()) {
        stages.pop_front();
    }
    let connection = ConnectionState {
        uid: written.uid,
        metadata: written.metadata,
        expires: written.expires,
        scope: pending.scope.clone(),
        ..setup.state.clone()
    };
    let mut flow = Flow::new(definition, Entry::Callback, setup);
    flow.stages = stages;
    flow.context = context;
    flow.connection = connection;
    flow.redirects = redirects;
    flow.state = State::Waiting;
    flow.waiting =
        Some(Waiting { key: pending.state.clone(), expires: pending.expires, url: written.authorization_url });
    Ok(flow)
}
