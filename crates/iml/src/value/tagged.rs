//! `Value` from and to JSON with tags for what JSON lacks (cli.md: `{"$date": …}` and its kin).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{Collection, Date, Value, json::number_to_json};
use crate::json_template::escaped;
use crate::moment::{Zone, iso_text};

impl Value {
    /// Reads JSON in which `{"$date": iso}`, `{"$binary": base64}`, `{"$undefined": true}` and
    /// `{"$number": "NaN"|"Infinity"|"-Infinity"}` stand for values JSON lacks. An object that only
    /// looks like a tag (another member beside it, a text that does not parse) is an ordinary collection.
    pub fn from_tagged(json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Array(items) => Value::Array(items.iter().map(Value::from_tagged).collect()),
            serde_json::Value::Object(members) => match Value::from_tag(members) {
                Some(Ok(value)) => value,
                _ => Value::Collection(
                    members.iter().map(|(name, value)| (name.as_str(), Value::from_tagged(value))).collect(),
                ),
            },
            _ => Value::from_json(json),
        }
    }

    /// The same for input a person writes: an object with a tag and nothing else must hold what the tag says.
    ///
    /// # Errors
    /// A tag whose content is not what it says.
    pub fn from_tagged_strictly(json: &serde_json::Value) -> Result<Value, TagError> {
        Ok(match json {
            serde_json::Value::Array(items) => {
                let items = items.iter().enumerate();
                let read = items.map(|(index, item)| {
                    Value::from_tagged_strictly(item).map_err(|error| error.below(&index.to_string()))
                });
                Value::Array(read.collect::<Result<_, _>>()?)
            }
            serde_json::Value::Object(members) => match Value::from_tag(members) {
                Some(value) => value?,
                None => {
                    let mut read = Collection::new();
                    for (name, value) in members {
                        let value = Value::from_tagged_strictly(value).map_err(|error| error.below(name))?;
                        read.insert(name.as_str(), value);
                    }
                    Value::Collection(read)
                }
            },
            _ => Value::from_json(json),
        })
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

impl Value {
    /// The value a tag stands for; `None` for an object that is none.
    pub(crate) fn from_tag(members: &serde_json::Map<String, serde_json::Value>) -> Option<Result<Value, TagError>> {
        if members.len() != 1 {
            return None;
        }
        let (name, content) = members.iter().next()?;
        let text = content.as_str();
        let (value, wanted) = match name.as_str() {
            "$undefined" => ((content == &json!(true)).then_some(Value::Undefined), "`true`"),
            "$date" => {
                let millis = text.and_then(|text| iso_text(text, Zone::UTC));
                (
                    millis.and_then(Date::from_millis).map(Value::Date),
                    "a moment in ISO 8601, such as 2024-01-02T03:04:05.678Z",
                )
            }
            "$binary" => (text.and_then(|text| STANDARD.decode(text).ok()).map(Value::Binary), "Base64 with padding"),
            "$number" => {
                let number = match text {
                    Some("NaN") => Some(f64::NAN),
                    Some("Infinity") => Some(f64::INFINITY),
                    Some("-Infinity") => Some(f64::NEG_INFINITY),
                    _ => None,
                };
                (number.map(Value::Number), "one of NaN, Infinity, -Infinity")
            }
            _ => return None,
        };
        Some(value.ok_or_else(|| TagError {
            pointer: format!("/{name}"),
            message: format!("`{name}` holds {wanted}, not {}", cut(content)),
        }))
    }
}

/// JSON as a message shows it: the beginning of it.
fn cut(json: &serde_json::Value) -> String {
    const SHOWN: usize = 40;
    let text = json.to_string();
    if text.chars().count() <= SHOWN { text } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

/// A tag such as `{"$date": …}` whose content is not what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagError {
    /// JSON pointer of the tag's content.
    pub pointer: String,
    /// What is wrong, with the tag and its content.
    pub message: String,
}

impl TagError {
    /// The same error, one step further from the root.
    pub(crate) fn below(mut self, step: &str) -> Self {
        self.pointer.insert_str(0, &format!("/{}", escaped(step)));
        self
    }
}

impl std::fmt::Display for TagError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.pointer, self.message)
    }
}

impl std::error::Error for TagError {}

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

    #[test]
    fn what_a_person_writes_must_be_what_its_tag_says() {
        let table = [
            (
                json!({"$date": "soon"}),
                "/$date: `$date` holds a moment in ISO 8601, such as 2024-01-02T03:04:05.678Z, not \"soon\"",
            ),
            (
                json!({"a": [1, {"$date": 5}]}),
                "/a/1/$date: `$date` holds a moment in ISO 8601, such as 2024-01-02T03:04:05.678Z, not 5",
            ),
            (json!({"a/b": {"$binary": "*"}}), "/a~1b/$binary: `$binary` holds Base64 with padding, not \"*\""),
            (json!({"$undefined": false}), "/$undefined: `$undefined` holds `true`, not false"),
            (json!({"$number": "nan"}), "/$number: `$number` holds one of NaN, Infinity, -Infinity, not \"nan\""),
        ];
        for (json, message) in table {
            let refusal = Value::from_tagged_strictly(&json).expect_err(message);
            assert_eq!(refusal.to_string(), message);
        }
        for json in [json!({"$date": "2024-01-01T00:00:00Z", "x": 1}), json!({"$oid": "5"}), json!({"$": null})] {
            assert_eq!(Value::from_tagged_strictly(&json), Ok(Value::from_json(&json)));
        }
    }
}
