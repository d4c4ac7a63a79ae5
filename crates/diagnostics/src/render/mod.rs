//! Findings as text: for people, as JSON, as SARIF, as GitHub workflow commands.
//!
//! None of them shows a secret that a file holds, neither in the lines it quotes nor in the words of a finding. A fix that
//! would write one is shown to people with the secret hidden, and left out where programs would apply it.

use crate::{Diagnostic, SourceMap};

mod concealed;
mod excerpt;
mod github;
mod human;
mod json;
mod sarif;

pub use github::github;
pub use human::{HumanOptions, human};
pub use json::{json, json_value};
pub use sarif::{RuleText, sarif};

/// A finding and the texts its places refer to; findings of several apps are shown together.
pub type Located<'a> = (&'a SourceMap, &'a Diagnostic);

/// A value as indented JSON with a final line break.
fn pretty(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("keys are texts and no value can fail");
    text.push('\n');
    text
}

/// A path without the `./` of a search that began here: services compare paths with those of the repository, letter by
/// letter.
fn from_here(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}
