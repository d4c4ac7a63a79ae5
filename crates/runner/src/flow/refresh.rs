//! Renewing a saved connection: `refresh`, or a `token` that needs no browser (connection.md §5, §6).

use connspec_iml::Host;
use connspec_spec::{Communication, Definition, OAuth2Blocks};

use super::oauth2::optional;
use super::plan::{ConditionRule, Stage};
use super::{Action, Entry, Event, Flow, Setup};
use crate::report::Step;
use crate::{Phase, RunError};

/// Before every use: `token` where it has a condition and that is true, then `refresh` as its condition says.
pub(super) fn renewal(blocks: &OAuth2Blocks) -> Vec<Stage<'_>> {
    let token = optional(Phase::Token, &blocks.token).map(|stage| stage.with_condition(ConditionRule::Required));
    token.chain(optional(Phase::Refresh, &blocks.refresh)).collect()
}

/// The same without asking: `refresh`, or the `token` of a definition that renews itself with it.
pub(super) fn forced(blocks: &OAuth2Blocks) -> Vec<Stage<'_>> {
    let stages: Vec<Stage<'_>> = match (&blocks.refresh, &blocks.authorize) {
        (Some(_), _) => optional(Phase::Refresh, &blocks.refresh).collect(),
        (None, None) => optional(Phase::Token, &blocks.token).collect(),
        (None, Some(_)) => Vec::new(),
    };
    stages.into_iter().map(|stage| stage.with_condition(ConditionRule::Forced)).collect()
}

/// Whether anything in `definition` fetches new tokens without a person.
pub fn can_renew(definition: &Definition) -> bool {
    match &definition.communication {
        Communication::OAuth2(blocks) => !forced(blocks).is_empty(),
        Communication::Manifest(manifest) => manifest.oauth.as_ref().is_some_and(|oauth| oauth.value.refresh.is_some()),
        Communication::Basic(_) | Communication::OAuth1(_) => false,
    }
}

/// Whether a saved connection is to be renewed now, and what was decided on the way.
#[derive(Debug)]
pub struct Due {
    /// Whether the first request of a renewal would go out.
    pub due: bool,
    /// The blocks that were looked at and skipped.
    pub steps: Vec<Step>,
}

/// Looks whether a flow entered at `entry` would send anything, and sends nothing.
///
/// # Errors
/// When a condition, or the request itself, cannot be evaluated.
pub fn is_due(definition: &Definition, entry: Entry, setup: Setup, host: &dyn Host) -> Result<Due, RunError> {
    let mut flow = Flow::new(definition, entry, setup);
    let actions = flow.step(Event::Start, host);
    for action in actions {
        match action {
            Action::Finish(Err(error)) => return Err(*error),
            Action::Send(_) => return Ok(Due { due: true, steps: Vec::new() }),
            _ => {}
        }
    }
    Ok(Due { due: false, steps: flow.into_steps() })
}
