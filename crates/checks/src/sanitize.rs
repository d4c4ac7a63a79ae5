//! A request with its secrets and its `log.sanitize`: what the rules about logging look at.

use connspec_spec::Node;

use crate::logged::{SecretField, is_logged, secret_fields, segments};
use crate::site::Phase;
use crate::subject::{Connection, Other};

/// A request that is sent and logged.
pub struct LoggedRequest<'a> {
    /// The block's name for messages.
    pub block: String,
    /// The request object.
    pub node: &'a Node,
    /// Its secrets.
    pub fields: Vec<SecretField>,
}

/// A path of `log.sanitize` that hides nothing.
pub struct WrongPath<'r> {
    /// The path's node.
    pub node: &'r Node,
    /// What is wrong with it.
    pub problem: Problem,
    /// The secret it was probably meant for.
    pub meant: Option<&'r SecretField>,
}

/// Why a path hides nothing.
pub enum Problem {
    /// It starts with neither `request.` nor `response.`.
    NoSide,
    /// The second segment is no part of a request or of an answer.
    NoPart(String),
    /// The request sends no such field, while it sends a secret that nothing hides.
    NotSent,
}

/// The logged requests of a connection that carry a secret.
pub fn requests<'a>(connection: &Connection<'a>) -> Vec<LoggedRequest<'a>> {
    let logged = connection.requests().into_iter().filter(|(phase, _, node)| is_logged(*phase, node));
    let with_fields = logged.map(|(phase, block, node)| {
        let sites = connection.sites.iter().filter(|site| site.phase == phase && site.block == block);
        let fields = secret_fields(connection.definition, node, sites);
        LoggedRequest { block, node, fields }
    });
    with_fields.filter(|request| !request.fields.is_empty()).collect()
}

/// The base, if it carries a secret: what it sends, every module sends.
pub fn base<'a>(other: &Other<'a>) -> Option<LoggedRequest<'a>> {
    let node = other.part.node.as_ref().filter(|node| other.component.is_none() && node.is_object())?;
    let definition = other.app.connections.first()?;
    is_logged(Phase::Base, node).then_some(())?;
    let fields = secret_fields(definition, node, &other.sites);
    (!fields.is_empty()).then(|| LoggedRequest { block: "base".to_owned(), node, fields })
}

impl<'a> LoggedRequest<'a> {
    /// The list of `log.sanitize`, if there is one with anything in it.
    pub fn list(&self) -> Option<&'a Node> {
        let list = self.node.get("log")?.get("sanitize")?;
        (!list.elements().is_empty()).then_some(list)
    }

    fn paths(&self) -> impl Iterator<Item = (&'a Node, &'a str)> {
        let elements = self.list().map(Node::elements).unwrap_or_default();
        elements.iter().filter_map(|node| Some((node, node.as_str()?)))
    }

    /// The secrets that no path hides.
    pub fn uncovered(&self) -> Vec<&SecretField> {
        self.fields.iter().filter(|field| !self.paths().any(|(_, path)| field.is_covered_by(path))).collect()
    }

    /// The paths that hide nothing.
    pub fn wrong_paths(&self) -> Vec<WrongPath<'_>> {
        let uncovered = self.uncovered();
        let sent: Vec<_> = uncovered.iter().copied().filter(|field| field.path[0] == "request").collect();
        let wrong = self.paths().filter_map(|(node, path)| {
            let segments = segments(path);
            let problem = problem(&segments).or_else(|| {
                let names_nothing = segments.len() > 2 && segments[0].eq_ignore_ascii_case("request");
                (names_nothing && !sent.is_empty() && !self.sends(&segments[1..])).then_some(Problem::NotSent)
            })?;
            let meant = uncovered.iter().copied().find(|field| {
                let last = |path: &[String]| path.last().map(|name| crate::secrets::normal(name));
                last(&field.path) == last(&segments)
            });
            let meant = meant.or_else(|| sent.first().copied().filter(|_| sent.len() == 1));
            Some(WrongPath { node, problem, meant })
        });
        wrong.collect()
    }

    /// Whether the request sends something under this path, or may: computed parts are not known.
    fn sends(&self, path: &[String]) -> bool {
        let section = path[0].to_ascii_lowercase();
        let url = self.node.get("url").and_then(Node::as_str).unwrap_or_default();
        if section == "url" || (section == "qs" && url.contains(&format!("{}=", path[1]))) {
            return true;
        }
        // Signing adds its header by itself (RFC 5849 §3.5.1).
        if section == "headers" && path[1].eq_ignore_ascii_case("authorization") && self.node.get("oauth").is_some() {
            return true;
        }
        let mut node = self.node.get(&section);
        for segment in &path[1..] {
            let Some(here) = node else { return false };
            if here.as_str().is_some_and(|text| text.contains("{{")) || here.member("{{...}}").is_some() {
                return true;
            }
            let elements = here.elements();
            let members = || {
                let of_elements = elements.iter().flat_map(Node::members);
                here.members().iter().chain(of_elements)
            };
            node = members().find(|member| member.key.eq_ignore_ascii_case(segment)).map(|member| &member.value);
        }
        node.is_some()
    }
}

/// What is wrong with a path whatever the request sends.
fn problem(segments: &[String]) -> Option<Problem> {
    // `method` and the like hold no secret, but they are there.
    const REQUEST: &[&str] = &["headers", "qs", "body", "url", "method", "ca", "oauth", "type", "timeout"];
    const RESPONSE: &[&str] = &["headers", "body", "statuscode", "status"];
    let known = match segments[0].to_ascii_lowercase().as_str() {
        "request" => REQUEST,
        "response" => RESPONSE,
        _ => return Some(Problem::NoSide),
    };
    let part = segments.get(1)?;
    (!known.contains(&part.to_ascii_lowercase().as_str())).then(|| Problem::NoPart(part.clone()))
}
