//! Findings as text: for people, as JSON, as SARIF, as GitHub workflow commands.

mod github;
mod human;
mod json;
mod sarif;

pub use github::github;
pub use human::{HumanOptions, human};
pub use json::{json, json_value};
pub use sarif::sarif;
