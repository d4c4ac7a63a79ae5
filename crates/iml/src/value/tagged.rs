//! `Value` from and to JSON with tags for what JSON lacks (cli.md: `{"$date": …}` and its kin).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{Date, Value, json::number_to_json};
use crate::moment::{Zone, iso_text};

impl Value {
    /// Reads JSON in which `{"$date": iso}`, `{"$binary": base64}`, `{"$undefined": true}` and
    /// `{"$number": "NaN"|"Infinity"|"-Infinity"}` stand for values JSON lacks. An object that only
    /// looks like a tag (another member beside it, a text that does not parse) is an ordinary collection.
    pub fn from_tagged(json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Array(items) => Value::Array(items.iter().map(Value::from_tagged).collect()),
            serde_json::Value::Object(members) => tag(members).unwrap_or_else(|| {
                Value::Collection(
                    members.iter().map(|(name, value)| (name.as_str(), Value::from_tagged(value))).collect(),
                )
            }),
            _ => Value::from_json(json),
        }
    }

    /// Writes the value so that [`Value::from_tagged`] gives it back; `emptystring` is written `""`,
    /// and an undefined member is left out.
    pub fn to_tagged(&self) -> serde_json::Value {
        match self {
            Value::Undefined => json!({"$undefined": true}),
            Value::Date(date) => json!({"$date": date.to_iso()}),
            Value::Binary(bytes) => json!({"$binary": STANDARD.encode(bytes)}),
            Value::Number(number) if number.is_nan() => json!({"$number": "NaN"}),
            Value::Number(number) if number.is_infinite() => {
                json!({"$number": if *number > 0.0 { "Infinity" } else { "-Infinity" }})
            }
            Value::Number(number) => number_to_json(*number),
            Value::Array(items) => serde_json::Value::Array(items.iter().map(Value::to_tagged).collect()),
            Value::Collection(members) => {
                let kept = members.in_javascript_order().filter(|(_, value)| !value.is_undefined());
                serde_json::Value::Object(kept.map(|(name, value)| (name.to_owned(), value.to_tagged())).collect())
            }
            Value::Null | Value::Bool(_) | Value::Text(_) | Value::EmptyString => self.to_json(),
        }
    }
}

fn tag(members: &serde_json::Map<String, serde_json::Value>) -> Option<Value> {
    if members.len() != 1 {
        return None;
    }
    let (name, value) = members.iter().next()?;
    match name.as_str() {
        "$undefined" => (value == &json!(true)).then_some(Value::Undefined),
        "$date" => {
            let millis = iso_text(value.as_str()?, Zone::UTC)?;
            Date::from_millis(millis).map(Value::Date)
        }
        "$binary" => STANDARD.decode(value.as_str()?).ok().map(Value::Binary),
        "$number" => match value.as_str()? {
            "NaN" => Some(Value::Number(f64::NAN)),
            "Infinity" => Some(Value::Number(f64::INFINITY)),
            "-Infinity" => Some(Value::Number(f64::NEG_INFINITY)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_back_unchanged() {
        let json = json!({
            "date": {"$date": "2024-01-02T03:04:05.678Z"},
            "late": {"$date": "+275760-09-13T00:00:00.000Z"},
            "bytes": {"$binary": "AP8="},
            "list": [{"$undefined": true}, {"$number": "-Infinity"}, {"$number": "NaN"}, 1, null],
        });
        assert_eq!(Value::from_tagged(&json).to_tagged(), json);
    }

    #[test]
    fn what_only_looks_like_a_tag_is_a_collection() {
        for json in
            [json!({"$date": "soon"}), json!({"$date": "2024-01-01T00:00:00Z", "x": 1}), json!({"$binary": "*"})]
        {
            assert_eq!(Value::from_tagged(&json), Value::from_json(&json));
        }
    }
}
