//! `condition`: whether the request runs at all (communication.md §5 condition).

use connspec_iml::Value;
use connspec_spec::compat::ConditionTest;

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
    // Make's own templates guard `token` by `{{temp.code}}`, so undefined is falsy either way (connection.md §5).
    let is_open = !value.truthy() && value != Value::Bool(false) && !value.is_undefined();
    if is_open && turn.environment.compat.condition_test == ConditionTest::OnlyFalse {
        let text = format!("met ({}), for only false is not{because}", words::shown(&value));
        decisions.switched(ConditionTest::SWITCH.key, "condition", text);
        return Ok(true);
    }
    if value.truthy() {
        decisions.note("condition", format!("met ({}){because}", words::shown(&value)));
        return Ok(true);
    }
    let text = format!("not met ({}), so nothing was sent{because}", words::shown(&value));
    match is_open {
        true => decisions.switched(ConditionTest::SWITCH.key, "condition", text),
        false => decisions.note("condition", text),
    }
    if condition.default.is_some() {
        decisions.note("condition.default", "ignored: a connection has no output");
    }
    Ok(false)
}
