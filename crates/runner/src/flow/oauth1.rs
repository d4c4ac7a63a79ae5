//! OAuth 1: requestToken → authorize → accessToken → info (connection.md §11, RFC 5849).

use connspec_spec::OAuth1Blocks;

use super::oauth2::optional;
use super::plan::{Entry, Stage};
use crate::Phase;

/// The blocks of each entry. OAuth 1 tokens are neither refreshed nor invalidated.
pub(super) fn stages(blocks: &OAuth1Blocks, entry: Entry) -> Vec<Stage<'_>> {
    match entry {
        Entry::Connect | Entry::Begin | Entry::Callback => optional(Phase::RequestToken, &blocks.request_token)
            .chain(optional(Phase::Authorize, &blocks.authorize))
            .chain(optional(Phase::AccessToken, &blocks.access_token))
            .chain(optional(Phase::Info, &blocks.info))
            .collect(),
        Entry::Test => optional(Phase::Info, &blocks.info).collect(),
        Entry::Validate | Entry::Refresh | Entry::Invalidate => Vec::new(),
    }
}
