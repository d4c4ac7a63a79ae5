//! Renewing a saved connection: `refresh`, or a `token` that needs no browser (connection.md §5, §6).

use connspec_iml::Host;
use connspec_spec::compat::RenewalOrder;
use connspec_spec::{Communication, Compat, Definition, OAuth2Blocks};

use super::oauth2::optional;
use super::plan::{ConditionRule, Stage};
use super::{Action, Entry, Event, Flow, Setup};
use crate::report::Step;
use crate::request::{Prepared, prepare};
use crate::{Decision, Decisions, Phase, RunError};

/// Before every use: `token` where it has a condition and that is true, then `refresh` as its condition says.
pub(super) fn renewal<'d>(blocks: &'d OAuth2Blocks, compat: &Compat) -> Vec<Stage<'d>> {
    let token = optional(Phase::Token, &blocks.token).map(|stage| stage.with_condition(ConditionRule::Required));
    in_order(token, blocks, compat)
}

/// `token` and `refresh` in the order of the switch; after a login the question does not arise.
pub(super) fn in_order<'d>(
    token: impl Iterator<Item = Stage<'d>>,
    blocks: &'d OAuth2Blocks,
    compat: &Compat,
) -> Vec<Stage<'d>> {
    let refresh = optional(Phase::Refresh, &blocks.refresh);
    match compat.renewal_order {
        RenewalOrder::RefreshFirst if blocks.authorize.is_none() => refresh.chain(token).collect(),
        _ => token.chain(refresh).collect(),
    }
}

impl Flow<'_> {
    /// Whether the other of `token` and `refresh` would be sent now as well: then their order matters.
    pub(super) fn other_is_due(&self, stage: &Stage<'_>, host: &dyn Host) -> bool {
        let Communication::OAuth2(OAuth2Blocks { authorize: None, .. }) = self.definition.communication() else {
            return false;
        };
        let Some(other) = self.stages.get(1).filter(|_| stage.index == 0) else { return false };
        let Some(request) = other.request() else { return false };
        let one_of_both =
            matches!((stage.phase(), other.phase()), (Phase::Token, Phase::Refresh) | (Phase::Refresh, Phase::Token));
        let withheld = other.condition == ConditionRule::Required && request.condition.is_none();
        if !one_of_both || withheld {
            return false;
        }
        let mut context = self.context.clone();
        context.enter(other.phase());
        let environment = environment!(self, other, host);
        let prepared = prepare(request, &mut context, &environment, &mut Decisions::new());
        matches!(prepared, Ok(Prepared::Send(_)))
    }

    /// Says that `stage` goes first though the other is due as well.
    pub(super) fn first_of_both(&self, stage: &Stage<'_>) -> Decision {
        let other = if stage.phase() == Phase::Token { Phase::Refresh } else { Phase::Token };
        Decision {
            directive: "condition".to_owned(),
            text: format!("`{}` is due as well, and comes after this", other.block()),
            switch: Some(RenewalOrder::SWITCH.key),
        }
    }
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
    match definition.communication() {
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
