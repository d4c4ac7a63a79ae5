//! One expression's text to its tree.

use connspec_diagnostics::{Severity, Span};

use crate::ast::{Broken, Expr, ExprKind};
use crate::template::Body;
use crate::{Finding, Options};

pub(crate) fn expression(
    _source: &str,
    body: &Body,
    _options: &Options,
    findings: &mut Vec<Finding>,
) -> (Expr, Option<usize>) {
    let span = Span::new(body.start, body.end);
    findings.push(Finding::new("unsupported", Severity::Error, span, "expressions are not supported yet", ""));
    let finding = findings.len() - 1;
    (Expr { kind: ExprKind::Error(Broken { finding, parts: Vec::new() }), span }, Some(finding))
}
