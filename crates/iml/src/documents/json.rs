//! JSON as JavaScript's `JSON.parse` reads it and `JSON.stringify` writes it.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::{self, Write as _};

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::{Budget, Invalid};
use crate::eval::Val;
use crate::{Collection, Value, number};

/// Reads `text`; its values may take up to `bytes` of memory. Half a surrogate pair, which JavaScript takes for
/// a character of its own and no Rust text can hold, becomes U+FFFD; a number beyond the largest double becomes
/// infinite, as in JavaScript (ECMA-262, JSON.parse: a JSON number is read as a number literal).
///
/// # Errors
/// When it is not JSON (RFC 8259), nests deeper than 128, or is too large.
pub fn read(text: &str, bytes: usize) -> Result<Value, Invalid> {
    match read_exactly(text, bytes, &Infinities::default()) {
        Err(Invalid::Malformed { .. }) => {
            // Both repairs keep every place of the text where it is.
            let whole = if text.contains("\\u") { with_whole_surrogates(text).into() } else { Cow::Borrowed(text) };
            let (finite, infinities) = without_infinities(&whole);
            read_exactly(&finite, bytes, &infinities)
        }
        outcome => outcome,
    }
}

/// Which of a text's numbers, counted from its start, are infinite.
type Infinities = HashMap<usize, f64>;

fn read_exactly(text: &str, bytes: usize, infinities: &Infinities) -> Result<Value, Invalid> {
    let budget = Budget::new(bytes);
    let (refused, numbers) = (RefCell::new(None), Cell::new(0));
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Reader { budget: &budget, refused: &refused, numbers: &numbers, infinities }.deserialize(&mut reader);
    value.and_then(|value| reader.end().map(|()| value)).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        if let Some(refused) = refused.take() {
            return refused;
        }
        let words = error.to_string();
        let why = words.split(" at line ").next().unwrap_or_default().to_owned();
        if why.starts_with("recursion limit") {
            return Invalid::TooDeep { line, column };
        }
        Invalid::Malformed { why, line, column }
    })
}

/// Makes a value while reading, as long as the budget lasts.
#[derive(Clone, Copy)]
struct Reader<'b> {
    budget: &'b Budget,
    /// Why reading stopped, when the text is not to blame: serde carries words only.
    refused: &'b RefCell<Option<Invalid>>,
    /// How many numbers have been read.
    numbers: &'b Cell<usize>,
    infinities: &'b Infinities,
}

impl Reader<'_> {
    fn take<E: serde::de::Error>(self, bytes: usize) -> Result<(), E> {
        self.budget.take(bytes).map_err(|refused| {
            let error = E::custom(&refused);
            self.refused.replace(Some(refused));
            error
        })
    }

    fn number(self, read: f64) -> Value {
        let index = self.numbers.replace(self.numbers.get() + 1);
        Value::Number(self.infinities.get(&index).copied().unwrap_or(read))
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Value, E> {
        Ok(Value::Bool(bool))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(self.number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(self.number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(self.number(number))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        self.take(text.len())?;
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(self)? {
            self.take(size_of::<Value>())?;
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Collection::new();
        while let Some(name) = map.next_key::<String>()? {
            self.take(size_of::<(String, Value)>() + name.len())?;
            members.insert(name, map.next_value_seed(self)?);
        }
        Ok(Value::Collection(members))
    }
}

/// The text with each `\uD800` to `\uDFFF` that has no partner written as `\uFFFD`.
fn with_whole_surrogates(text: &str) -> String {
    let unit = |at: usize| -> Option<u16> {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut mended = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = text[at..].find('\\') {
        mended.push_str(&text[at..at + found]);
        at += found;
        let length = match (unit(at), unit(at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                mended.push_str("\\ufffd");
                at += 6;
                continue;
            }
            // The character behind a backslash belongs to it: the second of two begins no escape.
            _ => 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
        };
        mended.push_str(&text[at..at + length]);
        at += length;
    }
    mended.push_str(&text[at..]);
    mended
}

/// The text with a `0` and blanks in place of each number that no double can hold, and which of its numbers those
/// were: the reader knows no infinite numbers.
fn without_infinities(text: &str) -> (String, Infinities) {
    let (mut finite, mut infinities) = (text.to_owned(), Infinities::new());
    let bytes = text.as_bytes();
    let (mut at, mut numbers) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'-' | b'0'..=b'9' => {
                let end = at + number_length(&bytes[at..]);
                match text.get(at..end).and_then(|number| number.parse::<f64>().ok()) {
                    Some(number) if number.is_infinite() => {
                        finite.replace_range(at..end, &format!("{:<1$}", "0", end - at));
                        infinities.insert(numbers, number);
                    }
                    _ => {}
                }
                numbers += 1;
                at = end;
            }
            _ => at += 1,
        }
    }
    (finite, infinities)
}

/// How long the number is with which `bytes` begin (RFC 8259 §6); what follows it is left to the reader.
fn number_length(bytes: &[u8]) -> usize {
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let starts_with = |at: usize, any: &[u8]| bytes.get(at).is_some_and(|byte| any.contains(byte));
    let sign = usize::from(bytes[0] == b'-');
    let mut end = sign + if starts_with(sign, b"0") { 1 } else { digits(sign) };
    if starts_with(end, b".") && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if starts_with(end, b"eE") {
        let signed = end + 1 + usize::from(starts_with(end + 1, b"+-"));
        if digits(signed) > 0 {
            end = signed + digits(signed);
        }
    }
    end.max(1)
}

/// Appends `value` without spacing, as `JSON.stringify` writes it: undefined members vanish, the others stand in
/// JavaScript's order, undefined items, NaN and infinities are null, dates are ISO text, a buffer is
/// `{"type":"Buffer","data":[…]}` with its bytes.
///
/// # Errors
/// When `out` would grow beyond `bytes`.
pub(crate) fn write(value: Val<'_>, out: &mut String, bytes: usize) -> Result<(), Invalid> {
    match value {
        Val::Undefined | Val::Null => out.push_str("null"),
        Val::Bool(bool) => out.push_str(if bool { "true" } else { "false" }),
        Val::Number(finite) if finite.is_finite() => {
            number::write(finite, out).expect("writing to a String cannot fail")
        }
        Val::Number(_) => out.push_str("null"),
        Val::EmptyString => out.push_str("\"\""),
        Val::Text(text) => write_text(text, out, bytes)?,
        Val::Date(date) => write_text(&date.to_iso(), out, bytes)?,
        Val::Binary(buffer) => {
            if buffer.len().saturating_mul(2) > bytes.saturating_sub(out.len()) {
                return Err(Invalid::TooLarge(bytes));
            }
            out.push_str(r#"{"type":"Buffer","data":["#);
            for (index, byte) in buffer.iter().enumerate() {
                let comma = if index > 0 { "," } else { "" };
                write!(out, "{comma}{byte}").expect("writing to a String cannot fail");
            }
            out.push_str("]}");
        }
        Val::Array(list) => {
            out.push('[');
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out, bytes)?;
            }
            out.push(']');
        }
        Val::Collection(members) => {
            out.push('{');
            let defined = members.enumerated().filter(|(_, value)| !matches!(value, Val::Undefined));
            for (index, (name, value)) in defined.enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_text(name, out, bytes)?;
                out.push(':');
                write(value, out, bytes)?;
            }
            out.push('}');
        }
    }
    if out.len() > bytes { Err(Invalid::TooLarge(bytes)) } else { Ok(()) }
}

fn write_text(text: &str, out: &mut String, bytes: usize) -> Result<(), Invalid> {
    if text.len() > bytes.saturating_sub(out.len()) {
        return Err(Invalid::TooLarge(bytes));
    }
    out.push_str(&serde_json::to_string(text).expect("every text can be written as JSON"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ENOUGH: usize = 1 << 20;

    #[test]
    fn reads_what_javascript_reads() {
        let table = [
            (r#" {"b": [1, -2.5e3, null], "a": "\u00e9\n"} "#, json!({"b": [1, -2500, null], "a": "é\n"})),
            ("\"a\\ud83d\"", json!("a\u{fffd}")),
            ("\"\\ude00\\ud83d\\ude00\"", json!("\u{fffd}😀")),
            ("\"\\\\ud83d\\ud83d\"", json!("\\ud83d\u{fffd}")),
            (r#"{"a": 1, "b": 2, "a": 3}"#, json!({"a": 3, "b": 2})),
            ("9007199254740993", json!(9007199254740992u64)),
        ];
        for (text, expected) in table {
            assert_eq!(read(text, ENOUGH), Ok(Value::from_json(&expected)), "{text}");
        }
    }

    #[test]
    fn ecma262_a_number_beyond_the_largest_double_is_infinite() {
        let (up, down) = (Value::Number(f64::INFINITY), Value::Number(f64::NEG_INFINITY));
        let digits = "9".repeat(400);
        for (text, expected) in [
            ("1e400", up.clone()),
            ("-1E+400", down.clone()),
            (" 12.5e307 ", Value::Number(12.5e307)),
            ("1.7976931348623159e308", up.clone()),
            (digits.as_str(), up.clone()),
            ("1e-400", Value::Number(0.0)),
            (
                r#"[1, "1e400 \"", 1e400, {"2e400": -3e400, "\ud83d": 4}, 5e99]"#,
                Value::Array(vec![
                    Value::Number(1.0),
                    Value::from("1e400 \""),
                    up.clone(),
                    Collection::from_iter([
                        ("2e400".to_owned(), down.clone()),
                        ("\u{fffd}".to_owned(), Value::Number(4.0)),
                    ])
                    .into(),
                    Value::Number(5e99),
                ]),
            ),
        ] {
            assert_eq!(read(text, ENOUGH), Ok(expected), "{text}");
        }
        for (text, at) in [("[1e400, 01e400]", 10), ("1e400-5", 6), ("[1e400 1]", 8), ("[1e400, 1.e400]", 11)] {
            let Err(Invalid::Malformed { column, .. }) = read(text, ENOUGH) else { panic!("{text}") };
            assert_eq!(column, at, "{text}");
        }
        for text in ["-", "-e400", "1e400.", "\"1e400", "[1e400", "+1e400", "\"\\"] {
            assert!(matches!(read(text, ENOUGH), Err(Invalid::Malformed { .. })), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        for text in ["", "{bad", "[1,]", "'a'", "NaN", "1 2", "\"\\ud83d", "\"\n\"", "undefined", "01", "// x\n1"] {
            assert!(matches!(read(text, ENOUGH), Err(Invalid::Malformed { .. })), "{text}");
        }
        let Err(Invalid::Malformed { line, column, why }) = read("{\n \"secret\" 1}", ENOUGH) else { panic!() };
        assert_eq!((line, column), (2, 11));
        assert!(!why.contains("secret"), "{why}");
    }

    #[test]
    fn depth_and_size_are_bounded() {
        assert!(matches!(read(&"[".repeat(1_000_000), ENOUGH), Err(Invalid::TooDeep { .. })));
        assert!(read(&format!("{}{}", "[".repeat(120), "]".repeat(120)), ENOUGH).is_ok());
        let items = format!("[{}1]", "1,".repeat(99_999));
        assert_eq!(read(&items, ENOUGH), Err(Invalid::TooLarge(ENOUGH)));
        assert!(read(&items, 4 * ENOUGH).is_ok());
    }

    #[test]
    fn writes_what_javascript_writes() {
        let table = [
            (Value::from_json(&json!({"a": [1, true, null, "x"], "b": {}})), r#"{"a":[1,true,null,"x"],"b":{}}"#),
            (Value::Number(1e21), "1e+21"),
            (Value::Number(123456789012345680000.0), "123456789012345680000"),
            (Value::Number(-0.0), "0"),
            (Value::Number(f64::NAN), "null"),
            (Value::Array(vec![Value::Undefined]), "[null]"),
            (Value::from("\u{1f}\"\\/\u{7f}\u{2028}é\t"), "\"\\u001f\\\"\\\\/\u{7f}\u{2028}é\\t\""),
            (Value::Date(crate::Date { millis: 0 }), "\"1970-01-01T00:00:00.000Z\""),
            (Value::Binary(vec![0, 7, 255]), r#"{"type":"Buffer","data":[0,7,255]}"#),
            (Value::Binary(vec![]), r#"{"type":"Buffer","data":[]}"#),
            (Value::from_json(&json!({"b": 1, "10": {"1": 2, "0": 3}, "9": 4})), r#"{"9":4,"10":{"0":3,"1":2},"b":1}"#),
        ];
        for (value, expected) in table {
            let mut out = String::new();
            write(Val::from(&value), &mut out, ENOUGH).unwrap();
            assert_eq!(out, expected);
        }
        let mut members = Collection::new();
        members.insert("gone", Value::Undefined);
        members.insert("kept", Value::EmptyString);
        let (members, mut out) = (Value::from(members), String::new());
        write(Val::from(&members), &mut out, ENOUGH).unwrap();
        assert_eq!(out, r#"{"kept":""}"#);
        assert_eq!(write(Val::from(&members), &mut String::new(), 5), Err(Invalid::TooLarge(5)));
    }
}
