//! The refresh lease: who may refresh a connection right now.
//!
//! A lease says until when it lasts **and by which clock**. Only that clock is
//! asked whether it has run out: the server's in PostgreSQL; in SQLite and in a
//! folder the time since the machine was started (Linux; the wall clock
//! elsewhere). Where the reader has another clock than the writer, because the
//! file is shared between machines or the machine was started anew, no clocks
//! are compared: the reader **watches** the lease, and it counts as run out
//! when it has stood unchanged before its eyes for the whole length it was taken
//! for. A living holder renews it three times within that.
//!
//! The caller's `now` is written down for people to read and decides nothing.
//! Where a store's clock is set back, a lease that claims to last longer than
//! it was taken for plus five minutes counts as run out, so it cannot lock
//! anybody out for good. A holder that lost its lease is stopped by the fencing
//! token: it may no longer announce a refresh
//! ([`crate::ConnectionStore::save_holding`]), and announcing one renews the
//! lease in the same step.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::clock::Reading;
use crate::sealing::fill_random;

/// How much longer than taken for a lease may seem to last before the clock
/// is held to have been set back.
const CLOCK_TOLERANCE_MILLIS: i64 = 300_000;

/// The longest lease: a year, so that no sum of times overflows.
const LONGEST_MILLIS: i64 = 31_536_000_000;

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
    /// How long it still lasts unless it is renewed, milliseconds.
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

/// What is written down of a connection's latest lease, the same in every backend.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lease {
    pub(crate) token: u64,
    /// `None`: given back.
    pub(crate) holder: Option<String>,
    pub(crate) since: i64,
    pub(crate) length: i64,
    pub(crate) until: i64,
    /// By which clock; empty where it was written before clocks were told apart.
    #[serde(default)]
    pub(crate) clock: String,
}

impl Lease {
    /// What a connection begins with: nobody's, at a random token.
    pub(crate) fn first() -> Result<Self> {
        Ok(Self { token: first_token()?, ..Self::default() })
    }

    /// The lease of connection `name`, if it is alive. `watch` is what this process has seen of leases so far.
    pub(crate) fn held(&self, name: &str, now: &Reading, watch: &Watch) -> Option<HeldLease> {
        let Some(holder) = self.holder.clone() else {
            watch.forget(name);
            return None;
        };
        let remaining = if self.clock == now.clock {
            self.until.saturating_sub(now.millis)
        } else {
            self.length.saturating_sub(watch.unchanged_for(name, self))
        };
        let believable = remaining <= self.length.saturating_add(CLOCK_TOLERANCE_MILLIS);
        (remaining > 0 && believable).then_some(HeldLease { holder, since: self.since, remaining })
    }

    /// Whether it is `token`'s and alive.
    pub(crate) fn is_of(&self, token: FencingToken, name: &str, now: &Reading, watch: &Watch) -> bool {
        self.token == token.0 && self.held(name, now, watch).is_some()
    }

    /// The lease after this one, for `length` milliseconds from `now`.
    pub(crate) fn next(&self, holder: &str, since: i64, length: i64, now: &Reading) -> Result<Self> {
        let previous = match self.token {
            0 => first_token()?,
            token => token,
        };
        let length = length.clamp(0, LONGEST_MILLIS);
        Ok(Self {
            token: previous.saturating_add(1),
            holder: Some(holder.to_owned()),
            since,
            length,
            until: now.millis.saturating_add(length),
            clock: now.clock.clone(),
        })
    }

    /// The same lease for `length` milliseconds from `now`. It differs from what it was, for those who watch it.
    pub(crate) fn renewed(&self, length: i64, now: &Reading) -> Self {
        let length = length.clamp(0, LONGEST_MILLIS);
        let until = now.millis.saturating_add(length);
        let until = if until == self.until { until.saturating_add(1) } else { until };
        Self { length, until, clock: now.clock.clone(), ..self.clone() }
    }
}

/// The token before the first lease of a connection: 40 random bits above 20
/// zero bits, so it stays within 60.
fn first_token() -> Result<u64> {
    let mut random = [0; 8];
    fill_random(&mut random[..5])?;
    Ok(u64::from_le_bytes(random) << 20)
}

/// What this process has seen of leases that go by other clocks: since when each stands as it does.
#[derive(Debug, Default)]
pub(crate) struct Watch(Mutex<HashMap<String, Sighting>>);

#[derive(Debug)]
struct Sighting {
    token: u64,
    until: i64,
    since: Instant,
}

impl Watch {
    /// For how many milliseconds the lease of `name` has been seen as it is now; 0 at first sight.
    fn unchanged_for(&self, name: &str, lease: &Lease) -> i64 {
        let mut sightings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let unchanged = sightings
            .get(name)
            .filter(|seen| (seen.token, seen.until) == (lease.token, lease.until))
            .map(|seen| seen.since);
        let since = unchanged.unwrap_or_else(|| {
            let seen = Sighting { token: lease.token, until: lease.until, since: Instant::now() };
            let since = seen.since;
            sightings.insert(name.to_owned(), seen);
            since
        });
        i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    pub(crate) fn forget(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(clock: &str, millis: i64) -> Reading {
        Reading { clock: clock.to_owned(), millis }
    }

    fn is_alive(until: i64, length: i64, now: i64) -> bool {
        let lease = Lease { holder: Some("a".into()), length, until, clock: "here".into(), ..Lease::default() };
        lease.held("name", &at("here", now), &Watch::default()).is_some()
    }

    #[test]
    fn a_lease_lives_until_its_end_and_not_beyond_what_it_was_taken_for() {
        assert!(is_alive(1_000, 500, 999));
        assert!(!is_alive(1_000, 500, 1_000));
        assert!(is_alive(1_000, 500, 1_000 - 500 - 300_000));
        assert!(!is_alive(1_000, 500, 1_000 - 500 - 300_001));
        assert!(!is_alive(i64::MIN, 500, i64::MAX));
    }

    #[test]
    fn tokens_grow_with_every_lease_even_when_the_clock_goes_back() {
        let first = Lease::default().next("a", 0, 10, &at("here", 5_000)).unwrap();
        let second = first.next("b", 0, 10, &at("here", 4_000)).unwrap();
        assert!(first.token > 0 && second.token == first.token + 1);
    }

    #[test]
    fn by_another_clock_a_lease_lives_while_it_changes() {
        let watch = Watch::default();
        let mut lease = Lease::default().next("a", 0, 40, &at("there", 5_000)).unwrap();
        let here = [i64::MIN, 0, 5_000, i64::MAX].map(|millis| at("here", millis));
        for now in &here {
            assert!(lease.held("name", now, &watch).is_some(), "whatever our clock says: {now:?}");
        }
        let began = Instant::now();
        let mut stopped = began;
        // Longer than it was taken for, renewed in the same millisecond of a clock that stands still.
        while began.elapsed().as_millis() < 120 {
            stopped = Instant::now();
            lease = lease.renewed(40, &at("there", 5_000));
            assert!(lease.held("name", &here[3], &watch).is_some());
        }
        while lease.held("name", &here[1], &watch).is_some() {
            std::thread::yield_now();
        }
        assert!(stopped.elapsed().as_millis() >= 40, "not before it stood still for its length");
        assert_eq!(lease.next("b", 0, 40, &here[1]).unwrap().token, lease.token + 1);
    }

    #[test]
    fn a_lease_given_back_is_watched_no_longer() {
        let watch = Watch::default();
        let lease = Lease::default().next("a", 0, 40, &at("there", 5_000)).unwrap();
        assert!(lease.held("name", &at("here", 0), &watch).is_some());
        assert_eq!(watch.0.lock().unwrap().len(), 1);
        let free = Lease { holder: None, ..lease };
        assert!(free.held("name", &at("here", 0), &watch).is_none());
        assert!(watch.0.lock().unwrap().is_empty());
    }
}
