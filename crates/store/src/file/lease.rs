//! The lease as a small file beside the connection's.

use serde::{Deserialize, Serialize};

use crate::lease::{first_token, is_alive};
use crate::{HeldLease, Result};

/// What is known of a connection's latest lease.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LeaseFile {
    pub(super) token: u64,
    /// `None`: given back.
    pub(super) holder: Option<String>,
    pub(super) since: i64,
    pub(super) length: i64,
    pub(super) until: i64,
}

impl LeaseFile {
    /// Reads a lease. Whatever is no lease is nobody's: only a power cut
    /// leaves such a file, and it ends every holder.
    pub(super) fn read(content: Option<&[u8]>) -> Self {
        content.and_then(|content| serde_json::from_slice(content).ok()).unwrap_or_default()
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("numbers and text are always JSON")
    }

    /// The lease, if alive at `now` of the store's clock.
    pub(super) fn held(&self, now: i64) -> Option<HeldLease> {
        let holder = self.holder.clone()?;
        is_alive(self.until, self.length, now).then(|| HeldLease {
            holder,
            since: self.since,
            remaining: self.until - now,
        })
    }

    /// The lease after this one, from `now` of the store's clock.
    pub(super) fn next(&self, holder: &str, since: i64, length: i64, now: i64) -> Result<Self> {
        let previous = match self.token {
            0 => first_token()?,
            token => token,
        };
        Ok(Self {
            token: previous.saturating_add(1),
            holder: Some(holder.to_owned()),
            since,
            length,
            until: now.saturating_add(length),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::LeaseFile;

    #[test]
    fn tokens_grow_with_every_lease_even_when_the_clock_goes_back() {
        let first = LeaseFile::default().next("a", 0, 10, 5_000).unwrap();
        let second = first.next("b", 0, 10, 4_000).unwrap();
        assert!(first.token > 0 && second.token == first.token + 1);
    }

    #[test]
    fn a_file_cut_short_by_a_power_cut_is_nobodys_lease() {
        let whole = LeaseFile::default().next("a", 0, 10, 5_000).unwrap().text();
        assert!(LeaseFile::read(Some(whole.as_bytes())).held(5_001).is_some());
        for cut in ["", "{", &whole[..whole.len() / 2]] {
            assert_eq!(LeaseFile::read(Some(cut.as_bytes())), LeaseFile::default());
        }
    }
}
