//! `Finding`: an oddity met while parsing or evaluating.

use connspec_diagnostics::{Severity, Span};

use crate::ast::Binary;

/// Something odd in a template: the parser goes on, the evaluation may fail at it.
///
/// Met while parsing. Errors, whose expression fails when it is evaluated: `missing-operand`, `unclosed-bracket`,
/// `unclosed-quote`, `unexpected-character`, `unexpected-separator`, `member-of-result`,
/// `malformed-number`, `limit-nesting`, `limit-operators`. Errors that evaluate all the same:
/// `zero-index` (`x[0]`), `inline-literal` (`['a']`, `{a: 1}`), `argument-count` (too few). Warnings: `juxtaposition`, `joining-colon`,
/// `hyphen-without-backticks`, `unquoted-text`, `empty-expression`, `unbalanced-braces`,
/// `mixed-comparison` (`1 = '1'`), `zero-index` (`x.0`), `argument-count` (too many).
///
/// Met while evaluating, because they depend on values ([`Template::eval_with_findings`](crate::Template)):
/// `collection-as-text`, `mixed-comparison` and `zero-index` where the parser could not know, and as
/// information `unknown-variable` and `unknown-member`. In a [`JsonTemplate`](crate::JsonTemplate) also `template-in-key`.
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
    /// Every code a finding of the parser can have.
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
        "joining-colon",
        "hyphen-without-backticks",
        "unquoted-text",
        "empty-expression",
        "unbalanced-braces",
        "mixed-comparison",
        "argument-count",
    ];

    /// The codes of errors that evaluate all the same.
    const EVALUATED: &'static [&'static str] = &["zero-index", "inline-literal", "argument-count"];

    /// The further codes of findings that depend on values, or on a template's place in a JSON value.
    pub const CODES_OF_VALUES: &'static [&'static str] =
        &["collection-as-text", "unknown-variable", "unknown-member", "template-in-key"];

    /// Whether evaluating the expression it is about is an error.
    pub fn breaks(&self) -> bool {
        self.severity == Severity::Error && !Self::EVALUATED.contains(&self.code)
    }

    /// A comparison by `=` or `!=` of values of two kinds (iml.md §12 C1).
    pub(crate) fn mixed_comparison(binary: &Binary, left: &str, right: &str, span: Span) -> Self {
        Self::new(
            "mixed-comparison",
            Severity::Warning,
            span,
            format!("{left} is compared with {right}: `{}` converts before it compares", binary.operator.symbol()),
            "compare values of one kind, for example with parseNumber() or toString()",
        )
    }

    pub(crate) fn new(
        code: &'static str,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let known = Self::CODES.contains(&code) || Self::CODES_OF_VALUES.contains(&code);
        debug_assert!(known, "`{code}` is missing in the lists of codes");
        Self { code, severity, message: message.into(), help: help.into(), span }
    }
}
