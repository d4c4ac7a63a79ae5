//! Basic connections: one block whose requests try the credentials out (connection.md §10).

use connspec_spec::Block;
use connspec_spec::compat::BasicCondition;

use super::Flow;
use super::plan::{Entry, Stage};
use crate::{Decision, ErrorType, Phase, RunError};

/// Creation and "verify" run the block; nothing is validated, refreshed or invalidated afterwards.
pub(super) fn stages(block: &Block, entry: Entry) -> Vec<Stage<'_>> {
    match entry {
        Entry::Connect | Entry::Begin | Entry::Test => vec![Stage::new(Phase::Basic, block)],
        Entry::Callback | Entry::Validate | Entry::Refresh | Entry::Invalidate => Vec::new(),
    }
}

impl Flow<'_> {
    /// What becomes of a connection no request of which was sent because a `condition` was not met (connection.md §10).
    pub(super) fn verified(&mut self) -> Result<(), RunError> {
        let Some(condition) = self.unverified.filter(|_| self.steps.iter().all(|step| step.request.is_none())) else {
            return Ok(());
        };
        let refuses = self.compat.basic_condition == BasicCondition::Refuse;
        if let Some(step) = self.steps.last_mut() {
            let text = match refuses {
                true => "nothing verified the credentials, so the connection is refused",
                false => "nothing verified the credentials, and the connection is accepted",
            };
            let (directive, switch) = ("condition".to_owned(), Some(BasicCondition::SWITCH.key));
            step.decisions.push(Decision { directive, text: text.to_owned(), switch });
        }
        if !refuses {
            return Ok(());
        }
        let message = format!(
            "`condition` is not met, so no request verified the credentials, and the switch {} has such a connection \
             refused",
            BasicCondition::SWITCH.key
        );
        let error = RunError::new(ErrorType::InvalidConfigurationError, message).in_block(Phase::Basic.block(), 0);
        Err(error.in_directive("condition").at(condition))
    }
}
