//! Whole flows without a socket: a closure answers, a clock stands still, a person is a function. Expected values are
//! from the RFCs and the reference documents each test names.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod accounts;
mod callback;
mod conditions;
mod errors;
mod failures;
mod leases;
mod machine;
mod made_of_secrets;
mod manifest;
mod manifest_run;
mod oauth1;
mod pending;
mod recording;
mod refresh;
mod requests;
mod seeded;
mod skeleton;
mod support;
mod token;
mod unsaved;
