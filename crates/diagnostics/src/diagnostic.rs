//! What is wrong, why it matters, what to do, and where.

use crate::{Fix, Place};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Advice.
    Info,
    /// It works sometimes, or a review will reject it.
    Warning,
    /// It cannot work, or it leaks.
    Error,
}

impl Severity {
    /// The word of the command line and of the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "info" => Ok(Self::Info),
            "warning" => Ok(Self::Warning),
            "error" => Ok(Self::Error),
            other => Err(format!("`{other}` is no severity: use error, warning or info")),
        }
    }
}

/// A further place that explains a finding: "the first one is here".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What stands there, in a few words.
    pub message: String,
}

/// A finding: what, why, help, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code, `CS0412`.
    pub code: &'static str,
    /// The rule's name, `header-not-headers` (pitfalls.md where it lists one).
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, one line, without a full stop.
    pub message: String,
    /// Why it matters; empty when the message says it all.
    pub why: String,
    /// What to do; empty when there is nothing to advise.
    pub help: String,
    /// Where; none for findings about a whole folder.
    pub place: Option<Place>,
    /// Words for the place itself, shown under it; empty for none.
    pub label: String,
    /// Further places.
    pub labels: Vec<Label>,
    /// The block it is about: `token`, `refresh[2]`.
    pub block: Option<String>,
    /// A way to mend it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding without place, reason or advice yet.
    pub fn new(code: &'static str, rule: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            code,
            rule,
            severity,
            message: message.into(),
            why: String::new(),
            help: String::new(),
            place: None,
            label: String::new(),
            labels: Vec::new(),
            block: None,
            fix: None,
        }
    }

    /// The same finding at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same finding with words for its own place.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        self.label = message.into();
        self
    }

    /// The same finding with the reason it matters.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// The same finding with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The same finding with a further place.
    #[must_use]
    pub fn also(mut self, place: Place, message: impl Into<String>) -> Self {
        self.labels.push(Label { place, message: message.into() });
        self
    }

    /// The same finding with the block it is about.
    #[must_use]
    pub fn in_block(mut self, block: impl AsRef<str>) -> Self {
        self.block = Some(block.as_ref().to_owned());
        self
    }

    /// The same finding with a fix; one that edits nothing is none.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix).filter(|fix| !fix.edits.is_empty());
        self
    }
}
