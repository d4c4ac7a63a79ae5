//! `temp`, of a request and of a response: values kept for later expressions (communication.md §5 temp).

use connspec_iml::JsonTemplate;
use connspec_spec::Directive;

use crate::context::Context;
use crate::decision::Decisions;
use crate::error::RunError;
use crate::turn::Turn;
use crate::words;

/// Evaluates `temp` against what was there before, then merges it: its members cannot see each other.
pub(crate) fn remember(
    turn: &Turn<'_>,
    temp: Option<&Directive<JsonTemplate>>,
    context: &mut Context,
    decisions: &mut Decisions,
) -> Result<(), RunError> {
    let Some(temp) = temp else { return Ok(()) };
    let directive = turn.directive(&temp.pointer);
    let value = turn.value(temp, context)?;
    let Some(members) = value.as_collection() else {
        if !value.is_nullish() {
            decisions.note(directive, format!("ignored: it is {}, not a collection", words::kind(&value)));
        }
        return Ok(());
    };
    for (name, _) in members.iter().filter(|(_, member)| member.is_undefined()) {
        decisions.note(format!("{directive}.{name}"), "undefined, so nothing was written");
    }
    context.merge_temp(&value);
    Ok(())
}
