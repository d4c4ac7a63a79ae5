//! Runs that judge: suites of fixtures, each replayed offline and compared with what it expects.
//!
//! [`suite::discover`] finds the fixtures below a path, [`suite::run`] replays one. Drift against the live provider
//! and rehearsal against a provider derived from the definition belong here too.

pub mod suite;
