//! `Value` from and to plain JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Collection, Value};

/// Beyond this a double no longer tells neighbouring integers apart.
const LARGEST_EXACT_INTEGER: f64 = 9_007_199_254_740_992.0;

impl Value {
    /// The value a JSON document holds; dates stay text, since JSON has none.
    pub fn from_json(json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(bool) => Value::Bool(*bool),
            serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
            serde_json::Value::String(text) => Value::Text(text.clone()),
            serde_json::Value::Array(items) => Value::Array(items.iter().map(Value::from_json).collect()),
            serde_json::Value::Object(members) => Value::Collection(
                members.iter().map(|(name, value)| (name.as_str(), Value::from_json(value))).collect(),
            ),
        }
    }

    /// What is sent as JSON: undefined members vanish, the others stand in JavaScript's order, undefined items become
    /// null, dates are ISO text, buffers Base64 text, NaN and infinities null (iml.md §3, §6.3).
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Undefined | Value::Null => serde_json::Value::Null,
            Value::Bool(bool) => serde_json::Value::Bool(*bool),
            Value::Number(number) => number_to_json(*number),
            Value::Text(text) => serde_json::Value::String(text.clone()),
            Value::EmptyString => serde_json::Value::String(String::new()),
            Value::Date(date) => serde_json::Value::String(date.to_iso()),
            Value::Binary(bytes) => serde_json::Value::String(STANDARD.encode(bytes)),
            Value::Array(items) => serde_json::Value::Array(items.iter().map(Value::to_json).collect()),
            Value::Collection(members) => serde_json::Value::Object(members_to_json(members)),
        }
    }
}

fn members_to_json(members: &Collection) -> serde_json::Map<String, serde_json::Value> {
    let kept = members.in_javascript_order().filter(|(_, value)| !value.is_undefined());
    kept.map(|(name, value)| (name.to_owned(), value.to_json())).collect()
}

/// A whole number is written without a fraction, as JavaScript writes it.
pub(super) fn number_to_json(number: f64) -> serde_json::Value {
    if number.fract() == 0.0 && number.abs() < LARGEST_EXACT_INTEGER {
        return serde_json::Value::from(number as i64);
    }
    serde_json::Number::from_f64(number).map_or(serde_json::Value::Null, serde_json::Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Date;

    #[test]
    fn plain_json_comes_back_unchanged() {
        let json = json!({"b": [1, 2.5, null, true, "x"], "a": {"": -3}});
        assert_eq!(Value::from_json(&json).to_json(), json);
        assert_eq!(Value::from_json(&json).to_json().to_string(), json.to_string());
    }

    #[test]
    fn whole_numbers_come_first() {
        let json = json!({"b": 1, "10": 2, "a": {"x": 3, "0": 4}, "9": 5});
        assert_eq!(Value::from_json(&json).to_json().to_string(), r#"{"9":5,"10":2,"b":1,"a":{"0":4,"x":3}}"#);
    }

    #[test]
    fn no_number_loses_its_last_bit() {
        for text in ["93.81670952393529", "2.9e137", "0.1", "5e-324", "1.7976931348623157e308"] {
            let json: serde_json::Value = serde_json::from_str(text).unwrap();
            let read = Value::from_json(&json).as_number().unwrap();
            assert_eq!(read.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
        }
    }

    #[test]
    fn values_that_json_lacks() {
        let mut members = Collection::new();
        members.insert("gone", Value::Undefined);
        members.insert("list", vec![Value::Undefined, f64::NAN.into(), f64::INFINITY.into()]);
        members.insert("date", Date { millis: 0 });
        members.insert("bytes", Value::Binary(vec![0xff]));
        members.insert("empty", Value::EmptyString);
        let expected =
            json!({"list": [null, null, null], "date": "1970-01-01T00:00:00.000Z", "bytes": "/w==", "empty": ""});
        assert_eq!(Value::from(members).to_json(), expected);
    }
}
