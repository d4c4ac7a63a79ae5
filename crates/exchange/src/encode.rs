//! Bodies and queries as Make sends them.

pub mod percent;
