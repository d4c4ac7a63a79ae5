//! Runs that judge: suites of fixtures, each replayed offline and compared with what it expects, or run at the live
//! provider.
//!
//! [`assert_fixtures`] is a test of one's own in one line; [`suite::discover`] finds the fixtures below a path, [`suite::run`] replays one; [`drift`] tells what a provider
//! answers otherwise than it did. Rehearsal against a provider derived from the definition belongs here too.

mod assertion;
pub mod drift;
pub mod suite;

pub use assertion::assert_fixtures;
