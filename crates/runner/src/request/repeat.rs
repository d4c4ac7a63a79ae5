//! `repeat`: the request again, as long as its condition is true (communication.md §5 repeat).

use connspec_spec::RequestBlock;

use crate::context::Context;
use crate::decision::Decisions;
use crate::error::RunError;
use crate::turn::{Environment, Turn};
use crate::words;

/// The most runs of one request, whatever `limit` says (communication.md §5 repeat, §10).
pub const MAX_RUNS: u32 = 1000;

/// Whether the request runs once more after `runs` runs: the milliseconds to wait before, none when it is over.
///
/// `repeat.condition` sees `temp` but not the answer, so `context` forgets the answer first.
///
/// # Errors
/// When `repeat.condition` cannot be evaluated.
pub fn again(
    request: &RequestBlock,
    context: &mut Context,
    environment: &Environment<'_>,
    runs: u32,
    decisions: &mut Decisions,
) -> Result<Option<u64>, RunError> {
    let Some(repeat) = &request.repeat else { return Ok(None) };
    let turn = Turn { request, environment };
    context.forget_answer();
    let Some(condition) = &repeat.condition else {
        decisions.note("repeat", "has no condition, so the request runs once");
        return Ok(None);
    };
    let value = turn.member(condition, &repeat.pointer, "condition", context)?;
    let expression = words::expression(condition, &context.scope());
    if !value.truthy() {
        decisions.note("repeat.condition", format!("not met, so the request is not repeated: {expression}"));
        return Ok(None);
    }
    let limit = repeat.limit.map_or(MAX_RUNS, |limit| (limit as u32).min(MAX_RUNS));
    if runs >= limit {
        decisions.note("repeat.limit", format!("reached after {runs} runs"));
        return Ok(None);
    }
    decisions.note("repeat.condition", format!("met after run {runs}, so the request runs again: {expression}"));
    Ok(Some(repeat.delay as u64))
}
