//! `oauth`: OAuth 1 signing (communication.md §5 oauth, RFC 5849).

use connspec_exchange::Request;
use connspec_iml::{Collection, Value};
use connspec_spec::Communication;

use crate::context::Context;
use crate::decision::Decisions;
use crate::error::{ErrorType, RunError};
use crate::turn::Turn;

/// The signing directive: the root's, then the request's own keys. None when neither is written.
fn directive(turn: &Turn<'_>, context: &Context) -> Result<Option<Collection>, RunError> {
    let root = match &turn.environment.definition.communication {
        Communication::OAuth1(blocks) => blocks.oauth.as_ref(),
        _ => None,
    };
    let mut merged = None;
    for directive in [root, turn.request.oauth.as_ref()].into_iter().flatten() {
        if let Value::Collection(members) = turn.value(directive, context)? {
            let merged: &mut Collection = merged.get_or_insert_with(Collection::new);
            members.iter().filter(|(_, value)| !value.is_nullish()).for_each(|(name, value)| {
                merged.insert(name, value.clone());
            });
        }
    }
    Ok(merged)
}

/// In `authorize` only `token` means something: it goes into the address as `oauth_token`.
pub(super) fn token(turn: &Turn<'_>, context: &Context) -> Result<Option<String>, RunError> {
    let members = directive(turn, context)?;
    let token = members.and_then(|members| members.get("token").map(Value::to_text));
    Ok(token.filter(|token| !token.is_empty()))
}

/// Signs `request` if there is a signing directive.
pub(super) fn sign(
    turn: &Turn<'_>,
    request: &mut Request,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<(), RunError> {
    let _ = (&request, &decisions);
    match directive(turn, context)? {
        None => Ok(()),
        Some(_) => Err(turn.stop(ErrorType::DefinitionError, "requests cannot be signed for OAuth 1 yet")),
    }
}
