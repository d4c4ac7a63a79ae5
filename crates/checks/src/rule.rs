//! What a rule is: its names, its documentation, and the function that looks for it.

use connspec_diagnostics::render::RuleText;
use connspec_diagnostics::{Diagnostic, Severity};

use crate::documentation::Documentation;
use crate::integration::Integration;
use crate::site::{Holding, Site};
use crate::subject::{Connection, Other, Whole};

/// One mistake a definition can hold.
///
/// A rule lives in a file of its own below `rules/<area>/`: this record, its documentation, the detection.
pub struct Rule {
    /// Stable code, `CS0104`; the first two digits are the area.
    pub code: &'static str,
    /// Kebab-case name, that of pitfalls.md where it lists the mistake.
    pub name: &'static str,
    /// How bad it is, unless `connspec.toml` says otherwise.
    pub severity: Severity,
    /// What `explain` shows, see [`Documentation`].
    pub documentation: &'static str,
    /// Looks for the mistake.
    pub check: Check,
}

/// What a rule looks at; it reports every place of the mistake.
#[derive(Clone, Copy)]
pub enum Check {
    /// Each connection.
    Connection(fn(&Connection<'_>, &mut Findings)),
    /// Base, and each evaluated section of modules, remote procedures, webhooks and endpoints.
    Other(fn(&Other<'_>, &mut Findings)),
    /// Each text that is evaluated and holds such a thing, in connections and elsewhere.
    Each(Holding, fn(&Site<'_>, &mut Findings)),
    /// Each integration manifest.
    Integration(fn(&Integration<'_>, &mut Findings)),
    /// The texts of each section that is evaluated, together.
    Section(fn(&[Site<'_>], &mut Findings)),
    /// The app as a whole, its manifests aside.
    App(fn(&Whole<'_>, &mut Findings)),
    /// As `App`, with each key as it is written: the others see a key with a slip in it under the name that is meant.
    AsWritten(fn(&Whole<'_>, &mut Findings)),
    /// Nothing: another step reports it (reading, suppressions) and this rule only documents it.
    ReportedElsewhere,
}

impl Rule {
    /// The documentation in its sections.
    pub fn documentation(&self) -> Documentation {
        Documentation::parse(self.documentation)
    }

    /// The first sentence of its documentation, on one line.
    pub fn summary(&self) -> String {
        let summary = self.documentation().summary.replace('\n', " ");
        summary.split_once(". ").map_or(summary.clone(), |(first, _)| format!("{first}."))
    }

    /// Its page in the project's repository.
    pub fn page(&self) -> String {
        format!("{}/blob/main/docs/checks/{}.md", env!("CARGO_PKG_REPOSITORY"), self.name)
    }

    /// What a SARIF log says about it.
    pub fn text(&self) -> RuleText {
        RuleText { short: self.summary(), full: self.documentation().why.replace('\n', " "), help_uri: self.page() }
    }

    /// A finding of this rule; `message` says what is wrong in one line, without a full stop.
    // Most texts have none: what makes findings stays out of the way of what looks for them.
    #[cold]
    pub fn finding(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.code, self.name, self.severity, message)
    }
}

/// Where rules put what they find.
#[derive(Default)]
pub struct Findings {
    found: Vec<Diagnostic>,
}

impl Findings {
    /// Reports a finding.
    #[cold]
    pub fn push(&mut self, finding: Diagnostic) {
        self.found.push(finding);
    }

    /// Everything reported, in the order of rules.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.found
    }
}
