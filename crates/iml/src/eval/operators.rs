//! Binary operators (iml.md §7): decimal arithmetic, JavaScript's loose equality and relations.

use std::cmp::Ordering;

use super::decimal::{self, Decimal};
use super::{Evaluation, List, Outcome, TextBuilder, Val, to_number};
use crate::Error;
use crate::ast::{Binary, BinaryOperator, Expr};

/// Applies every operator but `&` and `|`, which do not always look at their right operand.
pub(super) fn apply<'a>(
    evaluation: &'a Evaluation<'a>,
    binary: &'a Binary,
    left: Val<'a>,
    right: Val<'a>,
) -> Outcome<'a> {
    use BinaryOperator::*;
    if evaluation.remarks.is_some() && matches!(binary.operator, Equal | NotEqual) {
        evaluation.remark_comparison(binary, left, right);
    }
    let ordered = |wanted: fn(Ordering) -> bool| Val::Bool(compare(evaluation, left, right).is_some_and(wanted));
    Ok(match binary.operator {
        Add => return add(evaluation, binary, left, right),
        Subtract => Val::Number(to_number(left) - to_number(right)),
        AddNumbers => Val::Number(to_number(left) + to_number(right)),
        Multiply | Divide | Modulo => {
            let operands =
                (operand(evaluation, binary, &binary.left, left)?, operand(evaluation, binary, &binary.right, right)?);
            Val::Number(decimal::apply(binary.operator, operands.0, operands.1))
        }
        Less => ordered(Ordering::is_lt),
        LessOrEqual => ordered(Ordering::is_le),
        Greater => ordered(Ordering::is_gt),
        GreaterOrEqual => ordered(Ordering::is_ge),
        Equal => Val::Bool(loosely_equal(evaluation, left, right)),
        NotEqual => Val::Bool(!loosely_equal(evaluation, left, right)),
        And | Or => unreachable!("the logical operators evaluate their right operand themselves"),
    })
}

/// `+`: nothing with something is that something; numbers and booleans add up; all else is text.
fn add<'a>(evaluation: &'a Evaluation<'a>, binary: &'a Binary, left: Val<'a>, right: Val<'a>) -> Outcome<'a> {
    match (left, right) {
        (Val::Number(left), Val::Number(right)) => {
            Ok(Val::Number(decimal::apply(BinaryOperator::Add, Decimal::from(left), Decimal::from(right))))
        }
        (Val::Undefined | Val::Null, Val::Undefined | Val::Null) => Ok(Val::Null),
        (Val::Undefined | Val::Null, other) | (other, Val::Undefined | Val::Null) => Ok(other),
        (Val::Number(_) | Val::Bool(_), Val::Number(_) | Val::Bool(_)) => {
            let (left, right) = (Decimal::from(to_number(left)), Decimal::from(to_number(right)));
            Ok(Val::Number(decimal::apply(BinaryOperator::Add, left, right)))
        }
        _ => {
            let mut text = TextBuilder::new(evaluation, binary.operator_span);
            text.push(left)?;
            text.push(right)?;
            text.finish()
        }
    }
}

/// An operand of decimal arithmetic: numbers and numeric text only (iml.md §6.3).
fn operand<'a>(
    evaluation: &'a Evaluation<'a>,
    binary: &'a Binary,
    written: &'a Expr,
    value: Val<'a>,
) -> Outcome<'a, Decimal> {
    let decimal = match value {
        Val::Number(number) => Some(Decimal::from(number)),
        Val::Text(text) => Decimal::from_text(text),
        _ => None,
    };
    decimal.ok_or_else(|| {
        let help = match value {
            Val::Undefined | Val::Null => "write ifempty(value, 0) where it may be missing",
            Val::Date(_) => "dates are moved with addSeconds() and its like, and compared with dateDiff()",
            Val::Bool(_) => "write if(condition, 1, 0)",
            Val::Text(_) => "parseNumber() reads numbers that are written with separators",
            _ => "",
        };
        let message = format!("`{}`: {} is not a number", binary.operator.symbol(), evaluation.shown(value));
        Box::new(Error::new("not-a-number", message, written.span).help(help))
    })
}

/// What a value is once JavaScript has made it primitive: arrays and buffers become their text.
enum Primitive<'a> {
    Nullish,
    Bool(bool),
    Number(f64),
    Text(std::borrow::Cow<'a, str>),
    Date(i64),
}

fn primitive<'a>(evaluation: &Evaluation<'_>, value: Val<'a>) -> Primitive<'a> {
    match value {
        Val::Undefined | Val::Null => Primitive::Nullish,
        Val::Bool(bool) => Primitive::Bool(bool),
        Val::Number(number) => Primitive::Number(number),
        Val::Text(text) => Primitive::Text(text.into()),
        Val::EmptyString => Primitive::Text("".into()),
        Val::Date(date) => Primitive::Date(date.millis),
        Val::Collection(_) => Primitive::Text("[object Object]".into()),
        Val::Array(_) | Val::Binary(_) => {
            let mut text = String::new();
            // A bound reached here ends the evaluation at its next step; a text cut short is not used.
            let place = connspec_diagnostics::Span::default();
            let _ = evaluation.write_text(value, &mut text, place);
            let _ = evaluation.spend(text.len() as u64 / 16, place);
            Primitive::Text(text.into())
        }
    }
}

/// JavaScript's `==` (iml.md §7, C1): by value for texts, numbers, booleans and dates, by identity for
/// arrays and collections; a date equals a text that names its instant (C7).
pub(crate) fn loosely_equal(evaluation: &Evaluation<'_>, left: Val<'_>, right: Val<'_>) -> bool {
    use Val::{Array, Binary, Collection, EmptyString};
    match (left, right) {
        (Val::Text(left), Val::Text(right)) => return left == right,
        (Array(left), Array(right)) => return List::same(left, right),
        (Collection(left), Collection(right)) => return left.same(right),
        (Binary(left), Binary(right)) => return std::ptr::eq(left, right),
        (EmptyString, EmptyString) => return true,
        // Two different objects, as JavaScript has it.
        (Array(_) | Collection(_) | Binary(_) | EmptyString, Array(_) | Collection(_) | Binary(_) | EmptyString) => {
            return false;
        }
        _ => {}
    }
    equal_primitives(evaluation, primitive(evaluation, left), primitive(evaluation, right))
}

fn equal_primitives(evaluation: &Evaluation<'_>, left: Primitive<'_>, right: Primitive<'_>) -> bool {
    use Primitive::*;
    match (left, right) {
        (Nullish, Nullish) => true,
        (Nullish, _) | (_, Nullish) => false,
        (Bool(left), Bool(right)) => left == right,
        (Number(left), Number(right)) => left == right,
        (Text(left), Text(right)) => left == right,
        (Date(left), Date(right)) => left == right,
        (Date(date), Text(text)) | (Text(text), Date(date)) => {
            evaluation.date_of_text(&text).is_some_and(|other| other.millis == date)
        }
        (Date(_), _) | (_, Date(_)) => false,
        (Text(text), other) | (other, Text(text)) => crate::number::from_text(&text) == numeric(&other),
        (left, right) => numeric(&left) == numeric(&right),
    }
}

fn numeric(value: &Primitive<'_>) -> f64 {
    match value {
        Primitive::Nullish => f64::NAN,
        Primitive::Bool(bool) => f64::from(u8::from(*bool)),
        Primitive::Number(number) => *number,
        Primitive::Text(text) => crate::number::from_text(text),
        Primitive::Date(millis) => *millis as f64,
    }
}

/// JavaScript's `<` and `>`: two texts by UTF-16 code unit, all else by number; `None` when either is
/// NaN. A date against a text that names an instant compares instants, against any other by number (iml.md §7, C7).
pub(crate) fn compare(evaluation: &Evaluation<'_>, left: Val<'_>, right: Val<'_>) -> Option<Ordering> {
    match (left, right) {
        (Val::Number(left), Val::Number(right)) => return left.partial_cmp(&right),
        (Val::Null, other) => return 0.0.partial_cmp(&to_number(other)),
        (other, Val::Null) => return to_number(other).partial_cmp(&0.0),
        (Val::Undefined, _) | (_, Val::Undefined) => return None,
        _ => {}
    }
    match (primitive(evaluation, left), primitive(evaluation, right)) {
        (Primitive::Text(left), Primitive::Text(right)) => Some(left.encode_utf16().cmp(right.encode_utf16())),
        (Primitive::Date(date), Primitive::Text(text)) => (date as f64).partial_cmp(&instant(evaluation, &text)),
        (Primitive::Text(text), Primitive::Date(date)) => instant(evaluation, &text).partial_cmp(&(date as f64)),
        (left, right) => numeric(&left).partial_cmp(&numeric(&right)),
    }
}

/// What a text counts when it stands against a date: the milliseconds of the instant it names, or else its number.
fn instant(evaluation: &Evaluation<'_>, text: &str) -> f64 {
    evaluation.date_of_text(text).map_or_else(|| crate::number::from_text(text), |date| date.millis as f64)
}
