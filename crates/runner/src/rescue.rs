//! New tokens that came and cannot be saved: the store is asked again for a while, then they are kept elsewhere.

use connspec_store::{SavedConnection, StoreError, StoreErrorKind};

use crate::runner::Runner;

/// Milliseconds between repeated tries to save what exists nowhere else.
pub(crate) const PAUSES: [u64; 4] = [100, 400, 1_600, 6_400];

/// Whether trying again may help.
pub(crate) fn may_pass(error: &StoreError) -> bool {
    matches!(error.kind, StoreErrorKind::Locked | StoreErrorKind::Unreachable)
}

impl Runner {
    /// Keeps the new tokens of `connection` elsewhere, and says where they are now; `way_out` is the command that
    /// helps where they are lost.
    pub(crate) fn rescued(&self, connection: &SavedConnection, way_out: &str) -> String {
        match &self.rescue {
            None => format!("they are in this report only; if they are lost, {way_out}"),
            Some(rescue) => rescue(connection).unwrap_or_else(|error| {
                format!(
                    "nor could they be kept elsewhere: {error}; they are lost unless this report shows them: {way_out}"
                )
            }),
        }
    }
}
