//! `repeat`: the request again, as long as its condition is true (communication.md §5 repeat).

use connspec_spec::RequestBlock;
use connspec_spec::compat::{RepeatCap, RepeatInConnections};

use crate::context::Context;
use crate::decision::Decisions;
use crate::error::RunError;
use crate::turn::{Environment, Turn};
use crate::words;

/// The most runs of one request, whatever `limit` says (communication.md §5 repeat, §10), unless the switch
/// `repeatCap` lifts it.
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
    context.forget_answer();
    let Some(condition) = &repeat.condition else {
        decisions.note("repeat", "has no condition, so the request runs once");
        return Ok(None);
    };
    let ignored = environment.compat.repeat_in_connections == RepeatInConnections::Ignore;
    let value = match Turn::take(request, environment, decisions, |turn, _| {
        turn.member(condition, &repeat.pointer, "condition", context)
    }) {
        Err(_) if ignored => true.into(),
        evaluated => evaluated?,
    };
    let expression = words::expression(condition, &context.scope());
    if !value.truthy() {
        decisions.note("repeat.condition", format!("not met, so the request is not repeated: {expression}"));
        return Ok(None);
    }
    let cap = match environment.compat.repeat_cap {
        RepeatCap::Thousand => MAX_RUNS,
        RepeatCap::Unlimited => u32::MAX,
    };
    let limit = repeat.limit.map_or(cap, |limit| (limit as u32).min(cap));
    if runs >= limit {
        let text = format!("reached after {runs} runs");
        match repeat.limit.is_none_or(|written| written > f64::from(cap)) {
            true => decisions.switched(RepeatCap::SWITCH.key, "repeat.limit", text),
            false => decisions.note("repeat.limit", text),
        }
        return Ok(None);
    }
    if ignored {
        let text = "ignored: it belongs to modules, so the request runs once";
        decisions.switched(RepeatInConnections::SWITCH.key, "repeat", text);
        return Ok(None);
    }
    if runs == MAX_RUNS {
        decisions.switched(RepeatCap::SWITCH.key, "repeat.limit", "passed over: there is no end to the runs");
    }
    let text = format!("met after run {runs}, so the request runs again: {expression}");
    decisions.switched(RepeatInConnections::SWITCH.key, "repeat.condition", text);
    Ok(Some(repeat.delay as u64))
}
