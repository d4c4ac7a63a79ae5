//! Numbers as JavaScript writes and reads them: `String(x)` and `Number(text)`.

use std::fmt::{self, Write};

/// Appends what `String(number)` gives: shortest digits, exponents from 1e21 up and below 1e-6.
pub(crate) fn write(number: f64, out: &mut impl Write) -> fmt::Result {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return write!(out, "{}", number as i64);
    }
    if number.is_nan() {
        return out.write_str("NaN");
    }
    if number.is_sign_negative() {
        out.write_char('-')?;
    }
    if number.is_infinite() {
        return out.write_str("Infinity");
    }
    let scientific = format!("{:e}", number.abs());
    let (mantissa, exponent) = scientific.split_once('e').expect("{:e} always writes an exponent");
    let exponent: i32 = exponent.parse().expect("{:e} writes a decimal exponent");
    let digits = mantissa.replace('.', "");
    place_point(&even_digits(number.abs(), digits), exponent, out)
}

/// Of two shortest texts equally near JavaScript takes the one that ends in an even digit, Rust the larger.
fn even_digits(number: f64, digits: String) -> String {
    const FEWEST_WITH_A_TIE: usize = 15;
    let last = digits.as_bytes()[digits.len() - 1];
    if digits.len() < FEWEST_WITH_A_TIE || (last - b'0').is_multiple_of(2) {
        return digits;
    }
    let smaller = format!("{}{}", &digits[..digits.len() - 1], char::from(last - 1));
    // The exact value of a double that lies in the middle has one digit more, a five.
    let exact = format!("{number:.*e}", digits.len() + 20);
    let tie = format!("{smaller}5{}", "0".repeat(20));
    if exact.split('e').next().is_some_and(|mantissa| mantissa.replace('.', "") == tie) { smaller } else { digits }
}

/// Lays `digits` out with the decimal point after digit `exponent + 1` (ECMA-262 Number::toString).
fn place_point(digits: &str, exponent: i32, out: &mut impl Write) -> fmt::Result {
    let point = exponent + 1;
    let count = digits.len() as i32;
    match point {
        _ if count <= point && point <= 21 => write!(out, "{digits}{}", "0".repeat((point - count) as usize)),
        1..=21 => {
            let (whole, fraction) = digits.split_at(point as usize);
            write!(out, "{whole}.{fraction}")
        }
        -5..=0 => write!(out, "0.{}{digits}", "0".repeat(-point as usize)),
        _ => {
            let (first, rest) = digits.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            write!(out, "{first}{dot}{rest}e{exponent:+}")
        }
    }
}

/// What `String(number)` gives.
pub(crate) fn to_text(number: f64) -> String {
    let mut text = String::new();
    write(number, &mut text).expect("writing to a String cannot fail");
    text
}

/// What `Number(text)` gives: blank text is 0, text that is no number NaN.
pub(crate) fn from_text(text: &str) -> f64 {
    let text = text.trim_matches(is_space);
    if text.is_empty() {
        return 0.0;
    }
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return from_radix(digits, radix);
        }
    }
    match text.trim_start_matches(['+', '-']) {
        "Infinity" if text.len() <= 9 => return if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY },
        unsigned if unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') => {}
        _ => return f64::NAN,
    }
    // Rust reads every decimal literal that JavaScript reads, and correctly rounded as well.
    text.parse().unwrap_or(f64::NAN)
}

fn from_radix(digits: &str, radix: u32) -> f64 {
    let digit = |value: Option<f64>, char: char| Some(value? * f64::from(radix) + f64::from(char.to_digit(radix)?));
    match digits {
        "" => f64::NAN,
        _ => digits.chars().fold(Some(0.0), digit).unwrap_or(f64::NAN),
    }
}

/// White space by ECMA-262: Unicode's, the line terminators, and the byte order mark.
pub(crate) fn is_space(char: char) -> bool {
    (char.is_whitespace() && char != '\u{85}') || char == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_numbers_is_javascripts() {
        let table = [
            (1.0, "1"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (-1.5, "-1.5"),
            (1e15, "1000000000000000"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (123456789012345680000.0, "123456789012345680000"),
            (1.5e300, "1.5e+300"),
            (0.000001, "0.000001"),
            (1e-7, "1e-7"),
            (1.25e-9, "1.25e-9"),
            (0.3 - 0.1, "0.19999999999999998"),
            (702_108_248_303_551.0 + 0.25, "702108248303551.2"),
            (256_408_605_547_058.0 + 0.125, "256408605547058.12"),
            (256_408_605_547_058.0 + 0.375, "256408605547058.38"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (number, text) in table {
            assert_eq!(to_text(number), text);
        }
    }

    #[test]
    fn numbers_of_text_are_javascripts() {
        let table = [
            ("", 0.0),
            (" \n42\u{a0}", 42.0),
            ("-5", -5.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e3", 1000.0),
            ("0x1F", 31.0),
            ("+Infinity", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
        ];
        for (text, number) in table {
            assert_eq!(from_text(text), number, "{text:?}");
        }
        for text in ["abc", "1,5", "inf", "nan", "infinity", "1 2", "--5", "0x", "-0x1", "1e", "."] {
            assert!(from_text(text).is_nan(), "{text:?}");
        }
    }
}
