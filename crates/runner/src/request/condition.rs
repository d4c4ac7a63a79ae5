//! `condition`: whether the request runs at all (communication.md §5 condition).

use crate::context::Context;
use crate::decision::Decisions;
use crate::error::RunError;
use crate::turn::Turn;
use crate::words;

/// Whether the request runs: by the truth of `condition`, true when there is none.
pub(super) fn holds(turn: &Turn<'_>, context: &Context, decisions: &mut Decisions) -> Result<bool, RunError> {
    let Some(condition) = &turn.request.condition else { return Ok(true) };
    let value = turn.member(&condition.when, &condition.pointer, "condition", context)?;
    let expression = words::expression(&condition.when, &context.scope());
    let because = if expression.is_empty() { String::new() } else { format!(": {expression}") };
    if value.truthy() {
        decisions.note("condition", format!("met ({}){because}", words::shown(&value)));
        return Ok(true);
    }
    decisions.note("condition", format!("not met ({}), so nothing was sent{because}", words::shown(&value)));
    if condition.default.is_some() {
        decisions.note("condition.default", "ignored: a connection has no output");
    }
    Ok(false)
}
