//! What a peer hands to the measurement: for each case its result and loops to time.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Runs a piece of work so many times and tells how long that took.
pub type Loop = Box<dyn Fn(u32) -> Duration>;

/// One case in one engine.
pub struct Work {
    /// What the engine gives, checked before anything is timed.
    pub result: String,
    /// Evaluates what was parsed once, against variables converted once.
    pub evaluate: Loop,
    /// Parses the text; none for what is written by hand.
    pub parse: Option<Loop>,
}

/// An engine with the three cases in the order of `cases.rs`.
pub struct Engine {
    pub name: &'static str,
    pub works: [Work; 3],
}

/// The loop stands around the work itself, so that no call through a pointer is timed. Results are dropped in it.
pub fn looped<T>(work: impl Fn() -> T + 'static) -> Loop {
    Box::new(move |times| {
        let start = Instant::now();
        for _ in 0..times {
            black_box(work());
        }
        start.elapsed()
    })
}

/// Keeps what an engine borrows from until the process ends.
pub fn keep<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
