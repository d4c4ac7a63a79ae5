//! The parameters of a request, read as RFC 6749 §3.1 and §3.2 demand.

use std::collections::HashMap;

use super::error::{Error, ErrorCode, Reason};

/// Parameters by name. Empty ones count as omitted, repeated ones are refused, unknown ones are
/// kept and ignored (RFC 6749 §3.1, §3.2). No `Debug`: secrets pass through here.
#[derive(Clone, Default)]
pub struct Parameters(HashMap<String, String>);

impl Parameters {
    /// From pairs that are decoded already.
    pub fn from_pairs<K, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self, Error>
    where
        K: Into<String>,
        V: Into<String>,
    {
        let mut parameters = HashMap::new();
        for (name, value) in pairs {
            let (name, value) = (name.into(), value.into());
            if value.is_empty() {
                continue;
            }
            if parameters.contains_key(&name) {
                return Err(Error::new(
                    ErrorCode::InvalidRequest,
                    Reason::RepeatedParameter,
                    format!("the parameter {name} came more than once"),
                ));
            }
            parameters.insert(name, value);
        }
        Ok(Self(parameters))
    }

    /// From a query string or an `application/x-www-form-urlencoded` body.
    pub fn from_urlencoded(text: &[u8]) -> Result<Self, Error> {
        Self::from_pairs(url::form_urlencoded::parse(text).map(|(k, v)| (k.into_owned(), v.into_owned())))
    }

    /// From a flat JSON object, as some providers accept beside the form. Numbers and booleans
    /// become text, null counts as omitted.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Error> {
        let malformed = |text: &str| Error::new(ErrorCode::InvalidRequest, Reason::Malformed, text.to_owned());
        let value: serde_json::Value =
            serde_json::from_slice(bytes).map_err(|_| malformed("the body is not valid JSON"))?;
        let serde_json::Value::Object(members) = value else {
            return Err(malformed("the body is not a JSON object"));
        };
        let mut pairs = Vec::with_capacity(members.len());
        for (name, value) in members {
            let text = match value {
                serde_json::Value::Null => continue,
                serde_json::Value::String(text) => text,
                serde_json::Value::Number(_) | serde_json::Value::Bool(_) => value.to_string(),
                _ => return Err(malformed("a parameter in the JSON body is a list or an object")),
            };
            pairs.push((name, text));
        }
        Self::from_pairs(pairs)
    }

    /// The value of `name`, unless it is missing or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The same parameters, with `value` for `name` where it is missing.
    pub fn with_default(mut self, name: &str, value: &str) -> Self {
        self.0.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        self
    }

    /// The value of `name`, or `invalid_request`.
    pub fn require(&self, name: &'static str) -> Result<&str, Error> {
        self.get(name).ok_or_else(|| Error::missing(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6749_section_3_1_a_parameter_without_a_value_counts_as_omitted() {
        let parameters = Parameters::from_urlencoded(b"scope=&state=a+b%20c").unwrap();
        assert_eq!(parameters.get("scope"), None);
        assert_eq!(parameters.get("state"), Some("a b c"));
        assert_eq!(parameters.require("scope").unwrap_err().reason, Reason::MissingParameter("scope"));
    }

    #[test]
    fn rfc6749_section_3_1_a_repeated_parameter_is_refused() {
        let error = Parameters::from_urlencoded(b"code=1&code=2").err().unwrap();
        assert_eq!((error.code, error.reason), (ErrorCode::InvalidRequest, Reason::RepeatedParameter));
    }

    #[test]
    fn a_json_body_is_read_like_a_form() {
        let parameters = Parameters::from_json(br#"{"code":"c","n":5,"scope":null,"state":""}"#).unwrap();
        assert_eq!((parameters.get("code"), parameters.get("n")), (Some("c"), Some("5")));
        assert_eq!((parameters.get("scope"), parameters.get("state")), (None, None));
        for bad in [&b"["[..], b"[]", br#"{"a":[]}"#, b"\xff"] {
            assert_eq!(Parameters::from_json(bad).err().unwrap().reason, Reason::Malformed);
        }
    }
}
