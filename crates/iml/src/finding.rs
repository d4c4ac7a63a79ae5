//! `Finding`: an oddity met while parsing.

use connspec_diagnostics::{Severity, Span};

/// Something odd in a template: the parser goes on, the evaluation may fail at it.
///
/// Errors, whose expression fails when it is evaluated: `missing-operand`, `unclosed-bracket`,
/// `unclosed-quote`, `unexpected-character`, `unexpected-separator`, `member-of-result`,
/// `malformed-number`, `limit-nesting`, `limit-operators`. Errors that evaluate all the same:
/// `zero-index` (`x[0]`), `inline-literal` (`['a']`, `{a: 1}`). Warnings: `juxtaposition`,
/// `hyphen-without-backticks`, `unquoted-text`, `empty-expression`, `unbalanced-braces`, `zero-index`
/// (`x.0`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable kebab-case code, such as `juxtaposition`.
    pub code: &'static str,
    /// How bad it is: an error node is an error, a permissive reading a warning.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Where, in bytes of the template's source.
    pub span: Span,
}

impl Finding {
    /// Every code a finding can have.
    pub const CODES: &'static [&'static str] = &[
        "missing-operand",
        "unclosed-bracket",
        "unclosed-quote",
        "unexpected-character",
        "unexpected-separator",
        "member-of-result",
        "malformed-number",
        "limit-nesting",
        "limit-operators",
        "zero-index",
        "inline-literal",
        "juxtaposition",
        "hyphen-without-backticks",
        "unquoted-text",
        "empty-expression",
        "unbalanced-braces",
    ];

    pub(crate) fn new(
        code: &'static str,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        debug_assert!(Self::CODES.contains(&code), "`{code}` is missing in the list of codes");
        Self { code, severity, message: message.into(), help: help.into(), span }
    }
}
