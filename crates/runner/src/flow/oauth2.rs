//! OAuth 2: with a browser, and token without authorize (connection.md §4, §5).

use connspec_spec::compat::TokenCondition;
use connspec_spec::{Block, Compat, OAuth2Blocks};

use super::plan::{ConditionRule, Entry, Stage};
use super::{invalidate, refresh};
use crate::Phase;

/// The blocks of each entry.
pub(super) fn stages<'d>(blocks: &'d OAuth2Blocks, entry: Entry, compat: &Compat) -> Vec<Stage<'d>> {
    match entry {
        Entry::Connect | Entry::Begin | Entry::Callback => creation(blocks, compat),
        Entry::Test => optional(Phase::Info, &blocks.info).collect(),
        Entry::Validate => refresh::renewal(blocks, compat),
        Entry::Refresh => refresh::forced(blocks),
        Entry::Invalidate => invalidate::stages(blocks),
    }
}

fn creation<'d>(blocks: &'d OAuth2Blocks, compat: &Compat) -> Vec<Stage<'d>> {
    let mut stages: Vec<Stage<'d>> = optional(Phase::Preauthorize, &blocks.preauthorize).collect();
    if let Some(authorize) = &blocks.authorize {
        stages.push(Stage::new(Phase::Authorize, authorize));
        stages.extend(optional(Phase::Token, &blocks.token));
        stages.extend(optional(Phase::Info, &blocks.info));
        return stages;
    }
    // Without a browser, creating is the first validation (connection.md §5).
    let rule = match compat.token_condition {
        TokenCondition::Strict => ConditionRule::Required,
        TokenCondition::Lenient => ConditionRule::Lenient,
    };
    let token = optional(Phase::Token, &blocks.token).map(|stage| stage.with_condition(rule));
    stages.extend(refresh::in_order(token, blocks, compat));
    stages.extend(optional(Phase::Info, &blocks.info));
    stages
}

pub(super) fn optional(phase: Phase, block: &Option<Block>) -> impl Iterator<Item = Stage<'_>> {
    block.iter().map(move |block| Stage::new(phase, block))
}
