//! Basic connections: one block whose requests try the credentials out (connection.md §10).

use connspec_spec::Block;

use super::plan::{Entry, Stage};
use crate::Phase;

/// Creation and "verify" run the block; nothing is validated, refreshed or invalidated afterwards.
pub(super) fn stages(block: &Block, entry: Entry) -> Vec<Stage<'_>> {
    match entry {
        Entry::Connect | Entry::Begin | Entry::Test => vec![Stage::new(Phase::Basic, block)],
        Entry::Callback | Entry::Validate | Entry::Refresh | Entry::Invalidate => Vec::new(),
    }
}
