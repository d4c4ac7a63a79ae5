//! `Scope`: the variables an evaluation sees, borrowed.

use crate::Value;

/// A root that Make's runtime provides, resolved once when a template is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Root(u8);

/// iml.md §5. The position in this list is the root's place in a scope.
const NAMES: [&str; 22] = [
    "parameters",
    "connection",
    "data",
    "common",
    "temp",
    "oauth",
    "query",
    "body",
    "headers",
    "statusCode",
    "environment",
    "scenario",
    "metadata",
    "item",
    "iterate",
    "pagination",
    "webhook",
    "payload",
    "output",
    "trigger",
    "now",
    "base",
];

impl Root {
    /// The root called `name`, when Make's runtime has one.
    pub fn named(name: &str) -> Option<Self> {
        // A `match` on texts compares lengths first: cheap enough to do for every path that is parsed.
        Some(Root(match name {
            "parameters" => 0,
            "connection" => 1,
            "data" => 2,
            "common" => 3,
            "temp" => 4,
            "oauth" => 5,
            "query" => 6,
            "body" => 7,
            "headers" => 8,
            "statusCode" => 9,
            "environment" => 10,
            "scenario" => 11,
            "metadata" => 12,
            "item" => 13,
            "iterate" => 14,
            "pagination" => 15,
            "webhook" => 16,
            "payload" => 17,
            "output" => 18,
            "trigger" => 19,
            "now" => 20,
            "base" => 21,
            _ => return None,
        }))
    }

    /// The root's name.
    pub fn name(self) -> &'static str {
        NAMES[usize::from(self.0)]
    }

    /// Every root Make's runtime provides.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter()
    }
}

/// The variables of one evaluation: names to borrowed values. Building one costs a few nanoseconds,
/// whatever the values' size.
#[derive(Debug, Clone, Default)]
pub struct Scope<'a> {
    known: [Option<&'a Value>; NAMES.len()],
    others: Vec<(&'a str, &'a Value)>,
}

impl<'a> Scope<'a> {
    /// A scope without variables.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same scope with the variable `name`; one set twice holds the later value.
    #[must_use]
    pub fn with(mut self, name: &'a str, value: &'a Value) -> Self {
        self.set(name, value);
        self
    }

    /// A scope whose variables are the members of `variables`.
    pub fn from_collection(variables: &'a crate::Collection) -> Self {
        let mut scope = Self::new();
        for (name, value) in variables.iter() {
            scope.set(name, value);
        }
        scope
    }

    /// Sets the variable `name`.
    pub fn set(&mut self, name: &'a str, value: &'a Value) {
        if let Some(root) = Root::named(name) {
            self.known[usize::from(root.0)] = Some(value);
        } else if let Some(other) = self.others.iter_mut().find(|(other, _)| *other == name) {
            other.1 = value;
        } else {
            self.others.push((name, value));
        }
    }

    /// The value of the variable `name`.
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        match Root::named(name) {
            Some(root) => self.root(root),
            None => self.other(name),
        }
    }

    /// The names that have a value.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + '_ {
        let known = NAMES.iter().zip(&self.known).filter(|(_, value)| value.is_some());
        known.map(|(name, _)| *name).chain(self.others.iter().map(|(name, _)| *name))
    }

    #[inline]
    pub(crate) fn root(&self, root: Root) -> Option<&'a Value> {
        self.known[usize::from(root.0)]
    }

    pub(crate) fn other(&self, name: &str) -> Option<&'a Value> {
        self.others.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_other_names_are_found_and_the_later_value_wins() {
        let (one, two) = (Value::from(1.0), Value::from(2.0));
        let scope = Scope::new().with("body", &one).with("mine", &one).with("body", &two).with("mine", &two);
        assert_eq!(scope.get("body"), Some(&two));
        assert_eq!(scope.get("mine"), Some(&two));
        assert_eq!(scope.get("temp"), None);
        assert_eq!(scope.names().collect::<Vec<_>>(), ["body", "mine"]);
    }

    #[test]
    fn every_root_is_found_by_its_name() {
        for name in Root::names() {
            assert_eq!(Root::named(name).map(Root::name), Some(name));
        }
    }
}
