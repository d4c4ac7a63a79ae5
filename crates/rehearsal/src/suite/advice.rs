//! What many results have in common: said once for a whole suite, not beside each of them.

use std::fmt;

use connspec_exchange::HIDDEN;

use super::{Case, Verdict};

/// What is to be known or done about some of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Advice {
    /// Values are not shown.
    Hidden,
    /// Requests differ, and only expectations were to be brought up to date.
    Exchanges,
    /// Definitions are not the ones of the recordings.
    TakeNote,
}

impl Advice {
    /// What there is to say about `case`.
    pub(super) fn on(case: &Case) -> Vec<Self> {
        let hides = matches!(&case.verdict, Verdict::Differs(lines) if lines.iter().any(|line| line.contains(HIDDEN)));
        hides.then_some(Self::Hidden).into_iter().collect()
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden => write!(
                formatter,
                "{HIDDEN} stands for a value that differs and is not shown, since its field is made for secrets"
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
