//! JSON values as Python shows and compares them.

use std::cmp::Ordering;

use serde_json::Value as Json;

/// `str(value)`: a text as it is, everything else as [`repr`].
pub fn text_of(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => repr(other),
    }
}

/// `repr(value)`: `None`, `True`, `1.0`, `['a', {'b': 1}]`.
pub fn repr(value: &Json) -> String {
    match value {
        Json::Null => "None".to_owned(),
        Json::Bool(true) => "True".to_owned(),
        Json::Bool(false) => "False".to_owned(),
        Json::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => float_repr(float),
            _ => number.to_string(),
        },
        Json::String(text) => text_repr(text),
        Json::Array(elements) => {
            let shown: Vec<String> = elements.iter().map(repr).collect();
            format!("[{}]", shown.join(", "))
        }
        Json::Object(members) => {
            let shown: Vec<String> =
                members.iter().map(|(key, value)| format!("{}: {}", text_repr(key), repr(value))).collect();
            format!("{{{}}}", shown.join(", "))
        }
    }
}

/// A number as a template puts it out: as `str`, but never with an exponent (Django's `numberformat`).
pub(super) fn output_of(value: &Json) -> String {
    match value {
        Json::Number(number) if number.is_f64() => {
            let text = repr(value);
            match number.as_f64() {
                Some(float) if text.contains('e') => plain(float),
                _ => text,
            }
        }
        other => text_of(other),
    }
}

/// A float without an exponent; beyond 200 digits it keeps one.
fn plain(value: f64) -> String {
    let (negative, digits, exponent) = digits(value);
    let scale = exponent - (digits.len() as i32 - 1);
    if scale.unsigned_abs() as usize + digits.len() > 200 {
        return float_repr(value);
    }
    let text = if scale >= 0 {
        format!("{digits}{}", "0".repeat(scale as usize))
    } else if exponent >= 0 {
        let point = exponent as usize + 1;
        format!("{}.{}", &digits[..point], &digits[point..])
    } else {
        format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize))
    };
    if negative { format!("-{text}") } else { text }
}

/// Sign, shortest digits and decimal exponent.
fn digits(value: f64) -> (bool, String, i32) {
    let shown = format!("{:e}", value.abs());
    let (mantissa, exponent) = shown.split_once('e').unwrap_or((shown.as_str(), "0"));
    (value.is_sign_negative(), mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

/// `repr` of a float: the shortest digits, an exponent below 1e-4 and from 1e16 on.
pub(crate) fn float_repr(value: f64) -> String {
    let (negative, digits, exponent) = digits(value);
    let sign = if negative { "-" } else { "" };
    if !(-4..16).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let mantissa = if rest.is_empty() { first.to_owned() } else { format!("{first}.{rest}") };
        return format!("{sign}{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs());
    }
    let length = digits.len() as i32;
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    if exponent + 1 >= length {
        return format!("{sign}{digits}{}.0", "0".repeat((exponent + 1 - length) as usize));
    }
    let point = exponent as usize + 1;
    format!("{sign}{}.{}", &digits[..point], &digits[point..])
}

/// `repr` of a text: in single quotes unless it has those and no double ones.
fn text_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push(quote);
    for character in text.chars() {
        match character {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            character if character == quote => {
                shown.push('\\');
                shown.push(character);
            }
            character if is_unprintable(character) => shown.push_str(&match u32::from(character) {
                code @ 0..=0xff => format!("\\x{code:02x}"),
                code @ 0x100..=0xffff => format!("\\u{code:04x}"),
                code => format!("\\U{code:08x}"),
            }),
            character => shown.push(character),
        }
    }
    shown.push(quote);
    shown
}

fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{a0}' | '\u{ad}' | '\u{1680}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}')
}

/// `bool(value)`.
pub fn truth(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(value) => *value,
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::String(text) => !text.is_empty(),
        Json::Array(elements) => !elements.is_empty(),
        Json::Object(members) => !members.is_empty(),
    }
}

/// A number, or a boolean as the number it is in Python.
fn numeric(value: &Json) -> Option<f64> {
    match value {
        Json::Bool(value) => Some(f64::from(u8::from(*value))),
        Json::Number(number) => number.as_f64(),
        _ => None,
    }
}

/// `left == right`.
pub(super) fn equal(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => match (integer(left), integer(right)) {
            (Some(left), Some(right)) => left == right,
            _ => match (numeric(left), numeric(right)) {
                (Some(left), Some(right)) => left == right,
                _ => left == right,
            },
        },
    }
}

fn integer(value: &Json) -> Option<i128> {
    match value {
        Json::Bool(value) => Some(i128::from(*value)),
        Json::Number(number) => number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)),
        _ => None,
    }
}

/// The order of two values; none where Python would raise.
pub(super) fn compare(left: &Json, right: &Json) -> Option<Ordering> {
    match (left, right) {
        (Json::String(left), Json::String(right)) => Some(left.chars().cmp(right.chars())),
        (Json::Array(left), Json::Array(right)) => {
            for (left, right) in left.iter().zip(right) {
                if !equal(left, right) {
                    return compare(left, right);
                }
            }
            Some(left.len().cmp(&right.len()))
        }
        _ => match (integer(left), integer(right)) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => numeric(left)?.partial_cmp(&numeric(right)?),
        },
    }
}

/// `needle in heap`; none where Python would raise.
pub(super) fn contains(heap: &Json, needle: &Json) -> Option<bool> {
    match (heap, needle) {
        (Json::String(heap), Json::String(needle)) => Some(heap.contains(needle.as_str())),
        (Json::Array(elements), needle) => Some(elements.iter().any(|element| equal(element, needle))),
        (Json::Object(members), Json::String(key)) => Some(members.contains_key(key)),
        (Json::Object(_), Json::Array(_) | Json::Object(_)) => None,
        (Json::Object(_), _) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_shown_as_python_shows_them() {
        // Each right side is what `str()` of Python 3 answers.
        for (value, shown) in [
            (json!(null), "None"),
            (json!(true), "True"),
            (json!(3600), "3600"),
            (json!(1.0), "1.0"),
            (json!(0.1), "0.1"),
            (json!(1e16), "1e+16"),
            (json!(123456789012345.0), "123456789012345.0"),
            (json!(0.0001), "0.0001"),
            (json!(0.00001), "1e-05"),
            (json!(-2.5e-7), "-2.5e-07"),
            (json!(18446744073709551615_u64), "18446744073709551615"),
            (json!(["a", 1, null]), "['a', 1, None]"),
            (json!({"a": "it's", "b": "\"'", "c\n": "\u{e9}\u{7f}"}), r#"{'a': "it's", 'b': '"\'', 'c\n': 'é\x7f'}"#),
        ] {
            assert_eq!(text_of(&value), shown);
        }
        assert_eq!(output_of(&json!(1e16)), "10000000000000000");
        assert_eq!(output_of(&json!(1.5e-7)), "0.00000015");
    }

    #[test]
    fn values_compare_as_in_python() {
        assert!(equal(&json!(1), &json!(1.0)) && equal(&json!(true), &json!(1)) && !equal(&json!("1"), &json!(1)));
        assert_eq!(compare(&json!("a"), &json!(1)), None);
        assert_eq!(compare(&json!(2), &json!(10)), Some(Ordering::Less));
        assert_eq!(contains(&json!("abc"), &json!("b")), Some(true));
        assert_eq!(contains(&json!({"k": 1}), &json!("k")), Some(true));
        assert_eq!(contains(&json!(5), &json!("k")), None);
    }
}
