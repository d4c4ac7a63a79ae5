//! Reading a JSON body as JavaScript would (communication.md §7 type).

use connspec_iml::Value;
use connspec_iml::documents::json;

use super::types::{ANY_SIZE, unreadable};
use crate::decision::Decisions;

/// The largest whole number up to which JavaScript holds every whole number exactly, 2^53.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads `text`; whole numbers that JavaScript rounds are rounded too, and noted.
///
/// # Errors
/// In words, when it is not JSON. The text itself is not quoted: it may hold a secret.
pub(super) fn read(text: &str, decisions: &mut Decisions) -> Result<Value, String> {
    let value = json::read(text, ANY_SIZE).map_err(|invalid| unreadable("JSON", &invalid))?;
    let rounded = rounded_numbers(text);
    if rounded > 0 {
        let numbers = if rounded == 1 { "a whole number".to_owned() } else { format!("{rounded} whole numbers") };
        decisions.note("body", format!("{numbers} beyond 2^53 lost digits, as in Make; `type: text` keeps them"));
    }
    Ok(value)
}

/// How many whole numbers in a JSON text change their value when held as a double.
fn rounded_numbers(text: &str) -> usize {
    let mut count = 0;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = after_string(bytes, at),
            b'-' | b'0'..=b'9' => {
                let rest = &text[at..];
                let end =
                    rest.find(|c: char| !matches!(c, '-' | '+' | '.' | 'e' | 'E' | '0'..='9')).unwrap_or(rest.len());
                count += usize::from(is_rounded(&rest[..end]));
                at += end.max(1);
            }
            _ => at += 1,
        }
    }
    count
}

/// The offset behind the string that starts at `at`.
fn after_string(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

fn is_rounded(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    if digits.len() < 16 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    match (digits.parse::<u128>(), digits.parse::<f64>()) {
        (Ok(exact), Ok(double)) => double >= LARGEST_EXACT && double as u128 != exact,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_surrogate_pair_is_no_error() {
        let table = [
            (r#""a\ud83d""#, "a\u{fffd}"),
            (r#""\ude00\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\\ud83d\ud83d""#, "\\ud83d\u{fffd}"),
        ];
        for (text, expected) in table {
            assert_eq!(read(text, &mut Decisions::new()), Ok(Value::from(expected)), "{text}");
        }
        assert!(read(r#""\ud83d"#, &mut Decisions::new()).is_err());
    }

    #[test]
    fn nesting_is_bounded_in_words() {
        let deep = "[".repeat(100_000);
        assert!(read(&deep, &mut Decisions::new()).unwrap_err().contains("deeper than 128"));
    }

    #[test]
    fn only_what_really_changes_counts() {
        let table = [
            ("9007199254740991", 0),
            ("9007199254740992", 0),
            ("9007199254740993", 1),
            ("[-9007199254740993, 12345678901234567890]", 2),
            (r#"{"id": "9007199254740993", "a\"9007199254740993": 1}"#, 0),
            ("9007199254740993.5", 0),
            ("10000000000000000000000", 0),
            ("1e400", 0),
            ("123456789012345678901234567890123456789012345678901234567890", 1),
        ];
        for (text, expected) in table {
            assert_eq!(rounded_numbers(text), expected, "{text}");
        }
    }
}
