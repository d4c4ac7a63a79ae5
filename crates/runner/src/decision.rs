//! One line in words for every decision a request takes, for the timeline and the report.

/// Why something was done, or not done: shown under the request it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The directive that was decided, as written in the definition: `condition`, `response.valid`.
    pub directive: String,
    /// What was decided and why, one sentence without a secret.
    pub text: String,
    /// The compatibility switch that settled an open question, as `key=value`'s key.
    pub switch: Option<&'static str>,
}

/// The decisions of one request, in the order they were taken.
///
/// Handed through `prepare` and `interpret` by reference, so that a request which fails still tells what
/// happened before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    taken: Vec<Decision>,
}

impl Decisions {
    /// None taken yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a decision that follows from the definition and the reference alone.
    pub fn note(&mut self, directive: impl Into<String>, text: impl Into<String>) {
        self.taken.push(Decision { directive: directive.into(), text: text.into(), switch: None });
    }

    /// Notes a decision that the switch `key` settled.
    pub fn switched(&mut self, key: &'static str, directive: impl Into<String>, text: impl Into<String>) {
        self.taken.push(Decision { directive: directive.into(), text: text.into(), switch: Some(key) });
    }

    /// Notes a decision made elsewhere.
    pub(crate) fn add(&mut self, decision: Decision) {
        self.taken.push(decision);
    }

    /// The decisions, first to last.
    pub fn iter(&self) -> impl Iterator<Item = &Decision> {
        self.taken.iter()
    }

    /// Hands the decisions out.
    pub fn into_vec(self) -> Vec<Decision> {
        self.taken
    }

    /// Whether nothing was decided.
    pub fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }
}

impl std::fmt::Display for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.directive, self.text)?;
        match self.switch {
            Some(key) => write!(f, " (switch {key})"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_reads_as_one_line() {
        let mut decisions = Decisions::new();
        decisions.note("condition", "false, so the request was not sent");
        decisions.switched("qsPolicy", "qs", "the url's own query was replaced");
        let lines: Vec<String> = decisions.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            ["condition: false, so the request was not sent", "qs: the url's own query was replaced (switch qsPolicy)"]
        );
    }
}
