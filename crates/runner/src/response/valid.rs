//! `valid`: whether an answer is one (communication.md §7 valid).

use connspec_spec::compat::{TempOnError, ValidOnError};
use connspec_spec::{Directive, ResponseBlock, Valid};

use crate::context::Context;
use crate::decision::Decisions;
use crate::error::RunError;
use crate::turn::Turn;
use crate::words;

/// What an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is valid.
    Valid,
    /// Its status is an error, but `valid` takes it: `temp` has still to be evaluated.
    Accepted,
    /// `valid` is falsy, or the status is below 200.
    Invalid,
    /// Its status is 400 or above.
    Failed,
}

/// Judges an answer of `status`, or a callback, which has none.
pub(super) fn verdict(
    turn: &Turn<'_>,
    block: Option<&ResponseBlock>,
    status: Option<u16>,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<Verdict, RunError> {
    let valid = block.and_then(|block| block.valid.as_ref());
    let status_is_error = status.is_some_and(|status| status >= 400);
    let Some(valid) = valid else {
        return Ok(match status {
            Some(400..) => Verdict::Failed,
            Some(status) if status < 200 => Verdict::Invalid,
            _ => Verdict::Valid,
        });
    };
    if status_is_error && !may_accept(turn, valid, context, decisions)? {
        return Ok(Verdict::Failed);
    }
    let value = turn.member(&valid.condition, &valid.pointer, "condition", context)?;
    let expression = words::expression(&valid.condition, &context.scope());
    let because = if expression.is_empty() { String::new() } else { format!(": {expression}") };
    let shown = words::shown(&value);
    Ok(match (status_is_error, value.truthy()) {
        (false, true) => {
            decisions.note("response.valid", format!("met ({shown}){because}"));
            Verdict::Valid
        }
        (false, false) => {
            decisions.note("response.valid", format!("not met ({shown}), so the answer is an error{because}"));
            Verdict::Invalid
        }
        (true, true) => {
            let text = format!("met ({shown}), so the error status was accepted{because}");
            decisions.switched(ValidOnError::SWITCH.key, "response.valid", text);
            if turn.environment.compat.temp_on_error == TempOnError::Evaluate {
                Verdict::Valid
            } else {
                Verdict::Accepted
            }
        }
        (true, false) => {
            decisions.note("response.valid", format!("not met ({shown}), so the error status stands{because}"));
            Verdict::Failed
        }
    })
}

/// Whether `response.temp` is evaluated for an answer of an error status before it is judged.
pub(super) fn temp_runs_on_error(turn: &Turn<'_>, decisions: &mut Decisions) -> bool {
    let written = turn.request.response.as_ref().is_some_and(|response| response.temp.is_some());
    let runs = turn.environment.compat.temp_on_error == TempOnError::Evaluate;
    if written {
        let text = if runs { "evaluated though the status is an error" } else { "not evaluated for an error status" };
        // Nothing but what makes the error, or accepts the answer, can see the difference.
        let at = &turn.request.pointer;
        match ["error", "valid"].iter().any(|key| turn.reads(&format!("{at}/response/{key}"), "temp")) {
            true => decisions.switched(TempOnError::SWITCH.key, "response.temp", text),
            false => decisions.note("response.temp", text),
        }
    }
    runs
}

/// Whether `valid` has a say about an error status: it must name `statusCode`.
fn may_accept(
    turn: &Turn<'_>,
    valid: &Directive<Valid>,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<bool, RunError> {
    if !valid.value.reads_status_code() {
        let text = "not asked: the status is an error and the condition does not name statusCode";
        decisions.note("response.valid", text);
        return Ok(false);
    }
    if turn.environment.compat.valid_on_error == ValidOnError::Accept {
        return Ok(true);
    }
    let text = "not asked: the status is an error";
    match turn.member(&valid.value.condition, &valid.pointer, "condition", context) {
        Ok(value) if !value.truthy() => decisions.note("response.valid", text),
        _ => decisions.switched(ValidOnError::SWITCH.key, "response.valid", text),
    }
    Ok(false)
}
