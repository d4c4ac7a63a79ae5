//! The world expressions see while a flow runs: the run's clock, its randomness, its time zone.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use connspec_exchange::{Clock, Secrets};
use connspec_iml::{Date, Host, LanguageSwitch, Value};

use crate::relied::Relied;

/// Where `uuid`, `random` and `state` come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Randomness {
    /// The operating system's generator: what real flows need (RFC 6749 §10.10).
    #[default]
    System,
    /// A sequence that follows from a seed: for recording, replay and rehearsal.
    Seeded(u64),
}

impl Randomness {
    /// A fresh seed of 53 bits (JSON keeps it exactly) from the operating system, for recording.
    ///
    /// # Errors
    /// The system's own words when it has no randomness to give.
    pub fn fresh_seed() -> Result<u64, String> {
        getrandom::u64().map(|bits| bits >> 11).map_err(|error| error.to_string())
    }
}

/// A custom IML function of the app: its name and arguments in, its value out; `None` where there is no such one.
pub type CustomFunctions = dyn Fn(&str, &[Value]) -> Option<Result<Value, String>> + Send + Sync;

/// The host of one run.
pub struct RunHost {
    clock: Arc<dyn Clock>,
    timezone: String,
    execution_id: String,
    source: Source,
    functions: Option<Arc<CustomFunctions>>,
}

enum Source {
    System,
    Seeded(Mutex<u64>),
}

impl RunHost {
    /// A host whose `now` is that of `clock` and whose zone is `timezone`.
    pub fn new(clock: Arc<dyn Clock>, timezone: impl Into<String>, randomness: Randomness) -> Self {
        let source = match randomness {
            Randomness::System => Source::System,
            Randomness::Seeded(seed) => Source::Seeded(Mutex::new(seed)),
        };
        let mut host = Self { clock, timezone: timezone.into(), execution_id: String::new(), source, functions: None };
        host.execution_id = host.hex(16);
        host
    }

    /// The same host with the app's own functions.
    #[must_use]
    pub fn with_functions(mut self, functions: Option<Arc<CustomFunctions>>) -> Self {
        self.functions = functions;
        self
    }

    fn bits(&self) -> u64 {
        match &self.source {
            // A system without randomness cannot make a `state` nobody guesses: stopping is the only safe answer.
            Source::System => getrandom::u64().expect("the operating system has randomness"),
            Source::Seeded(state) => split_mix(&mut state.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    fn hex(&self, bytes: usize) -> String {
        let digits: String = (0..bytes.div_ceil(8)).map(|_| format!("{:016x}", self.bits())).collect();
        digits[..bytes * 2].to_owned()
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Host for RunHost {
    fn now(&self) -> Date {
        Date { millis: self.clock.now() }
    }

    fn random(&self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn uuid(&self) -> String {
        let random = (u128::from(self.bits()) << 64) | u128::from(self.bits());
        // RFC 9562 §5.4: version 4 in the 13th digit, variant 10 in the upper bits of the 17th.
        let bits = (random & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
        let digits = format!("{bits:032x}");
        [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
    }

    fn timezone(&self) -> &str {
        &self.timezone
    }

    fn execution_id(&self) -> String {
        self.execution_id.clone()
    }

    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        self.functions.as_ref()?(name, args)
    }
}

/// The host of one directive. Its messages hide what `secrets` knows, before a long text is cut, when a secret is still
/// recognised; the language's switches that decide are noted with the directive.
pub(crate) struct DirectiveHost<'h> {
    pub(crate) host: &'h dyn Host,
    pub(crate) secrets: &'h Secrets,
    pub(crate) directive: &'h str,
    pub(crate) relied: &'h Relied,
}

impl Host for DirectiveHost<'_> {
    fn now(&self) -> Date {
        self.host.now()
    }

    fn random(&self) -> f64 {
        self.host.random()
    }

    fn uuid(&self) -> String {
        self.host.uuid()
    }

    fn timezone(&self) -> &str {
        self.host.timezone()
    }

    fn execution_id(&self) -> String {
        self.host.execution_id()
    }

    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        self.host.call(name, args)
    }

    fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        Cow::Owned(self.secrets.redact(text))
    }

    fn stopwatch_millis(&self) -> Option<u64> {
        self.host.stopwatch_millis()
    }

    fn relied_on(&self, switch: LanguageSwitch) {
        self.relied.note(self.directive, switch);
        self.host.relied_on(switch);
    }
}

#[cfg(test)]
mod tests {
    use connspec_exchange::VirtualClock;

    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_the_system_does_not() {
        let host = |randomness| RunHost::new(Arc::new(VirtualClock::new(5)), "UTC", randomness);
        assert_eq!(host(Randomness::Seeded(1)).uuid(), host(Randomness::Seeded(1)).uuid());
        assert_ne!(host(Randomness::System).uuid(), host(Randomness::System).uuid());
        assert_eq!(host(Randomness::System).now().millis, 5);
    }

    #[test]
    fn uuids_are_version_4() {
        let host = RunHost::new(Arc::new(VirtualClock::new(0)), "UTC", Randomness::Seeded(3));
        for _ in 0..50 {
            let uuid = host.uuid();
            let bytes = uuid.as_bytes();
            assert!(uuid.len() == 36 && bytes[14] == b'4' && b"89ab".contains(&bytes[19]), "{uuid}");
        }
    }
}
