//! The program as a person or a script runs it: the binary, its exit codes, its words, its JSON.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "acceptance/support.rs"]
mod support;

#[path = "acceptance/bad_input.rs"]
mod bad_input;
#[path = "acceptance/canary.rs"]
mod canary;
#[path = "acceptance/check.rs"]
mod check;
#[path = "acceptance/connect.rs"]
mod connect;
#[path = "acceptance/corpus.rs"]
mod corpus;
#[path = "acceptance/demo.rs"]
mod demo;
#[path = "acceptance/drift.rs"]
mod drift;
#[path = "acceptance/eval.rs"]
mod eval;
#[path = "acceptance/imports.rs"]
mod imports;
#[path = "acceptance/kinds.rs"]
mod kinds;
#[path = "acceptance/listed.rs"]
mod listed;
#[path = "acceptance/manifests.rs"]
mod manifests;
#[path = "acceptance/many.rs"]
mod many;
#[path = "acceptance/mending.rs"]
mod mending;
#[path = "acceptance/misbehaviour.rs"]
mod misbehaviour;
#[path = "acceptance/pipes.rs"]
mod pipes;
#[path = "acceptance/recording.rs"]
mod recording;
#[path = "acceptance/replay.rs"]
mod replay;
#[path = "acceptance/saved.rs"]
mod saved;
#[path = "acceptance/saved_faults.rs"]
mod saved_faults;
#[path = "acceptance/specs.rs"]
mod specs;
