//! `Collection`: names to values, in the order they were written.

use std::collections::HashMap;

use super::Value;

/// Above this many members a lookup goes through an index; below, comparing names in order is faster.
const INDEXED_ABOVE: usize = 16;

/// An ordered map of names to values: own members only, nothing inherited (iml.md §8).
#[derive(Debug, Clone, Default)]
pub struct Collection {
    members: Vec<(String, Value)>,
    #[expect(clippy::box_collection, reason = "the box keeps every value small; few collections have an index")]
    index: Option<Box<HashMap<String, usize>>>,
}

impl Collection {
    /// An empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of the member `name`.
    #[inline]
    pub fn get(&self, name: &str) -> Option<&Value> {
        match &self.index {
            None => self.members.iter().find(|(member, _)| member == name).map(|(_, value)| value),
            Some(index) => index.get(name).map(|&at| &self.members[at].1),
        }
    }

    /// The value of the member `name`, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        let at = self.position(name)?;
        Some(&mut self.members[at].1)
    }

    /// True when there is a member `name`, whatever it holds.
    pub fn contains(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Sets the member `name`; a member that exists keeps its place. Gives the value it had.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        if let Some(at) = self.position(&name) {
            return Some(std::mem::replace(&mut self.members[at].1, value));
        }
        if let Some(index) = &mut self.index {
            index.insert(name.clone(), self.members.len());
        }
        self.members.push((name, value));
        if self.index.is_none() && self.members.len() > INDEXED_ABOVE {
            self.reindex();
        }
        None
    }

    /// Takes the member `name` out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let at = self.position(name)?;
        let (_, value) = self.members.remove(at);
        self.reindex();
        Some(value)
    }

    /// The members in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> + DoubleEndedIterator + Clone {
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The members as JavaScript enumerates those of an object, which may be another order: names that are whole
    /// numbers come first, by size, then the others in order (ECMA-262, OrdinaryOwnPropertyKeys).
    pub fn in_javascript_order(&self) -> impl Iterator<Item = (&str, &Value)> {
        in_javascript_order(self.iter())
    }

    /// The names in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.members.iter().map(|(name, _)| name.as_str())
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// True without members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    fn position(&self, name: &str) -> Option<usize> {
        match &self.index {
            None => self.members.iter().position(|(member, _)| member == name),
            Some(index) => index.get(name).copied(),
        }
    }

    fn reindex(&mut self) {
        let names = || self.members.iter().enumerate().map(|(at, (name, _))| (name.clone(), at));
        self.index = (self.members.len() > INDEXED_ABOVE).then(|| Box::new(names().collect()));
    }
}

/// Members in the order of [`Collection::in_javascript_order`].
pub(crate) fn in_javascript_order<'a, V>(
    members: impl Iterator<Item = (&'a str, V)> + Clone,
) -> impl Iterator<Item = (&'a str, V)> {
    let has_indices = members.clone().any(|(name, _)| array_index(name).is_some());
    let sorted = has_indices.then(|| {
        let mut sorted: Vec<_> = members.clone().collect();
        sorted.sort_by_key(|(name, _)| array_index(name).unwrap_or(u32::MAX));
        sorted
    });
    let as_they_are = sorted.is_none().then_some(members);
    sorted.into_iter().flatten().chain(as_they_are.into_iter().flatten())
}

/// `name` as an array index: a whole number below 2^32 - 1 as JavaScript writes it (ECMA-262 §6.1.7).
fn array_index(name: &str) -> Option<u32> {
    let first = name.bytes().next()?;
    let is_written_so = first.is_ascii_digit() && (first != b'0' || name.len() == 1);
    if is_written_so { name.parse().ok().filter(|index| *index < u32::MAX) } else { None }
}

/// Two collections are equal when they hold the same members, in whatever order.
impl PartialEq for Collection {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Collection {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Self {
        let mut collection = Collection::new();
        for (name, value) in members {
            collection.insert(name, value);
        }
        collection
    }
}

impl IntoIterator for Collection {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(count: usize) -> Collection {
        (0..count).map(|n| (format!("k{n}"), n as f64)).collect()
    }

    #[test]
    fn small_and_large_collections_answer_alike() {
        for count in [0, 1, 16, 17, 40] {
            let mut collection = numbered(count);
            assert_eq!(collection.len(), count);
            for n in 0..count {
                assert_eq!(collection.get(&format!("k{n}")), Some(&Value::Number(n as f64)));
            }
            assert_eq!(collection.get("absent"), None);
            if count > 1 {
                assert_eq!(collection.remove("k0"), Some(Value::Number(0.0)));
                assert_eq!(collection.get("k1"), Some(&Value::Number(1.0)));
                assert_eq!(collection.len(), count - 1);
            }
        }
    }

    #[test]
    fn a_rewritten_member_keeps_its_place() {
        let mut collection = numbered(3);
        assert_eq!(collection.insert("k1", "new"), Some(Value::Number(1.0)));
        assert_eq!(collection.keys().collect::<Vec<_>>(), ["k0", "k1", "k2"]);
        assert_eq!(collection.get("k1"), Some(&"new".into()));
    }

    #[test]
    fn whole_numbers_come_first_in_javascript() {
        // The answer of `Object.keys`, Node 20.
        let names = ["b", "10", "-1", "2", "01", "1.5", "", "0", "4294967294", "4294967295", "a", "1e3", "+3"];
        let collection: Collection = names.into_iter().map(|name| (name, true)).collect();
        let keys: Vec<_> = collection.in_javascript_order().map(|(name, _)| name).collect();
        let expected = ["0", "2", "10", "4294967294", "b", "-1", "01", "1.5", "", "4294967295", "a", "1e3", "+3"];
        assert_eq!(keys, expected);
        assert_eq!(collection.keys().collect::<Vec<_>>(), names);
    }

    #[test]
    fn equality_ignores_order() {
        let forth: Collection = [("a", 1.0), ("b", 2.0)].into_iter().collect();
        let back: Collection = [("b", 2.0), ("a", 1.0)].into_iter().collect();
        assert_eq!(forth, back);
    }
}
