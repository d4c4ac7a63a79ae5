//! The bundled Academy definition's whole life, against the Academy provider, without a socket and on a clock that
//! only moves when told.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod life;
mod support;
