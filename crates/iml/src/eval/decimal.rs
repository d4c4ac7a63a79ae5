//! Decimal arithmetic as decimal.js does it: 20 significant digits, halves away from zero
//! (iml-tokens.md §4), with a short cut for whole numbers.

use std::num::NonZeroU64;
use std::str::FromStr;

use bigdecimal::{BigDecimal, RoundingMode, Zero};

use crate::ast::BinaryOperator;
use crate::number;

/// decimal.js's default precision.
const PRECISION: NonZeroU64 = NonZeroU64::new(20).expect("20 is not zero");

/// Whole doubles below this are exact, and so are their sums.
const EXACT: f64 = 4_503_599_627_370_496.0;

/// A text number longer than this, or with a larger exponent, is read as a double.
const LONGEST_TEXT: usize = 400;

/// An operand.
pub(super) enum Decimal {
    /// A double.
    Number(f64),
    /// A text number with digits a double cannot hold.
    Exact(BigDecimal),
}

impl From<f64> for Decimal {
    fn from(number: f64) -> Self {
        Decimal::Number(number)
    }
}

impl Decimal {
    /// What decimal.js reads from text: a decimal literal, `Infinity`, `NaN`, or a whole number after
    /// `0x`, `0o`, `0b`; no blanks around it, but `_` between digits.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        if text.is_empty() || text.starts_with(number::is_space) || text.ends_with(number::is_space) {
            return None;
        }
        if text.contains('_') {
            let digits = |index: usize| text.as_bytes().get(index).is_some_and(u8::is_ascii_digit);
            let between = text.match_indices('_').all(|(at, _)| at > 0 && digits(at - 1) && digits(at + 1));
            return between.then(|| text.replace('_', "")).as_deref().and_then(Self::from_text);
        }
        // Unlike JavaScript, decimal.js takes a sign before `0x` and its kin.
        let signed = text.strip_prefix('-').filter(|rest| rest.starts_with('0') && rest.contains(char::is_alphabetic));
        let number = match signed.map(number::from_text) {
            Some(number) if !number.is_nan() => -number,
            _ => number::from_text(text),
        };
        if number.is_nan() {
            return (text == "NaN").then_some(Decimal::Number(number));
        }
        let literal = text.len() <= LONGEST_TEXT && number.is_finite() && number != 0.0;
        match BigDecimal::from_str(text) {
            Ok(exact) if literal => Some(Decimal::Exact(exact)),
            _ => Some(Decimal::Number(number)),
        }
    }

    fn to_f64(&self) -> f64 {
        match self {
            Decimal::Number(number) => *number,
            Decimal::Exact(exact) => nearest(exact),
        }
    }

    /// The shortest decimal that reads back as the double, as decimal.js takes it.
    fn exact(self) -> BigDecimal {
        match self {
            Decimal::Exact(exact) => exact,
            Decimal::Number(number) => {
                BigDecimal::from_str(&number::to_text(number)).expect("a finite double is a decimal literal")
            }
        }
    }
}

/// Applies `+`, `*`, `/` or `%`; the result is the nearest double.
pub(super) fn apply(operator: BinaryOperator, left: Decimal, right: Decimal) -> f64 {
    let (near_left, near_right) = (left.to_f64(), right.to_f64());
    let in_doubles = match operator {
        BinaryOperator::Add => near_left + near_right,
        BinaryOperator::Multiply => near_left * near_right,
        BinaryOperator::Divide => near_left / near_right,
        BinaryOperator::Modulo => near_left % near_right,
        _ => unreachable!("only arithmetic operators are decimal"),
    };
    let whole = |number: f64| number.fract() == 0.0 && number.abs() < EXACT;
    let ordinary = near_left.is_finite() && near_right.is_finite() && near_right != 0.0 && near_left != 0.0;
    if !ordinary || (whole(near_left) && whole(near_right) && whole(in_doubles)) {
        return in_doubles;
    }
    let (left, right) = (left.exact(), right.exact());
    let result = match operator {
        BinaryOperator::Add => left + right,
        BinaryOperator::Multiply => left * right,
        BinaryOperator::Divide => left / right,
        _ => left % right,
    };
    nearest(&result.with_precision_round(PRECISION, RoundingMode::HalfUp))
}

fn nearest(decimal: &BigDecimal) -> f64 {
    if decimal.is_zero() {
        return 0.0;
    }
    decimal.to_scientific_notation().parse().expect("a decimal in scientific notation is a double's literal")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calculate(left: &str, operator: BinaryOperator, right: &str) -> f64 {
        let operand = |text| Decimal::from_text(text).expect("a number");
        apply(operator, operand(left), operand(right))
    }

    #[test]
    fn arithmetic_is_decimal() {
        use BinaryOperator::*;
        let table = [
            ("0.1", Add, "0.2", 0.3),
            ("0.1", Multiply, "3", 0.3),
            ("1", Divide, "3", 0.3333333333333333),
            ("7", Divide, "2", 3.5),
            ("-7", Modulo, "3", -1.0),
            ("5.5", Modulo, "2", 1.5),
            ("0.3", Modulo, "0.1", 0.0),
            ("1e300", Multiply, "1e300", f64::INFINITY),
            ("1e-300", Multiply, "1e-300", 0.0),
            ("1e300", Add, "1e-300", 1e300),
            ("9007199254740993", Add, "0.5", 9007199254740994.0),
            ("1", Divide, "0", f64::INFINITY),
            ("-1", Divide, "0", f64::NEG_INFINITY),
            ("0x10", Multiply, "2", 32.0),
            ("-0x10", Multiply, "2", -32.0),
            ("1_000", Multiply, "2", 2000.0),
        ];
        for (left, operator, right, expected) in table {
            assert_eq!(calculate(left, operator, right), expected, "{left} {} {right}", operator.symbol());
        }
        assert!(calculate("0", Divide, "0").is_nan());
        assert!(calculate("5", Modulo, "0").is_nan());
    }

    #[test]
    fn doubles_count_as_their_shortest_decimal() {
        assert_eq!(apply(BinaryOperator::Add, Decimal::from(0.1), Decimal::from(0.2)), 0.3);
        assert_eq!(apply(BinaryOperator::Multiply, Decimal::from(1.1), Decimal::from(1.1)), 1.21);
        assert_eq!(apply(BinaryOperator::Multiply, Decimal::from(4.35), Decimal::from(100.0)), 435.0);
    }

    #[test]
    fn only_numbers_are_read() {
        for text in ["", " 1", "1 ", "abc", "1,5", "--1", "true", "_1", "1_", "1__0", "1_.5"] {
            assert!(Decimal::from_text(text).is_none(), "{text:?}");
        }
        let long = "9".repeat(100_000);
        assert!(matches!(Decimal::from_text(&long), Some(Decimal::Number(_))));
    }
}
