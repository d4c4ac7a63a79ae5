//! `authorize`: the address the browser is sent to. Not a request of ours (connection.md §4.2, §11).

use connspec_exchange::encode::percent;
use connspec_spec::RequestBlock;
use connspec_spec::compat::{AuthorState, StateVariable};

use super::{condition, ignored, query, signature, url};
use crate::context::Context;
use crate::decision::Decisions;
use crate::error::{ErrorType, RunError};
use crate::secrets;
use crate::temp;
use crate::turn::{Environment, Turn};

/// Directives that mean nothing in a redirect of the browser (connection.md §4.2).
const MEANINGLESS: [&str; 4] = ["method", "headers", "body", "type"];

/// Where the browser goes, and under which `state` it comes back.
#[derive(Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The address, complete.
    pub url: String,
    /// The `state` in it: ours, or the definition's own under `authorState=keep`; none in OAuth 1.
    pub state: Option<String>,
}

/// Evaluates `authorize`: `temp`, then `url` and `qs`; adds `state` (OAuth 2) or the signing directive's `token`
/// as `oauth_token` (OAuth 1).
///
/// # Errors
/// As [`prepare`](super::prepare); also when there is no `url`, or `condition` is not met, since there is
/// nowhere to go then.
pub fn address(
    request: &RequestBlock,
    context: &mut Context,
    environment: &Environment<'_>,
    state: Option<&str>,
    decisions: &mut Decisions,
) -> Result<Redirect, RunError> {
    Turn::take(request, environment, decisions, |turn, decisions| assemble(turn, context, state, decisions))
}

fn assemble(
    turn: &Turn<'_>,
    context: &mut Context,
    state: Option<&str>,
    decisions: &mut Decisions,
) -> Result<Redirect, RunError> {
    let Turn { request, environment, .. } = *turn;
    secrets::learn_context(context, environment.secrets);
    ignored::note(turn, decisions)?;
    for key in MEANINGLESS.iter().filter(|key| turn.written(&format!("{}/{key}", request.pointer))) {
        decisions.note(*key, "ignored: the browser is sent to this address, nothing is requested");
    }
    show_state(turn, state, context, decisions);
    temp::remember(turn, request.temp.as_ref(), context, decisions)?;
    let nowhere = |words: &str| turn.refuse(ErrorType::DefinitionError, words, &request.pointer);
    if !condition::holds(turn, context, decisions)? {
        return Err(nowhere("`authorize.condition` is not met, so there is no address to send the browser to"));
    }
    let Some(address) = url::evaluate(turn, context, decisions)? else {
        return Err(nowhere("`authorize` has no `url`, so there is no address to send the browser to"));
    };
    let qs = query::evaluate(turn, context, decisions)?;
    let own_query = Some(&address).filter(|_| qs.is_none()).and_then(|address| address.query.clone());
    let mut qs = qs.unwrap_or_default();
    let state = state.map(|ours| with_state(&mut qs, ours, environment.compat.author_state, decisions));
    let mut url = match own_query {
        // Nobody wrote a `qs` that could replace the address's own query.
        Some(own) if qs.is_empty() => address.text_with(Some(&own)),
        Some(own) => address.text_with(Some(&format!("{own}&{}", query::write(&qs)))),
        None => query::join(&address, Some(&qs), environment.compat.qs_policy, decisions),
    };
    if let Some(token) = signature::token(turn, context)? {
        let separator = if url.contains('?') { '&' } else { '?' };
        url = format!("{url}{separator}oauth_token={}", percent::component(&token));
    }
    context.show_state(None);
    Ok(Redirect { url, state })
}

/// `oauth.state`, where the switch says that there is one.
fn show_state(turn: &Turn<'_>, state: Option<&str>, context: &mut Context, decisions: &mut Decisions) {
    let defined = turn.environment.compat.state_variable == StateVariable::Defined;
    if defined {
        context.show_state(state);
    }
    let request = turn.request;
    let objects = [&request.temp, &request.qs].into_iter().flatten().flat_map(|directive| directive.value.templates());
    let templates = objects.map(|(_, template)| template).chain(request.url.as_ref().map(|url| &url.value));
    let named = templates.flat_map(|template| template.variables()).any(|variable| {
        variable.segments.first().is_some_and(|root| root == "oauth")
            && variable.segments.get(1).is_some_and(|name| name == "state")
    });
    if named {
        let text = if defined { "is the state that is sent" } else { "is undefined" };
        decisions.switched(StateVariable::SWITCH.key, "oauth.state", text);
    }
}

/// Writes `state` into the query and answers the one that is sent.
fn with_state(pairs: &mut query::Query, ours: &str, policy: AuthorState, decisions: &mut Decisions) -> String {
    let own = pairs.iter().position(|(name, _)| name == "state");
    match (own, policy) {
        (Some(at), AuthorState::Keep) if !pairs[at].1.is_empty() => {
            decisions.switched(AuthorState::SWITCH.key, "qs.state", "the definition's own is sent and expected back");
            pairs[at].1.clone()
        }
        (Some(at), _) => {
            match pairs[at].1.is_empty() {
                true => decisions.note("qs.state", "empty, so the attempt's own stands there"),
                false => {
                    decisions.switched(AuthorState::SWITCH.key, "qs.state", "the definition's own was replaced");
                }
            }
            pairs[at].1 = ours.to_owned();
            ours.to_owned()
        }
        (None, _) => {
            pairs.push(("state".to_owned(), ours.to_owned()));
            ours.to_owned()
        }
    }
}

impl std::fmt::Debug for Redirect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = self.url.split('?').next().unwrap_or_default();
        f.debug_struct("Redirect").field("url", &shown).finish_non_exhaustive()
    }
}
