//! One expression's text to its tree: pest's tokens, read once from left to right, with precedence
//! climbing. Whatever is wrong becomes an error node and a finding, and reading goes on.

mod findings;
mod operands;
mod plain;
mod reader;

use connspec_diagnostics::Span;
use pest::Parser;

use crate::ast::{Binary, BinaryOperator, Broken, Expr, ExprKind};
use crate::template::Body;
use crate::{Finding, Options};

use reader::Reader;

/// The parser pest makes from the grammar, in a module of its own because what it makes has no docs.
mod grammar {
    #![allow(missing_docs, reason = "pest writes this")]

    #[derive(pest_derive::Parser)]
    #[grammar = "grammar.pest"]
    pub(super) struct Grammar;
}
use grammar::{Grammar, Rule};

/// Beyond so many findings of one template only an expression's first mistake is kept.
const MOST_FINDINGS: usize = 200;

/// What an expression's text is read as.
pub(crate) struct Parsed {
    pub(crate) expr: Expr,
    /// The first finding that says why there is an error node, when there is one.
    pub(crate) broken: Option<usize>,
    /// How many calls of the language's functions make values of their own.
    pub(crate) calls: usize,
}

/// Parses the expression at `body` in `source`.
pub(crate) fn expression(source: &str, body: &Body, options: &Options, findings: &mut Vec<Finding>) -> Parsed {
    let span = Span::new(body.start, body.end);
    if body.depth > options.nesting {
        findings.push(findings::too_deep(span, options.nesting));
        let finding = findings.len() - 1;
        let kind = ExprKind::Error(Broken { finding, parts: Vec::new() });
        return Parsed { expr: Expr { kind, span }, broken: Some(finding), calls: 0 };
    }
    if let Some(expr) = plain::variable(source, span) {
        return Parsed { expr, broken: None, calls: 0 };
    }
    by_grammar(source, body, options, findings)
}

fn by_grammar(source: &str, body: &Body, options: &Options, findings: &mut Vec<Finding>) -> Parsed {
    let span = Span::new(body.start, body.end);
    let tokens = Grammar::parse(Rule::expression, &source[body.start..body.end]).expect("the grammar accepts any text");
    let reader = Reader::new(tokens.tokens(), source, body.start);
    let mut builder = Builder { reader, source, options, findings, operators: 0, calls: 0, broken: None };
    builder.reader.step();
    let expr = builder.items();
    if let ExprKind::Empty = expr.kind {
        builder.remark(Some(findings::empty(span)));
        return Parsed { expr: Expr { span, ..expr }, broken: None, calls: 0 };
    }
    Parsed { expr, broken: builder.broken, calls: builder.calls }
}

/// Builds the tree of one expression.
struct Builder<'s, 'f> {
    reader: Reader<'s>,
    source: &'s str,
    options: &'s Options,
    findings: &'f mut Vec<Finding>,
    operators: u32,
    calls: usize,
    broken: Option<usize>,
}

impl Builder<'_, '_> {
    /// Operands and operators up to a separator, a closing bracket or the end; several operands with
    /// nothing between them are juxtaposed.
    fn items(&mut self) -> Expr {
        let Some(first) = self.item() else { return Expr { kind: ExprKind::Empty, span: Span::at(self.reader.at()) } };
        let Some(second) = self.item() else {
            self.remark(findings::lone_brace(&first));
            return first;
        };
        let mut parts = vec![first, second];
        while let Some(next) = self.item() {
            parts.push(next);
        }
        let span = parts[0].span.join(parts[parts.len() - 1].span);
        self.remark(findings::juxtaposed(self.source, &parts, span));
        Expr { kind: ExprKind::Juxtaposed(parts), span }
    }

    fn item(&mut self) -> Option<Expr> {
        match self.reader.peek()? {
            Rule::separator | Rule::unclosed => None,
            Rule::stray => Some(self.stray()),
            // An operator with nothing before it.
            Rule::operator => {
                let at = Span::at(self.reader.at());
                let missing = self.error(findings::missing_operand(at), Vec::new(), at);
                Some(self.climb(missing, 0))
            }
            _ => Some(self.chain(0)),
        }
    }

    /// Operands joined by operators that bind at least as tightly as `least`.
    fn chain(&mut self, least: u8) -> Expr {
        let left = self.term();
        self.climb(left, least)
    }

    /// The operators that follow `left` and bind at least as tightly as `least`.
    fn climb(&mut self, mut left: Expr, least: u8) -> Expr {
        while self.reader.peek() == Some(Rule::operator) {
            let (operator, length) = operator(&self.source.as_bytes()[self.reader.at()..]);
            if operator.precedence() < least {
                break;
            }
            let start = self.reader.leaf().start as usize;
            let right = self.chain(operator.precedence() + 1);
            let span = left.span.join(right.span);
            left = match self.count_operator(span) {
                Some(too_many) => too_many,
                None => {
                    let binary = Binary { operator, operator_span: Span::new(start, start + length), left, right };
                    let further = findings::hyphen(self.source, &binary, span, self.findings.last_mut());
                    self.remark(further);
                    self.remark(findings::mixed_comparison(&binary, span));
                    self.remark(findings::lone_brace(&binary.left));
                    self.remark(findings::lone_brace(&binary.right));
                    self.remark(findings::lone_colon(self.source, &binary.right));
                    Expr { kind: ExprKind::Binary(Box::new(binary)), span }
                }
            };
        }
        left
    }

    /// Counts an operator; beyond the bound gives what stands in its place, so that the tree never
    /// grows deeper than is safe to walk.
    fn count_operator(&mut self, span: Span) -> Option<Expr> {
        self.operators += 1;
        let limit = self.options.operators;
        if self.operators <= limit {
            return None;
        }
        if self.operators == limit + 1 {
            return Some(self.error(findings::too_many_operators(span, limit), Vec::new(), span));
        }
        let finding = self.broken.expect("the first operator too many was reported");
        Some(Expr { kind: ExprKind::Error(Broken { finding, parts: Vec::new() }), span })
    }

    /// An error node: evaluating it is the error `finding` tells of.
    fn error(&mut self, finding: Finding, parts: Vec<Expr>, span: Span) -> Expr {
        let finding = match self.broken {
            Some(first) if self.findings.len() >= MOST_FINDINGS => first,
            _ => {
                self.findings.push(finding);
                self.findings.len() - 1
            }
        };
        self.broken.get_or_insert(finding);
        Expr { kind: ExprKind::Error(Broken { finding, parts }), span }
    }

    /// Keeps a finding that does not break the expression.
    fn remark(&mut self, finding: Option<Finding>) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.extend(finding);
        }
    }
}

/// The operator that `text` starts with, and how many bytes it is written in.
fn operator(text: &[u8]) -> (BinaryOperator, usize) {
    use BinaryOperator::*;
    match text {
        [b'+', b'+', ..] => (AddNumbers, 2),
        [b'+', ..] => (Add, 1),
        [b'-', ..] => (Subtract, 1),
        [b'*', ..] => (Multiply, 1),
        [b'/', ..] => (Divide, 1),
        [b'%', ..] => (Modulo, 1),
        [b'=', b'=', b'=', ..] => (Equal, 3),
        [b'=', b'=', ..] => (Equal, 2),
        [b'=', ..] => (Equal, 1),
        [b'!', b'=', b'=', ..] => (NotEqual, 3),
        [b'!', b'=', ..] => (NotEqual, 2),
        [b'<', b'=', ..] => (LessOrEqual, 2),
        [b'<', ..] => (Less, 1),
        [b'>', b'=', ..] => (GreaterOrEqual, 2),
        [b'>', ..] => (Greater, 1),
        [b'&', b'&', ..] => (And, 2),
        [b'&', ..] => (And, 1),
        [b'|', b'|', ..] => (Or, 2),
        [b'|', ..] => (Or, 1),
        _ => unreachable!("the grammar's operators are these"),
    }
}
