//! `Error`: why an evaluation failed, where, and what the variables it mentions held.

use std::fmt;

use connspec_diagnostics::Span;

/// A failed evaluation. `Display` writes the message and the variables' values; whoever shows it to a
/// person redacts secrets first, since variables may hold them.
///
/// Codes: those of a [`Finding`](crate::Finding) that breaks its expression, and `unknown-function`,
/// `only-in-make`, `invalid-argument`, `function-failed`, `not-a-number`, `invalid-date`, `limit-steps`,
/// `limit-output`, `limit-regex`.
#[derive(Debug, Clone, PartialEq)]
pub struct Error {
    /// Stable kebab-case code, such as `unknown-function` or `limit-steps`.
    pub code: &'static str,
    /// What is wrong, with the function, argument and value concerned.
    pub message: String,
    /// What to do about it; empty when the message says it all.
    pub help: Box<str>,
    /// Where, in bytes of the template's source (the decoded JSON string).
    pub span: Span,
    /// JSON pointer of the string within a [`JsonTemplate`](crate::JsonTemplate), `""` otherwise.
    pub pointer: String,
    /// The function that failed, when one did.
    pub function: Option<Box<str>>,
    /// The variables the expression mentions and what they held, shortened.
    pub variables: Box<[(String, String)]>,
}

impl Error {
    /// An error at `span`, without variables.
    pub(crate) fn new(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self {
            code,
            message: message.into(),
            help: Box::default(),
            span,
            pointer: String::new(),
            function: None,
            variables: Box::default(),
        }
    }

    /// The same error with advice.
    pub(crate) fn help(mut self, help: impl Into<Box<str>>) -> Self {
        self.help = help.into();
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        for (index, (name, value)) in self.variables.iter().enumerate() {
            write!(formatter, "{} {name} = {value}", if index == 0 { " (with" } else { "," })?;
        }
        if self.variables.is_empty() { Ok(()) } else { formatter.write_str(")") }
    }
}

impl std::error::Error for Error {}
