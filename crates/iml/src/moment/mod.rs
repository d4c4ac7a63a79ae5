//! Dates as Make's engine handles them: moment.js tokens, moment-timezone zones, moment arithmetic.
//!
//! Everything here is a pure function over `i64` Unix milliseconds and a [`Zone`]; no clock, no locale
//! but English. The behaviour is described in `iml-tokens.md` §1–3 and `iml.md` §6.4 of the reference
//! documents; differences from moment are listed in `docs/compatibility.md`.

pub mod arithmetic;
mod calendar;
mod detect;
mod format;
mod names;
mod parse;
mod resolve;
mod scan;
mod tokens;
mod zone;

pub use calendar::{Fields, MAX_MILLIS, in_range};
pub use detect::{detect, iso_text};
pub use format::{DEFAULT_FORMAT, format};
pub use parse::{ParseError, parse};
pub use zone::Zone;
