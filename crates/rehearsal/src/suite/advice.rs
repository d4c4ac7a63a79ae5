//! What many results have in common: said once for a whole suite, not beside each of them.

use std::fmt;

use connspec_exchange::HIDDEN;

use super::{Case, Verdict};

/// What is to be known or done about some of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Advice {
    /// Values are not shown.
    Hidden,
    /// A fixture holds a secret's name without its number, as messages and reports show it.
    Unnumbered,
    /// Requests differ, and only expectations were to be brought up to date.
    Exchanges,
    /// Definitions are not the ones of the recordings.
    TakeNote,
}

impl Advice {
    /// What there is to say about `case`.
    pub(super) fn on(case: &Case) -> Vec<Self> {
        let Verdict::Differs(lines) = &case.verdict else { return Vec::new() };
        let hides = lines.iter().any(|line| line.contains(HIDDEN));
        let unnumbered = lines.iter().filter_map(|line| recorded(line)).any(has_unnumbered);
        [(hides, Self::Hidden), (unnumbered, Self::Unnumbered)]
            .into_iter()
            .filter_map(|(is_so, advice)| is_so.then_some(advice))
            .collect()
    }
}

/// What a line says was recorded, or expected.
fn recorded(line: &str) -> Option<&str> {
    let between = |before: &str, after: &str| Some(line.split_once(before)?.1.rsplit_once(after)?.0);
    between(": recorded ", ", sent ").or_else(|| between(": expected ", ", got "))
}

/// Whether a text holds `«name»`, which is no placeholder.
fn has_unnumbered(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
    };
    text.split('«').skip(1).filter_map(|rest| rest.split_once('»')).any(|(name, _)| is_name(name))
}

impl fmt::Display for Advice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden => write!(
                formatter,
                "{HIDDEN} stands for a value that differs and is not shown, since its field is made for secrets"
            ),
            Self::Unnumbered => write!(
                formatter,
                "a secret's name without a number, such as «accessToken» or {HIDDEN}, is a text like any other in a \
                 fixture: write «accessToken#1», the same wherever the value occurs"
            ),
            Self::Exchanges => write!(
                formatter,
                "what is sent differs: once you have looked at it, `connspec replay --update --exchanges` rewrites the \
                 recorded requests, too"
            ),
            Self::TakeNote => write!(
                formatter,
                "a definition has changed: once you have looked at it, `connspec replay --update` takes note of the new one"
            ),
        }
    }
}
