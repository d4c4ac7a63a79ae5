//! Header fields: an ordered list of pairs whose names are compared without regard to case.

use std::fmt;

/// Ordered header fields. Names keep the spelling they were given and compare case-insensitively
/// (RFC 9110 §5.1); a name may occur more than once.
///
/// `Debug` shows the names only, since values may be credentials.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    pairs: Vec<(String, String)>,
}

impl Headers {
    /// No fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of the first field called `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The values of every field called `name`, in order.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether a field called `name` exists.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Makes `value` the only value of `name`, at the place of its first occurrence or at the end.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        match self.pairs.iter().position(|(key, _)| key.eq_ignore_ascii_case(&name)) {
            Some(first) => {
                let mut index = 0;
                self.pairs.retain(|(key, _)| {
                    let keep = index <= first || !key.eq_ignore_ascii_case(&name);
                    index += 1;
                    keep
                });
                self.pairs[first] = (name, value);
            }
            None => self.pairs.push((name, value)),
        }
    }

    /// Adds one more field at the end, keeping those of the same name.
    pub fn append(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.pairs.push((name.into(), value.into()));
    }

    /// Removes every field called `name`; answers the first value it had.
    pub fn remove(&mut self, name: &str) -> Option<String> {
        let first = self.get(name).map(str::to_owned);
        self.pairs.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        first
    }

    /// The fields in order, names as they were spelt.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is no field at all.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.pairs.iter().map(|(name, _)| name)).finish()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self { pairs: pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }
}

impl IntoIterator for Headers {
    type Item = (String, String);
    type IntoIter = std::vec::IntoIter<(String, String)>;

    fn into_iter(self) -> Self::IntoIter {
        self.pairs.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(headers: &Headers) -> Vec<(&str, &str)> {
        headers.iter().collect()
    }

    #[test]
    fn names_compare_without_regard_to_case() {
        let headers = Headers::from_iter([("X-Api-Key", "one"), ("Accept", "*/*"), ("x-api-key", "two")]);
        assert_eq!(headers.get("X-API-KEY"), Some("one"));
        assert_eq!(headers.get_all("x-api-key").collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(headers.get("missing"), None);
    }

    #[test]
    fn set_replaces_every_occurrence_in_place() {
        let mut headers = Headers::from_iter([("a", "1"), ("B", "2"), ("A", "3"), ("c", "4")]);
        headers.set("A", "5");
        assert_eq!(pairs(&headers), [("A", "5"), ("B", "2"), ("c", "4")]);
        headers.set("d", "6");
        assert_eq!(pairs(&headers), [("A", "5"), ("B", "2"), ("c", "4"), ("d", "6")]);
    }

    #[test]
    fn append_and_remove() {
        let mut headers = Headers::new();
        headers.append("set-cookie", "a=1");
        headers.append("Set-Cookie", "b=2");
        assert_eq!(headers.len(), 2);
        assert_eq!(headers.remove("SET-COOKIE").as_deref(), Some("a=1"));
        assert!(headers.is_empty());
        assert_eq!(headers.remove("set-cookie"), None);
    }

    #[test]
    fn debug_shows_no_value() {
        let headers = Headers::from_iter([("Authorization", "Bearer hunter2")]);
        assert_eq!(format!("{headers:?}"), r#"["Authorization"]"#);
    }
}
