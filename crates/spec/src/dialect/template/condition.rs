//! The conditions of `{% if %}`: Python's operators with Python's precedence.

use connspec_diagnostics::Span;
use serde_json::Value as Json;

use super::TemplateError;
use super::expression::{self, Expression};
use super::python::{compare, contains, equal, truth};
use super::render::Held;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    Value(Expression),
    Not(Box<Condition>),
    Both(Operator, Box<Condition>, Box<Condition>),
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    In,
    NotIn,
    Is,
    IsNot,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
}

impl Operator {
    /// How tightly it binds (Django's `smartif`).
    fn power(self) -> u8 {
        match self {
            Self::Or => 6,
            Self::And => 7,
            Self::In | Self::NotIn => 9,
            _ => 10,
        }
    }
}

const NOT: u8 = 8;

impl Condition {
    pub(super) fn expressions<'t>(&'t self, visit: &mut dyn FnMut(&'t Expression)) {
        match self {
            Self::Value(expression) => visit(expression),
            Self::Not(inner) => inner.expressions(visit),
            Self::Both(_, left, right) => {
                left.expressions(visit);
                right.expressions(visit);
            }
        }
    }

    /// The value: an operand's own, or a boolean.
    pub(super) fn value(&self, held: &dyn Fn(&Expression) -> Held) -> Held {
        match self {
            Self::Value(expression) => held(expression),
            Self::Not(inner) => Held::plain(Json::Bool(!truth(&inner.value(held).value))),
            // `or` and `and` of Python give an operand, and only its truth matters here.
            Self::Both(operator, left, right) => {
                let (left, right) = (left.value(held).value, || right.value(held).value);
                let result = match operator {
                    Operator::Or => truth(&left) || truth(&right()),
                    Operator::And => truth(&left) && truth(&right()),
                    Operator::In => contains(&right(), &left).unwrap_or(false),
                    Operator::NotIn => contains(&right(), &left).is_some_and(|found| !found),
                    Operator::Is => identical(&left, &right()),
                    Operator::IsNot => !identical(&left, &right()),
                    Operator::Equal => equal(&left, &right()),
                    Operator::NotEqual => !equal(&left, &right()),
                    Operator::Greater => compare(&left, &right()).is_some_and(std::cmp::Ordering::is_gt),
                    Operator::GreaterEqual => compare(&left, &right()).is_some_and(std::cmp::Ordering::is_ge),
                    Operator::Less => compare(&left, &right()).is_some_and(std::cmp::Ordering::is_lt),
                    Operator::LessEqual => compare(&left, &right()).is_some_and(std::cmp::Ordering::is_le),
                };
                Held::plain(Json::Bool(result))
            }
        }
    }
}

/// `is`: the singletons only.
fn identical(left: &Json, right: &Json) -> bool {
    matches!((left, right), (Json::Null, Json::Null))
        || matches!((left, right), (Json::Bool(left), Json::Bool(right)) if left == right)
}

/// Reads the words after `if` or `elif`.
pub(super) fn parse(words: &[(&str, usize)], span: Span) -> Result<Condition, TemplateError> {
    let mut parser = Parser { words, at: 0, span };
    let condition = parser.expression(0)?;
    match parser.words.get(parser.at) {
        None => Ok(condition),
        Some((word, at)) => Err(TemplateError {
            message: format!("`{word}` is not understood here: an operator such as `==`, `and` or `or` was expected"),
            span: Span::new(*at, at + word.len()),
        }),
    }
}

struct Parser<'w, 's> {
    words: &'w [(&'s str, usize)],
    at: usize,
    span: Span,
}

impl Parser<'_, '_> {
    fn expression(&mut self, power: u8) -> Result<Condition, TemplateError> {
        let mut left = self.prefix()?;
        while let Some((operator, length)) = self.operator().filter(|(operator, _)| operator.power() > power) {
            self.at += length;
            let right = self.expression(operator.power())?;
            left = Condition::Both(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn prefix(&mut self) -> Result<Condition, TemplateError> {
        let Some((word, at)) = self.words.get(self.at).copied() else {
            return Err(TemplateError {
                message: "the condition ends where a value was expected".to_owned(),
                span: self.span,
            });
        };
        if word == "not" {
            self.at += 1;
            return Ok(Condition::Not(Box::new(self.expression(NOT)?)));
        }
        if self.operator().is_some() {
            let message = format!("`{word}` stands where a value was expected");
            return Err(TemplateError { message, span: Span::new(at, at + word.len()) });
        }
        self.at += 1;
        expression::parse(word, at).map(Condition::Value)
    }

    /// The operator at hand and how many words it has.
    fn operator(&self) -> Option<(Operator, usize)> {
        let word = |offset: usize| self.words.get(self.at + offset).map(|(word, _)| *word);
        Some(match (word(0)?, word(1)) {
            ("not", Some("in")) => (Operator::NotIn, 2),
            ("is", Some("not")) => (Operator::IsNot, 2),
            ("or", _) => (Operator::Or, 1),
            ("and", _) => (Operator::And, 1),
            ("in", _) => (Operator::In, 1),
            ("is", _) => (Operator::Is, 1),
            ("==", _) => (Operator::Equal, 1),
            ("!=", _) => (Operator::NotEqual, 1),
            (">", _) => (Operator::Greater, 1),
            (">=", _) => (Operator::GreaterEqual, 1),
            ("<", _) => (Operator::Less, 1),
            ("<=", _) => (Operator::LessEqual, 1),
            _ => return None,
        })
    }
}
