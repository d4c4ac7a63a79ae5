//! The refresh lease: who may refresh a connection right now.
//!
//! Whether a lease has run out is decided by **one clock, the store's own**:
//! the server's in PostgreSQL, the machine's in SQLite, in a folder and in
//! memory. The caller's `now` is written down for people to read and decides
//! nothing, so processes whose clocks disagree (or are virtual) cannot take a
//! living holder's lease. Where the store's clock is set back, a lease that
//! claims to last longer than it was taken for plus five minutes counts as run
//! out, so it cannot lock anybody out for good. A holder that lost its lease
//! is stopped by the fencing token: it may no longer announce a refresh
//! ([`crate::ConnectionStore::save_holding`]).

use crate::Result;
use crate::sealing::fill_random;

/// How much longer than taken for a lease may seem to last before the clock
/// is held to have been set back.
pub(crate) const CLOCK_TOLERANCE_MILLIS: i64 = 300_000;

/// Grows with every lease of a connection; the larger one is the later one.
/// A connection removed and made again begins anew at a random place, so that
/// a token from before does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FencingToken(pub u64);

/// What asking for the lease gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaseAttempt {
    /// It is ours until it runs out or is released.
    Acquired(FencingToken),
    /// Somebody else has it.
    Held(HeldLease),
}

/// A lease somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLease {
    /// Who, as they called themselves.
    pub holder: String,
    /// When they took it by their own clock, Unix milliseconds; for messages only.
    pub since: i64,
    /// How long it still lasts by the store's clock, milliseconds.
    pub remaining: i64,
}

/// What a waiting process looks at: one cheap read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseState {
    /// The connection's version.
    pub version: u64,
    /// The living lease, if there is one.
    pub held: Option<HeldLease>,
}

/// The token before the first lease of a connection: 40 random bits above 20
/// zero bits, so it stays within 60.
pub(crate) fn first_token() -> Result<u64> {
    let mut random = [0; 8];
    fill_random(&mut random[..5])?;
    Ok(u64::from_le_bytes(random) << 20)
}

/// Whether a lease until `until`, taken for `length`, is alive at `now` (all
/// milliseconds of the store's clock).
pub(crate) fn is_alive(until: i64, length: i64, now: i64) -> bool {
    let remaining = until.saturating_sub(now);
    remaining > 0 && remaining <= length.saturating_add(CLOCK_TOLERANCE_MILLIS)
}

#[cfg(test)]
mod tests {
    use super::is_alive;

    #[test]
    fn a_lease_lives_until_its_end_and_not_beyond_what_it_was_taken_for() {
        assert!(is_alive(1_000, 500, 999));
        assert!(!is_alive(1_000, 500, 1_000));
        assert!(is_alive(1_000, 500, 1_000 - 500 - 300_000));
        assert!(!is_alive(1_000, 500, 1_000 - 500 - 300_001));
        assert!(!is_alive(i64::MIN, 500, i64::MAX));
    }
}
