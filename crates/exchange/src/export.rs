//! Fixtures for other tools.

mod har;

pub use har::har;
