//! The authorization server over HTTP, one test for each rule of the RFCs, named after its section.

mod callback;
mod code;
mod other_grants;
mod refresh;
mod revocation;
mod support;
