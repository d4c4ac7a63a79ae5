//! From an answer to its effects: steps 7 to 11 of communication.md §3.

mod answer;
mod effects;
mod failure;
mod json;
mod status;
mod types;
mod valid;

use connspec_exchange::{Response, TransportError};
use connspec_spec::RequestBlock;

pub use effects::{Effects, Metadata};
pub(crate) use failure::kind_of as transport_error;

use crate::context::Context;
use crate::decision::Decisions;
use crate::error::RunError;
use crate::secrets;
use crate::temp;
use crate::turn::{Environment, Turn};
use valid::Verdict;

/// Evaluates what a block does with an answer (communication.md §3): the body is read, an invalid answer becomes
/// an error, and `temp`, `data` and the rest of a valid one take effect.
///
/// `body`, `headers` and `statusCode` stay visible in `context` until the next answer or phase; `temp` and `data`
/// are written to it; what `log.sanitize` hides is learnt as a secret.
///
/// # Errors
/// No answer at all; an unreadable body; an error status or a falsy `valid`, with the message and the type of
/// `response.error`; an expression that cannot be evaluated.
pub fn interpret(
    request: &RequestBlock,
    outcome: Result<&Response, &TransportError>,
    context: &mut Context,
    environment: &Environment<'_>,
    decisions: &mut Decisions,
) -> Result<Effects, RunError> {
    Turn::take(request, environment, decisions, |turn, decisions| read(turn, outcome, context, decisions))
}

fn read(
    turn: &Turn<'_>,
    outcome: Result<&Response, &TransportError>,
    context: &mut Context,
    decisions: &mut Decisions,
) -> Result<Effects, RunError> {
    let Turn { request, environment, .. } = *turn;
    let response = outcome.map_err(|error| at_request(failure::transport(turn, error), request))?;
    let body = types::read(turn, response, context, decisions)?;
    secrets::learn_response(request, response, &body, environment.secrets);
    context.set_answer(answer::visible(response, body));
    let status = Some(response.status);
    let judged = judge(turn, status, context, decisions);
    judged.map_err(|error| at_request(failure::with_retry_after(error, response, environment), request))
}

/// An error no directive is to blame for points at the request: its `url`.
fn at_request(error: RunError, request: &RequestBlock) -> RunError {
    let place = request.url.as_ref().map_or(request.place, |url| url.place);
    RunError { place: error.place.or(Some(place)), ..error }
}

/// Evaluates `authorize.response` once the browser is back, with `query` in `context` (connection.md §4.3).
///
/// # Errors
/// As [`interpret`]; a callback has no status, so only a falsy `valid` makes it invalid.
pub fn interpret_callback(
    request: &RequestBlock,
    context: &mut Context,
    environment: &Environment<'_>,
    decisions: &mut Decisions,
) -> Result<Effects, RunError> {
    secrets::learn_context(context, environment.secrets);
    Turn::take(request, environment, decisions, |turn, decisions| judge(turn, None, context, decisions))
}

/// `temp`, `valid`, then the effects; an invalid answer becomes its error.
fn judge(
    turn: &Turn<'_>,
    status: Option<u16>,
    context: &mut Context,
    decisions: &mut Decisions,
) -> Result<Effects, RunError> {
    let block = turn.request.response.as_ref().map(|directive| &directive.value);
    let temp = block.and_then(|block| block.temp.as_ref());
    let refused = status.is_some_and(|status| status >= 400);
    if !refused || valid::temp_runs_on_error(turn, decisions) {
        temp::remember(turn, temp, context, decisions)?;
    }
    let early = match block.filter(|_| !refused) {
        Some(block) => effects::store_before_valid(turn, block, context, decisions)?,
        None => None,
    };
    match valid::verdict(turn, block, status, context, decisions)? {
        Verdict::Valid => effects::note_order(turn, block, early.is_some(), true, decisions),
        Verdict::Accepted => temp::remember(turn, temp, context, decisions)?,
        Verdict::Invalid => {
            effects::note_order(turn, block, early.is_some(), false, decisions);
            return Err(failure::invalid(turn, block, status, context, decisions));
        }
        Verdict::Failed => return Err(failure::status(turn, block, status, context, decisions)),
    }
    match block {
        Some(block) => effects::apply(turn, block, early, context, decisions),
        None => Ok(Effects::default()),
    }
}
