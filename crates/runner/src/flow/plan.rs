//! Which blocks a flow walks through, by where it enters and by the kind of connection.

use std::collections::VecDeque;

use connspec_spec::{Block, Communication, Compat, Definition, RequestBlock};

use super::manifest::{self, Call};
use super::{basic, oauth1, oauth2};
use crate::Phase;
use crate::report::Outcome;

/// Where a flow enters a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A new connection, or the same one authorized again; the callback comes back into this flow.
    Connect,
    /// As `Connect`, but the callback is answered elsewhere: the flow ends at the redirect.
    Begin,
    /// What follows the callback of `Begin`.
    Callback,
    /// The user's "verify" of a connection that was validated: the block of a basic connection, else `info`.
    Test,
    /// Before every use: `token` and `refresh` as their conditions say (connection.md §5, §6).
    Validate,
    /// As `Validate`, but `refresh` (or, without one, `token`) runs whatever its condition says.
    Refresh,
    /// `invalidate` alone.
    Invalidate,
}

impl Entry {
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Connect | Self::Callback | Self::Begin => Outcome::Connected,
            Self::Test => Outcome::Valid,
            Self::Validate | Self::Refresh => Outcome::Unchanged,
            Self::Invalidate => Outcome::Invalidated,
        }
    }

    /// The outcome once a request was answered well.
    pub(super) fn outcome_after_answer(self) -> Outcome {
        match self {
            Self::Validate | Self::Refresh => Outcome::Refreshed,
            other => other.outcome(),
        }
    }

    /// Whether a flow that ends in `outcome` has something to save.
    pub(super) fn saves(self, outcome: Outcome) -> bool {
        !matches!((self, outcome), (Self::Invalidate, _) | (_, Outcome::Unchanged))
    }
}

/// What becomes of the block's `condition`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConditionRule {
    /// Evaluated; true when absent.
    Asked,
    /// Not asked: the caller forces the block.
    Forced,
    /// Absent counts as false (connection.md §5).
    Required,
    /// Absent counts as true because a switch says so (connection.md §5).
    Lenient,
}

/// One block to walk through.
#[derive(Debug, Clone)]
pub(super) struct Stage<'d> {
    phase: Phase,
    block: Option<&'d Block>,
    call: Option<Call<'d>>,
    pub(super) index: usize,
    pub(super) condition: ConditionRule,
}

impl<'d> Stage<'d> {
    pub(super) fn new(phase: Phase, block: &'d Block) -> Self {
        Self { phase, block: Some(block), call: None, index: 0, condition: ConditionRule::Asked }
    }

    /// A stage of a manifest.
    pub(super) fn of_manifest(phase: Phase, call: Call<'d>) -> Self {
        Self { phase, block: None, call: Some(call), index: 0, condition: ConditionRule::Asked }
    }

    /// What a stage of a manifest still has to do.
    pub(super) fn call(&self) -> Option<Call<'d>> {
        self.call.filter(|_| self.index == 0)
    }

    pub(super) fn with_condition(mut self, condition: ConditionRule) -> Self {
        self.condition = condition;
        self
    }

    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    /// The block that is walked through; none in a manifest.
    pub(super) fn block(&self) -> Option<&'d Block> {
        self.block
    }

    /// The request whose turn it is; none when the block is over.
    pub(super) fn request(&self) -> Option<&'d RequestBlock> {
        self.block?.requests.get(self.index)
    }

    /// Whether the block sends the browser somewhere instead of sending a request.
    pub(super) fn redirects(&self) -> bool {
        self.phase == Phase::Authorize
    }
}

/// The blocks of `definition` a flow entered at `entry` walks through.
pub(super) fn stages<'d>(definition: &'d Definition, entry: Entry, compat: &Compat) -> VecDeque<Stage<'d>> {
    let stages = match definition.communication() {
        Communication::Basic(block) => basic::stages(block, entry),
        Communication::OAuth2(blocks) => oauth2::stages(blocks, entry, compat),
        Communication::OAuth1(blocks) => oauth1::stages(blocks, entry),
        Communication::Manifest(manifest) => manifest::stages(manifest, entry),
    };
    stages.into()
}
