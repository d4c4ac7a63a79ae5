//! The query a browser brings back from the authorization page.

use std::fmt;

use serde_json::{Map, Value};

/// The decoded pairs of a callback's query, in order. `Debug` shows names only: `code` and `state` are secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CallbackQuery {
    pairs: Vec<(String, String)>,
}

impl CallbackQuery {
    /// Reads `code=…&state=…`, with or without a leading `?`.
    pub fn parse(query: &str) -> Self {
        let query = query.strip_prefix('?').unwrap_or(query);
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    /// Reads the query out of whatever a person copies from the address bar: a whole address, a path with a
    /// query, or the query alone. `None` where there is nothing that could be one.
    pub fn from_pasted(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches(['"', '\'', '<', '>']);
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        let query = match text.split_once('?') {
            Some((_, query)) => query,
            None if text.contains('=') && !text.contains("://") => text,
            None => return None,
        };
        let parsed = Self::parse(query);
        (!parsed.pairs.is_empty()).then_some(parsed)
    }

    /// The first value called `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// How often `name` occurs. More than once is an error of the sender (RFC 6749 §3.1).
    pub fn count(&self, name: &str) -> usize {
        self.pairs.iter().filter(|(key, _)| key == name).count()
    }

    /// The pairs in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The collection `query` of the definition's expressions; a repeated name holds a list.
    pub fn to_json(&self) -> Map<String, Value> {
        let mut members: Map<String, Value> = Map::new();
        for (key, value) in self.iter() {
            match members.get_mut(key) {
                None => {
                    members.insert(key.to_owned(), value.into());
                }
                Some(Value::Array(values)) => values.push(value.into()),
                Some(first) => *first = Value::Array(vec![first.take(), value.into()]),
            }
        }
        members
    }

    /// The query a fixture holds: texts, or lists of texts for repeated names.
    pub fn from_json(members: &Map<String, Value>) -> Self {
        let mut pairs = Vec::new();
        for (key, value) in members {
            match value {
                Value::Array(values) => pairs.extend(values.iter().map(|value| (key.clone(), as_text(value)))),
                value => pairs.push((key.clone(), as_text(value))),
            }
        }
        Self { pairs }
    }
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for CallbackQuery {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self { pairs: pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect() }
    }
}

impl fmt::Debug for CallbackQuery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.pairs.iter().map(|(key, _)| key)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_may_paste_the_address_the_path_or_the_query() {
        let expected = CallbackQuery::from_iter([("code", "a b"), ("state", "s")]);
        for text in [
            "https://www.integromat.com/oauth/cb/app?code=a+b&state=s",
            "  \"https://www.integromat.com/oauth/cb/app?code=a%20b&state=s#_=_\"\n",
            "/oauth/cb/app?code=a+b&state=s",
            "?code=a+b&state=s",
            "code=a+b&state=s",
        ] {
            assert_eq!(CallbackQuery::from_pasted(text).as_ref(), Some(&expected), "{text}");
        }
        for text in ["", "   ", "hello", "https://www.integromat.com/oauth/cb/app", "?"] {
            assert_eq!(CallbackQuery::from_pasted(text), None, "{text}");
        }
    }

    #[test]
    fn a_repeated_name_becomes_a_list_and_comes_back() {
        let query = CallbackQuery::parse("a=1&b=2&a=3");
        assert_eq!((query.count("a"), query.get("a")), (2, Some("1")));
        assert_eq!(Value::Object(query.to_json()), serde_json::json!({"a": ["1", "3"], "b": "2"}));
        let back = CallbackQuery::from_json(&query.to_json());
        assert_eq!((back.count("a"), back.get("b")), (2, Some("2")));
    }

    #[test]
    fn debug_shows_names_only() {
        assert_eq!(format!("{:?}", CallbackQuery::parse("code=hunter2&state=hunter2")), r#"{"code", "state"}"#);
    }
}
