//! `Value`: what variables hold and what templates give (iml.md §6.1), plain and owned.

mod collection;
mod date;
mod json;
mod merge;
mod tagged;

pub use collection::Collection;
pub(crate) use collection::in_javascript_order;
pub use date::Date;
pub use tagged::TagError;

use crate::number;

/// A value of the language. Owned, without a lifetime; evaluation borrows it and never converts it.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// A missing variable, path or argument; an object member holding it vanishes.
    #[default]
    Undefined,
    /// JSON's null, also the keyword `erase`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A double, as in JavaScript.
    Number(f64),
    /// Text.
    Text(String),
    /// Make's `emptystring`: prints as nothing and equals `""`, but is truthy and not empty.
    EmptyString,
    /// An instant.
    Date(Date),
    /// Bytes.
    Binary(Vec<u8>),
    /// A list; positions count from 1 in paths.
    Array(Vec<Value>),
    /// Names to values, in order.
    Collection(Collection),
}

impl Value {
    /// JavaScript's truthiness (iml.md §6.5): `"false"`, `[]`, `{}` and `emptystring` are true.
    pub fn truthy(&self) -> bool {
        match self {
            Value::Undefined | Value::Null => false,
            Value::Bool(bool) => *bool,
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Text(text) => !text.is_empty(),
            _ => true,
        }
    }

    /// The text form (iml.md §6.2): nothing for null, ISO text for dates, `{object}` for collections.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        self.write_text(&mut text);
        text
    }

    /// Appends the text form to `out`.
    pub(crate) fn write_text(&self, out: &mut String) {
        match self {
            Value::Undefined | Value::Null | Value::EmptyString => {}
            Value::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
            Value::Number(number) => out.push_str(&number::to_text(*number)),
            Value::Text(text) => out.push_str(text),
            Value::Date(date) => out.push_str(&date.to_iso()),
            Value::Binary(bytes) => out.push_str(&String::from_utf8_lossy(bytes)),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write_text(out);
                }
            }
            Value::Collection(_) => out.push_str("{object}"),
        }
    }

    /// The text itself, when this is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::EmptyString => Some(""),
            _ => None,
        }
    }

    /// The number itself, when this is a number.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The date itself, when this is a date.
    pub fn as_date(&self) -> Option<Date> {
        match self {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// The items, when this is an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members, when this is a collection.
    pub fn as_collection(&self) -> Option<&Collection> {
        match self {
            Value::Collection(members) => Some(members),
            _ => None,
        }
    }

    /// The member `name`, when this is a collection that has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_collection()?.get(name)
    }

    /// True for `Undefined`.
    pub fn is_undefined(&self) -> bool {
        matches!(self, Value::Undefined)
    }

    /// True for `Undefined` and `Null`, JavaScript's "nullish".
    pub fn is_nullish(&self) -> bool {
        matches!(self, Value::Undefined | Value::Null)
    }

    /// What a message calls a value of this kind: `text`, `number`, `array`, …
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Undefined => "undefined",
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Text(_) | Value::EmptyString => "text",
            Value::Date(_) => "date",
            Value::Binary(_) => "buffer",
            Value::Array(_) => "array",
            Value::Collection(_) => "collection",
        }
    }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Self {
        Value::Bool(bool)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Value::Date(date)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::Array(items)
    }
}

impl From<Collection> for Value {
    fn from(members: Collection) -> Self {
        Value::Collection(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truthiness_is_javascripts() {
        for value in [Value::Undefined, Value::Null, false.into(), 0.0.into(), f64::NAN.into(), "".into()] {
            assert!(!value.truthy(), "{value:?}");
        }
        let truthy = ["false".into(), "0".into(), Value::Array(vec![]), Collection::new().into(), Value::EmptyString];
        for value in truthy {
            assert!(value.truthy(), "{value:?}");
        }
    }

    #[test]
    fn text_forms() {
        let array = Value::Array(vec![1.0.into(), Value::Null, "a".into(), Value::Array(vec![true.into()])]);
        assert_eq!(array.to_text(), "1,,a,true");
        assert_eq!(Value::from(Collection::new()).to_text(), "{object}");
        assert_eq!(Value::from(Date { millis: 0 }).to_text(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Value::Binary(b"hi".to_vec()).to_text(), "hi");
    }
}
