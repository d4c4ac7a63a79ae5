//! The signing directive `oauth`, as a request finally has it: the shared one with the request's own keys on top.

use connspec_spec::{Member, Node};

use crate::request::{header, headers_are_computed};
use crate::sending::Request;
use crate::site::Phase;
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

/// Whether a request carries a signature of its author's making, or may carry one: in a header, or among what it sends.
pub fn is_signed_by_hand(request: &Request<'_, '_>) -> bool {
    let is_computed = |key: &str| request.node.get(key).is_some_and(|node| node.as_str().is_some_and(is_expression));
    header(request.node, "authorization").is_some()
        || headers_are_computed(request.node)
        || ["oauth_consumer_key", "oauth_signature"].iter().any(|name| request.sends(name).is_there())
        || ["qs", "body"].into_iter().any(is_computed)
}

fn is_expression(text: &str) -> bool {
    text.starts_with("{{") && text.ends_with("}}")
}

/// The request of a phase that fetches its token, where none of the phase's requests has what it needs: what stands
/// beside it may be a step before or after.
pub fn exchange<'c, 'a>(
    connection: &'c Connection<'a>,
    phase: Phase,
    has_it: impl Fn(&Request<'c, 'a>) -> bool,
) -> Option<Request<'c, 'a>> {
    let mut requests = connection.requests_of(phase);
    if requests.clone().any(|request| has_it(&request)) {
        return None;
    }
    let fetches = |request: &Request<'_, '_>| {
        let mut reads = request.sites_under(&["response"]).flat_map(|site| site.reads());
        reads.any(|read| read.root() == "body" && read.key() == Some("oauth_token"))
    };
    requests.clone().find(fetches).or_else(|| requests.next())
}
