//! What a connection has in its store: the names that its form and its answers provide.

use std::collections::BTreeMap;

use connspec_diagnostics::Place;
use connspec_spec::{Definition, Node};

use crate::secrets::{is_as, normal};
use crate::sending::names_a_credential;
use crate::subject::Connection;

/// Names the platform itself keeps beside the store, or mirrors into it (connection.md §2, §3).
const PLATFORM: &[&str] =
    &["accountName", "teamID", "scope", "scopes", "uid", "metadata", "expires", "id", "name", "label", "type"];

/// The keys of a connection's store.
pub struct Provided<'a> {
    keys: BTreeMap<&'a str, Place>,
    /// Whether these are all: no form of the server's, no computed names, no missing section.
    pub is_complete: bool,
    /// Whether nothing but a form, of which no file is at hand, could provide more.
    lacks_a_form: bool,
}

impl<'a> Provided<'a> {
    /// Of one connection.
    pub(crate) fn by(connection: &Connection<'a>) -> Self {
        let definition = connection.definition;
        let mut keys = field_names(definition);
        for write in connection.names.of_store() {
            keys.entry(write.key).or_insert(write.place);
        }
        let is_complete = definition.parts.communication.node.is_some()
            && form_is_known(definition)
            && !connection.names.writes_unknown_data;
        let lacks_a_form = definition.parts.parameters.is_none()
            && definition.parts.communication.node.is_some()
            && !connection.names.writes_unknown_data;
        Self { keys, is_complete, lacks_a_form }
    }

    /// Whether nothing provides the key: all is known, or it is named like what no form asks for.
    pub fn certainly_lacks(&self, key: &str) -> bool {
        let is_known = self.is_complete || (self.lacks_a_form && names_a_credential(key));
        is_known && !self.has(key)
    }

    /// Whether the key is there, or Make's own.
    pub fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key) || PLATFORM.contains(&key)
    }

    /// Whether a form field or an answer gives the key.
    pub fn gives(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// The key that is spelt alike: another case, other punctuation.
    pub fn spelt_alike(&self, key: &str) -> Option<(&str, Place)> {
        let wanted = normal(key);
        let alike = self.keys.iter().find(|(name, _)| **name != key && is_as(name, &wanted));
        alike.map(|(name, place)| (*name, *place))
    }

    /// Every key.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().copied()
    }
}

/// Whether the form is there and shows all its fields.
pub fn form_is_known(definition: &Definition) -> bool {
    let form = definition.parts.parameters.as_ref().and_then(|part| part.node.as_ref());
    let shaped = form.is_some_and(|form| form.is_array() || (form.is_object() && form.members().is_empty()));
    shaped && definition.parameters.remote.is_empty() && !form.is_some_and(refers_to_rpc)
}

/// The names of all fields, nested ones included.
fn field_names(definition: &Definition) -> BTreeMap<&str, Place> {
    let mut names = BTreeMap::new();
    if let Some(form) = definition.parts.parameters.as_ref().and_then(|part| part.node.as_ref()) {
        form.visit(&mut |pointer, node| {
            if let (true, Some(name)) = (pointer.ends_with("/name"), node.as_str()) {
                names.insert(name, node.place);
            }
        });
    }
    names
}

/// Whether fields come from a remote procedure (`rpc://…` where fields or nested fields stand).
pub(crate) fn refers_to_rpc(form: &Node) -> bool {
    let mut found = false;
    form.visit(&mut |pointer, node| {
        let holds_fields = !pointer.ends_with("/options") && !pointer.ends_with("/store");
        found |= holds_fields && node.as_str().is_some_and(|text| text.starts_with("rpc://"));
    });
    found
}
