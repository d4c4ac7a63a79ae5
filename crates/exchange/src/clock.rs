//! Time as a value handed in: the machine's clock, and one that tests and rehearsals turn by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::BoxFuture;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The present moment in Unix milliseconds.
    fn now(&self) -> i64;

    /// Waits `millis` milliseconds of this clock's time.
    fn sleep(&self, millis: u64) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(Duration::from_millis(millis)))
    }
}

impl<T: Clock + ?Sized> Clock for Arc<T> {
    fn now(&self) -> i64 {
        (**self).now()
    }

    fn sleep(&self, millis: u64) -> BoxFuture<'_, ()> {
        (**self).sleep(millis)
    }
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        // A clock set before 1970 reads as a negative time rather than failing.
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis),
        }
    }
}

/// A clock that moves only when told to; clones share the same time.
///
/// Sleeping on it moves it forward at once, so a month of refreshes passes in milliseconds.
#[derive(Debug, Clone, Default)]
pub struct VirtualClock {
    millis: Arc<AtomicI64>,
}

impl VirtualClock {
    /// A clock standing at `millis` Unix milliseconds.
    pub fn new(millis: i64) -> Self {
        Self { millis: Arc::new(AtomicI64::new(millis)) }
    }

    /// Moves the clock forward (or, with a negative number, back) by `millis` milliseconds.
    pub fn advance(&self, millis: i64) {
        // The closure always answers, so the update cannot be refused.
        let _ = self.millis.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| Some(now.saturating_add(millis)));
    }

    /// Puts the clock at `millis` Unix milliseconds.
    pub fn set(&self, millis: i64) {
        self.millis.store(millis, Ordering::SeqCst);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> i64 {
        self.millis.load(Ordering::SeqCst)
    }

    fn sleep(&self, millis: u64) -> BoxFuture<'_, ()> {
        self.advance(i64::try_from(millis).unwrap_or(i64::MAX));
        Box::pin(std::future::ready(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_clock_moves_only_when_told() {
        let clock = VirtualClock::new(1_000);
        let same = clock.clone();
        assert_eq!(clock.now(), 1_000);
        clock.advance(250);
        assert_eq!(same.now(), 1_250);
        same.set(5);
        assert_eq!(clock.now(), 5);
        clock.advance(i64::MAX);
        assert_eq!(clock.now(), i64::MAX, "saturates instead of wrapping");
    }

    #[tokio::test]
    async fn sleeping_on_a_virtual_clock_moves_it() {
        let clock = VirtualClock::new(0);
        clock.sleep(86_400_000).await;
        assert_eq!(clock.now(), 86_400_000);
    }

    #[test]
    fn the_system_clock_is_past_the_year_2020() {
        assert!(SystemClock.now() > 1_577_836_800_000);
    }
}
