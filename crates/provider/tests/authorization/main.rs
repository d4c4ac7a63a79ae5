//! The authorization server over HTTP, one test for each rule of the RFCs, named after its section.

// clippy.toml's allowance covers test functions, not the helpers they share.
#![allow(clippy::unwrap_used)]

mod callback;
mod code;
mod other_grants;
mod refresh;
mod revocation;
mod support;
