//! `invalidate`: giving a connection up at the provider (connection.md §9, RFC 7009).

use connspec_exchange::Response;
use connspec_spec::OAuth2Blocks;

use super::oauth2::optional;
use super::plan::Stage;
use crate::Phase;

/// The block alone; `{}` has no url and is a no-op.
pub(super) fn stages(blocks: &OAuth2Blocks) -> Vec<Stage<'_>> {
    optional(Phase::Invalidate, &blocks.invalidate).collect()
}

/// Whether a failed answer says that the token is unknown by now: then there is nothing left to give up
/// (RFC 7009 §2.2).
pub(super) fn is_gone_already(response: &Response) -> bool {
    let named = response.body_json().and_then(|body| body.get("error")?.as_str().map(str::to_owned));
    response.status == 401 || named.is_some_and(|error| error == "invalid_token")
}
