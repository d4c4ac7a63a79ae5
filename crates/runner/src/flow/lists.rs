//! A block written as a list of requests: whether its requests run (communication.md §1, connection.md §15).

use connspec_spec::Communication;
use connspec_spec::compat::{BasicLists, PhaseLists};

use super::Flow;
use super::plan::Stage;
use crate::{Decisions, ErrorType, RunError};

/// What becomes of a request of a list.
pub(super) enum Listed {
    /// It runs.
    Runs,
    /// It and those after it do not.
    Over,
    /// The whole list is refused.
    Refused(Box<RunError>),
}

impl<'d> Flow<'d> {
    /// Whether the request whose turn it is in `stage` runs, as far as being in a list decides it.
    pub(super) fn listed(&self, stage: &Stage<'d>) -> Listed {
        let Some(list) = stage.block().filter(|block| block.is_array) else { return Listed::Runs };
        if stage.redirects() && list.requests.len() > 1 {
            let block = stage.phase().block();
            let message = format!(
                "`{block}` is a list of {}, but it is the one address the browser is sent to; write one object, and what \
                 must be asked before into `preauthorize`",
                list.requests.len()
            );
            let error = RunError::new(ErrorType::DefinitionError, message).in_block(block, 0);
            return Listed::Refused(Box::new(error.at(list.place)));
        }
        match self.definition.communication() {
            Communication::Basic(_) if stage.index > 0 && self.compat.basic_lists == BasicLists::First => Listed::Over,
            Communication::Basic(_) => Listed::Runs,
            _ if self.compat.phase_lists == PhaseLists::Run => Listed::Runs,
            _ => {
                let block = stage.phase().block();
                let message = format!(
                    "`{block}` is a list of requests, which the switch {} has refused; write one request",
                    PhaseLists::SWITCH.key
                );
                let error = RunError::new(ErrorType::DefinitionError, message).in_block(block, stage.index);
                Listed::Refused(Box::new(error.at(list.place)))
            }
        }
    }

    /// Says, at the first request of a list, why it runs, and why the others do or do not.
    pub(super) fn note_list(&self, stage: &Stage<'d>, decisions: &mut Decisions) {
        let requests = stage.block().filter(|block| block.is_array).map_or(0, |block| block.requests.len());
        if stage.index > 0 {
            return;
        }
        let in_order = match requests {
            1 => "its only request runs".to_owned(),
            _ => format!("{requests} requests run in order"),
        };
        match (self.definition.communication(), self.compat.basic_lists) {
            _ if requests == 0 => {}
            (Communication::Basic(_), _) if requests == 1 => {}
            (Communication::Basic(_), BasicLists::All) => decisions.switched(BasicLists::SWITCH.key, "list", in_order),
            (Communication::Basic(_), BasicLists::First) => {
                let text = format!("the first of {requests} requests runs, the others do not");
                decisions.switched(BasicLists::SWITCH.key, "list", text);
            }
            _ => decisions.switched(PhaseLists::SWITCH.key, "list", in_order),
        }
    }
}
