//! Conditions: can one ever hold, does it always hold, and what does it compare with what.

use connspec_diagnostics::Span;
use connspec_iml::Template;
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind, Keyword, UnaryOperator};

use super::{bare, call, number, store_key, whole};

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// Whatever is stored.
    Always,
    /// Never.
    Never,
    /// It depends.
    Depends,
}

/// Whether a key is in the store once the connection has been made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// Nothing writes it.
    No,
    /// Something may.
    Perhaps,
    /// It is, and is a text that is not empty.
    Yes,
}

/// Whether a condition holds, going by what is stored: a key that no one writes is undefined, and comparing it with a
/// date is false (connection.md §6).
pub fn truth(template: &Template, stored: &dyn Fn(&str) -> Stored) -> Truth {
    if let Some(expr) = whole(template) {
        return Meaning { template, stored }.of(expr).truth();
    }
    let is_text = template.ast().iter().any(|piece| matches!(piece, connspec_iml::ast::Piece::Text(_)));
    match (is_text, template.source().is_empty()) {
        (_, true) => Truth::Never,
        (true, _) => Truth::Always,
        (false, _) => Truth::Depends,
    }
}

/// What is known about a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Undefined,
    True,
    False,
    Nothing,
}

impl Known {
    fn truth(self) -> Truth {
        match self {
            Self::True => Truth::Always,
            Self::Undefined | Self::False => Truth::Never,
            Self::Nothing => Truth::Depends,
        }
    }
}

struct Meaning<'t> {
    template: &'t Template,
    stored: &'t dyn Fn(&str) -> Stored,
}

impl Meaning<'_> {
    fn of(&self, expr: &Expr) -> Known {
        let expr = bare(expr);
        match &expr.kind {
            ExprKind::Path(_) => match store_key(self.template, expr).map(|key| (self.stored)(key)) {
                Some(Stored::No) => Known::Undefined,
                Some(Stored::Yes) => Known::True,
                Some(Stored::Perhaps) | None => Known::Nothing,
            },
            ExprKind::Keyword(keyword) => keyword_truth(*keyword),
            ExprKind::Number(value) if *value == 0.0 => Known::False,
            ExprKind::Number(_) => Known::True,
            ExprKind::Text(text) if text.content.is_empty() => Known::False,
            ExprKind::Text(_) => Known::True,
            ExprKind::Unary(UnaryOperator::Not, operand) => match self.of(operand).truth() {
                Truth::Always => Known::False,
                Truth::Never => Known::True,
                Truth::Depends => Known::Nothing,
            },
            ExprKind::Binary(binary) => self.of_operator(binary.operator, &binary.left, &binary.right),
            ExprKind::Call(_) => self.of_call(expr),
            _ => Known::Nothing,
        }
    }

    fn of_operator(&self, operator: BinaryOperator, left: &Expr, right: &Expr) -> Known {
        use BinaryOperator::{And, Greater, GreaterOrEqual, Less, LessOrEqual, Or};
        let (left, right) = (self.of(left), self.of(right));
        match (operator, left.truth(), right.truth()) {
            (Less | LessOrEqual | Greater | GreaterOrEqual, ..)
                if left == Known::Undefined || right == Known::Undefined =>
            {
                Known::False
            }
            (And, Truth::Never, _) => left,
            (And, Truth::Always, _) => right,
            (And, _, Truth::Never) => Known::False,
            (Or, Truth::Always, _) | (Or, _, Truth::Always) => Known::True,
            (Or, Truth::Never, _) => right,
            _ => Known::Nothing,
        }
    }

    fn of_call(&self, expr: &Expr) -> Known {
        match call(self.template, expr) {
            Some(("if", [condition, then, rest @ ..])) => {
                let otherwise = rest.first().map_or(Known::Undefined, |otherwise| self.of(otherwise));
                match self.of(condition).truth() {
                    Truth::Always => self.of(then),
                    Truth::Never => otherwise,
                    Truth::Depends if self.of(then).truth() == otherwise.truth() => otherwise,
                    Truth::Depends => Known::Nothing,
                }
            }
            Some(("ifempty", [value, otherwise])) => match self.of(value) {
                Known::Undefined => self.of(otherwise),
                Known::True => Known::True,
                _ => Known::Nothing,
            },
            _ => Known::Nothing,
        }
    }
}

fn keyword_truth(keyword: Keyword) -> Known {
    match keyword {
        Keyword::False | Keyword::Null | Keyword::Erase => Known::False,
        Keyword::Ignore => Known::Undefined,
        Keyword::Random => Known::Nothing,
        _ => Known::True,
    }
}

/// A comparison of a stored key, as a condition asks for it.
#[derive(Clone, Debug)]
pub struct StoreComparison<'t> {
    /// The key.
    pub key: &'t str,
    /// Where the key is read.
    pub key_span: Span,
    /// What it is compared with.
    pub other: &'t Expr,
    /// Whether the condition holds when the key is the larger, later one.
    pub wants_later: bool,
    /// The operator as written, and where.
    pub operator: BinaryOperator,
    /// Where the operator stands.
    pub operator_span: Span,
    /// The outermost `and` it is a part of: the others of that one must hold, too.
    pub conjunction: Option<Span>,
}

/// The comparisons `<`, `<=`, `>`, `>=` of a stored key that decide a condition; those whose part in it is not plain
/// are left out.
pub fn store_comparisons(template: &Template) -> Vec<StoreComparison<'_>> {
    let mut found = Vec::new();
    if let Some(expr) = whole(template) {
        Comparisons { template, found: &mut found }.collect(expr, false, None);
    }
    found
}

struct Comparisons<'t, 'f> {
    template: &'t Template,
    found: &'f mut Vec<StoreComparison<'t>>,
}

impl<'t> Comparisons<'t, '_> {
    fn collect(&mut self, expr: &'t Expr, negated: bool, conjunction: Option<Span>) {
        let template = self.template;
        use BinaryOperator::{And, Greater, GreaterOrEqual, Less, LessOrEqual, Or};
        let expr = bare(expr);
        match &expr.kind {
            ExprKind::Unary(UnaryOperator::Not, operand) => self.collect(operand, !negated, conjunction),
            ExprKind::Binary(binary) if matches!(binary.operator, And | Or) => {
                let is_and = (binary.operator == And) != negated;
                let conjunction = conjunction.or_else(|| is_and.then_some(expr.span));
                self.collect(&binary.left, negated, conjunction);
                self.collect(&binary.right, negated, conjunction);
            }
            ExprKind::Binary(binary) => {
                let is_greater = match binary.operator {
                    Less | LessOrEqual => false,
                    Greater | GreaterOrEqual => true,
                    _ => return,
                };
                let keys = (stored(template, &binary.left), stored(template, &binary.right));
                let (key, side, other, is_left) = match keys {
                    (Some(key), None) => (key, &binary.left, &binary.right, true),
                    (None, Some(key)) => (key, &binary.right, &binary.left, false),
                    _ => return,
                };
                self.found.push(StoreComparison {
                    key,
                    key_span: side.span,
                    other,
                    wants_later: (is_greater == is_left) != negated,
                    operator: binary.operator,
                    operator_span: binary.operator_span,
                    conjunction,
                });
            }
            ExprKind::Call(_) => {
                if let Some(("if", [condition, then, rest @ ..])) = call(template, expr) {
                    let otherwise = rest.first().map_or(Some(false), constant);
                    match (constant(then), otherwise) {
                        (Some(true), Some(false)) => self.collect(condition, negated, conjunction),
                        (Some(false), Some(true)) => self.collect(condition, !negated, conjunction),
                        _ => {
                            self.collect(then, negated, conjunction);
                            rest.iter().for_each(|otherwise| self.collect(otherwise, negated, conjunction));
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

/// The stored key an operand is, perhaps read as a date.
fn stored<'t>(template: &'t Template, operand: &'t Expr) -> Option<&'t str> {
    match call(template, operand) {
        Some(("parseDate", [date, ..])) => store_key(template, date),
        _ => store_key(template, operand),
    }
}

/// The truth of an expression written as a constant.
fn constant(expr: &Expr) -> Option<bool> {
    match &bare(expr).kind {
        ExprKind::Keyword(Keyword::True) => Some(true),
        ExprKind::Keyword(Keyword::False | Keyword::Null) | ExprKind::Empty => Some(false),
        _ => number(expr).map(|value| value != 0.0),
    }
}
