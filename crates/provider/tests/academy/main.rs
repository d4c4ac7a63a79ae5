//! The Academy API as an application meets it: over a transport, without a socket, on a clock that
//! only moves when told.

// clippy.toml's allowance covers test functions, not the helpers they share.
#![allow(clippy::unwrap_used)]

mod records;
mod support;
mod v2_authorize;
mod v2_faults;
mod v2_tokens;
