//! The signing directive `oauth`, as a request finally has it: the shared one with the request's own keys on top.

use connspec_spec::{Member, Node};

use crate::subject::Connection;

/// The signing keys of one request.
pub struct Signing<'a> {
    shared: Option<&'a Node>,
    own: Option<&'a Node>,
}

impl<'a> Signing<'a> {
    /// Of the request `node` of a connection.
    pub fn of(connection: &Connection<'a>, node: &'a Node) -> Self {
        Self { shared: connection.communication().and_then(|root| root.get("oauth")), own: node.get("oauth") }
    }

    /// A key, the request's own before the shared.
    pub fn member(&self, key: &str) -> Option<&'a Member> {
        [self.own, self.shared].into_iter().flatten().find_map(|node| node.member(key))
    }

    /// Whether the request is signed at all.
    pub fn is_there(&self) -> bool {
        self.own.is_some() || self.shared.is_some()
    }

    /// Whether keys may come from an expression.
    pub fn is_computed(&self) -> bool {
        let computed = |node: &Node| !node.is_object() || node.member("{{...}}").is_some();
        [self.own, self.shared].into_iter().flatten().any(computed)
    }
}
