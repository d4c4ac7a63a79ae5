//! `Host`: everything the language cannot know by itself.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Date, LanguageSwitch, Value};

/// The world outside the language: the clock, randomness, the scenario's zone, custom functions.
pub trait Host {
    /// The current instant: `now`, `timestamp`.
    fn now(&self) -> Date;
    /// A number from 0 up to, but not including, 1: `random`, `shuffle`.
    fn random(&self) -> f64;
    /// A version 4 UUID: `uuid`.
    fn uuid(&self) -> String;
    /// The scenario's time zone by its name in the tz database, such as `Europe/Prague`.
    fn timezone(&self) -> &str;
    /// The run's id: `executionId`.
    fn execution_id(&self) -> String;
    /// Calls the app's own function `name`. `None`: there is no such function.
    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>>;

    /// `text` as a message may show it: with every secret hidden. As it is, unless the host knows secrets.
    fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        Cow::Borrowed(text)
    }

    /// Milliseconds on a clock that only goes forward, for the bound on regular expressions. `None`: only their steps
    /// are counted, so that the outcome does not depend on the machine.
    fn stopwatch_millis(&self) -> Option<u64> {
        None
    }

    /// Told when `switch` settled what an evaluation did, so that its other value would have done something else.
    fn relied_on(&self, switch: LanguageSwitch) {
        _ = switch;
    }
}

/// A host whose clock stands still and whose randomness follows from a seed: for tests, replay and
/// rehearsal. It has no custom functions.
#[derive(Debug)]
pub struct FixedHost {
    now: Date,
    timezone: String,
    seed: u64,
    state: AtomicU64,
}

impl FixedHost {
    /// A host at the instant `now_millis` (Unix milliseconds) in the zone `timezone`; two hosts with the
    /// same `seed` give the same numbers and UUIDs in the same order.
    pub fn new(now_millis: i64, timezone: impl Into<String>, seed: u64) -> Self {
        Self { now: Date { millis: now_millis }, timezone: timezone.into(), seed, state: AtomicU64::new(seed) }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): small, and every seed gives a full sequence.
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let state = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// The copy goes on from where the original stands.
impl Clone for FixedHost {
    fn clone(&self) -> Self {
        let state = AtomicU64::new(self.state.load(Ordering::Relaxed));
        Self { now: self.now, timezone: self.timezone.clone(), seed: self.seed, state }
    }
}

impl Host for FixedHost {
    fn now(&self) -> Date {
        self.now
    }

    fn random(&self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn uuid(&self) -> String {
        let random = (u128::from(self.next()) << 64) | u128::from(self.next());
        // RFC 9562 §5.4: version 4 in the 13th digit, variant 10 in the upper bits of the 17th.
        let bits = (random & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
        let digits = format!("{bits:032x}");
        let mut uuid = String::with_capacity(36);
        for (index, digit) in digits.chars().enumerate() {
            let dash = if matches!(index, 8 | 12 | 16 | 20) { "-" } else { "" };
            write!(uuid, "{dash}{digit}").expect("writing to a String cannot fail");
        }
        uuid
    }

    fn timezone(&self) -> &str {
        &self.timezone
    }

    fn execution_id(&self) -> String {
        format!("{:032x}", self.seed)
    }

    fn call(&self, _name: &str, _args: &[Value]) -> Option<Result<Value, String>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_sequence() {
        let (first, second) = (FixedHost::new(0, "UTC", 7), FixedHost::new(0, "UTC", 7));
        assert_eq!(first.uuid(), second.uuid());
        assert_eq!(first.random(), second.random());
        assert_ne!(first.uuid(), first.uuid());
        assert!((0.0..1.0).contains(&first.random()));
    }

    #[test]
    fn what_is_compiled_once_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<crate::Template>();
        shared::<crate::JsonTemplate>();
        shared::<Value>();
        shared::<crate::Error>();
        shared::<FixedHost>();
    }

    #[test]
    fn uuids_are_version_4() {
        let host = FixedHost::new(0, "UTC", 1);
        for _ in 0..50 {
            let uuid = host.uuid();
            let bytes = uuid.as_bytes();
            assert_eq!(uuid.len(), 36);
            assert_eq!(bytes[14], b'4', "{uuid}");
            assert!(matches!(bytes[19], b'8' | b'9' | b'a' | b'b'), "{uuid}");
            assert!([8, 13, 18, 23].iter().all(|&dash| bytes[dash] == b'-'), "{uuid}");
        }
    }
}
