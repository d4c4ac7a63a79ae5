//! A request with its secrets and its `log.sanitize`: what the rules about logging look at.

use smol_str::SmolStr;
use std::borrow::Cow;
use std::cell::{LazyCell, OnceCell};

use connspec_diagnostics::Diagnostic;
use connspec_spec::Node;
use hashbrown::{HashMap, HashSet};

use crate::logged::{Covers, SecretField, Segments, Way, is_logged, secret_fields, segments};
use crate::other_request::OtherRequest;
use crate::parameters::is_one_slip;
use crate::secrets::normal;
use crate::site::Phase;
use crate::subject::{Connection, Other};

/// A request that is sent and logged.
pub struct LoggedRequest<'a> {
    /// The block's name for messages.
    pub block: String,
    /// The request object.
    pub node: &'a Node,
    /// Its secrets.
    pub fields: Vec<SecretField<'a>>,
    /// The base it inherits, if any.
    base: Option<&'a Node>,
    /// Whether it may send what is in none of the files at hand.
    may_send_more: bool,
    paths: OnceCell<Paths<'a>>,
    uncovered: OnceCell<Vec<usize>>,
}

/// The nodes of the paths of a `log.sanitize`, and their segments.
type Paths<'a> = (Vec<&'a Node>, Vec<Segments<'a>>);

/// A path of `log.sanitize` that hides nothing.
pub struct WrongPath<'r, 'a> {
    /// The path's node.
    pub node: &'r Node,
    /// What is wrong with it.
    pub problem: Problem,
    /// The secret it was probably meant for.
    pub meant: Option<&'r SecretField<'a>>,
    /// Whether it is one of several that came with a list for another request: what is forgotten tells enough.
    pub is_surplus: bool,
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

/// The logged requests of a connection that carry a secret; [`Connection::logged`] keeps them.
pub(crate) fn requests<'a>(connection: &Connection<'a>) -> Vec<LoggedRequest<'a>> {
    let logged = connection.each_request().filter(|request| is_logged(request.phase, request.node));
    let with_fields = logged.map(|request| {
        let mut fields = secret_fields(connection.definition, request.node, request.sites());
        fields.extend(
            signature(connection, request.node).filter(|signed| fields.iter().all(|field| field.path != signed.path)),
        );
        LoggedRequest::new(request.block, request.node, fields)
    });
    with_fields.filter(|request| !request.fields.is_empty()).collect()
}

/// The header that signing adds: it names the token, and the signature is as good as it (RFC 5849 §3.5.1).
fn signature<'a>(connection: &Connection<'a>, request: &Node) -> Option<SecretField<'a>> {
    let shared = connection.communication().and_then(|root| root.get("oauth"));
    let both = || [request.get("oauth"), shared].into_iter().flatten();
    let member = |key: &str| both().find_map(|signing| signing.get(key));
    let elsewhere = member("transport_method").is_some_and(|method| method.as_str() != Some("header"));
    let secret = ["token", "consumer_secret", "private_key"].into_iter().find_map(member).filter(|_| !elsewhere)?;
    let read = connection.site_of(secret)?.reads().first()?;
    Some(SecretField { path: Way::from_slice(&["request", "headers", "authorization"]), place: read.place })
}

/// The base, if it carries a secret: what it sends, every module sends.
pub fn base<'a>(other: &Other<'a>) -> Option<LoggedRequest<'a>> {
    let node = other.part.node.as_ref().filter(|node| other.component.is_none() && node.is_object())?;
    let definition = other.app.connections.first()?;
    is_logged(Phase::Base, node).then_some(())?;
    let fields = secret_fields(definition, node, &other.sites);
    (!fields.is_empty()).then(|| LoggedRequest::new("base", node, fields))
}

/// A request of base, module, remote procedure or webhook with its own secrets and what it inherits.
pub fn of_other<'a>(request: &OtherRequest<'_, 'a>) -> LoggedRequest<'a> {
    let definition = request.other.app.connections.first();
    let fields =
        definition.map_or_else(Vec::new, |definition| secret_fields(definition, request.node, request.sites()));
    let (base, may_send_more) = (request.base(), request.may_inherit_more());
    LoggedRequest { base, may_send_more, ..LoggedRequest::new(&request.block(), request.node, fields) }
}

impl<'a> LoggedRequest<'a> {
    fn new(block: &str, node: &'a Node, fields: Vec<SecretField<'a>>) -> Self {
        let (paths, uncovered) = (OnceCell::new(), OnceCell::new());
        Self { block: block.to_owned(), node, fields, base: None, may_send_more: false, paths, uncovered }
    }

    /// The list of `log.sanitize`, if there is one with anything in it.
    pub fn list(&self) -> Option<&'a Node> {
        list_of(self.node)
    }

    /// The paths of the list, taken apart.
    fn paths(&self) -> &Paths<'a> {
        self.paths.get_or_init(|| paths_of(self.node))
    }

    /// The secrets that no path hides.
    pub fn uncovered(&self) -> impl Iterator<Item = &SecretField<'a>> + Clone {
        let uncovered = self.uncovered.get_or_init(|| {
            let covers = Covers::of(&self.paths().1);
            let mut open: Vec<_> = (0..self.fields.len()).filter(|index| !covers.hide(&self.fields[*index])).collect();
            // Whether the list of the base is replaced or added to is not documented: it may hide what this one does not.
            if let Some(base) = self.base.filter(|_| !open.is_empty()) {
                let (_, inherited) = paths_of(base);
                let covers = Covers::of(&inherited);
                open.retain(|index| !covers.hide(&self.fields[*index]));
            }
            open
        });
        uncovered.iter().map(|index| &self.fields[*index])
    }

    /// The paths that hide nothing.
    pub fn wrong_paths(&self) -> Vec<WrongPath<'_, 'a>> {
        let uncovered = self.uncovered();
        let sent = uncovered.clone().filter(|field| field.path[0] == "request");
        let by_last = LazyCell::new(|| {
            let mut by_last: HashMap<Option<SmolStr>, &SecretField<'a>> = HashMap::new();
            for field in uncovered.clone() {
                by_last.entry(field.path.last().map(|name| normal(name))).or_insert(field);
            }
            by_last
        });
        let parts = LazyCell::new(|| {
            let mut parts = Parts::default();
            [Some(self.node), self.base].into_iter().flatten().for_each(|node| parts.add_request(node));
            parts
        });
        let (nodes, paths) = self.paths();
        let wrong = nodes.iter().copied().zip(paths).filter_map(|(node, segments)| {
            let problem = problem(segments).or_else(|| {
                let names_nothing =
                    segments.len() > 2 && segments[0].eq_ignore_ascii_case("request") && !self.may_send_more;
                let is_wrong = names_nothing && sent.clone().next().is_some() && !self.sends(&parts, &segments[1..]);
                is_wrong.then_some(Problem::NotSent)
            })?;
            let meant = by_last.get(&segments.last().map(|name| normal(name))).copied();
            let is_surplus = meant.is_none()
                && matches!(problem, Problem::NotSent)
                && is_of_another_request(segments, uncovered.clone());
            let mut sent = sent.clone();
            let meant = meant.or_else(|| sent.next().filter(|_| sent.next().is_none()));
            Some(WrongPath { node, problem, meant, is_surplus })
        });
        let mut wrong: Vec<_> = wrong.collect();
        // One by itself may be a slip.
        if wrong.iter().filter(|wrong| wrong.is_surplus).nth(1).is_none() {
            wrong.iter_mut().for_each(|wrong| wrong.is_surplus = false);
        }
        wrong
    }

    /// Whether the request sends something under this path, or may: computed parts are not known.
    fn sends(&self, parts: &Parts, path: &[Cow<'_, str>]) -> bool {
        let section = path[0].to_ascii_lowercase();
        let url = self.node.get("url").and_then(Node::as_str).unwrap_or_default();
        if section == "url" || (section == "qs" && url.contains(&format!("{}=", path[1]))) {
            return true;
        }
        // Signing adds its header by itself (RFC 5849 §3.5.1).
        let is_signed = || [Some(self.node), self.base].into_iter().flatten().any(|node| node.get("oauth").is_some());
        if section == "headers" && path[1].eq_ignore_ascii_case("authorization") && is_signed() {
            return true;
        }
        parts.may_hold(path)
    }
}

/// The parts of a request by their paths in lower case, lists left out.
#[derive(Default)]
struct Parts {
    known: HashSet<Vec<String>>,
    /// Those with something computed in them.
    computed: HashSet<Vec<String>>,
}

impl Parts {
    fn add_request(&mut self, request: &Node) {
        for section in ["headers", "qs", "body"] {
            if let Some(node) = request.get(section) {
                self.add(node, &mut vec![section.to_owned()]);
            }
        }
    }

    fn add(&mut self, node: &Node, path: &mut Vec<String>) {
        self.known.insert(path.clone());
        if node.as_str().is_some_and(|text| text.contains("{{")) || node.member("{{...}}").is_some() {
            self.computed.insert(path.clone());
        }
        let of_elements = node.elements().iter().flat_map(Node::members);
        for member in node.members().iter().chain(of_elements) {
            path.push(member.key.to_ascii_lowercase());
            self.add(&member.value, path);
            path.pop();
        }
    }

    fn may_hold(&self, path: &[Cow<'_, str>]) -> bool {
        let path: Vec<String> = path.iter().map(|segment| segment.to_ascii_lowercase()).collect();
        self.known.contains(&path) || (1..path.len()).any(|length| self.computed.contains(&path[..length]))
    }
}

/// Says of a finding whose fix hides these secrets which of their names look like a slip of the standard's: the fix would
/// keep the slip, so a person looks first.
pub fn doubt<'f, 'a: 'f>(mut finding: Diagnostic, fields: impl IntoIterator<Item = &'f SecretField<'a>>) -> Diagnostic {
    let Some((written, meant)) = fields.into_iter().find_map(slip) else { return finding };
    finding.help = format!("if `{meant}` is meant, rename `{written}` first; if not, {}", finding.help);
    if let Some(fix) = &mut finding.fix {
        fix.safe = false;
    }
    finding
}

/// The name at the end of the way to a secret that is one slip from one of a standard, and that one.
fn slip<'f>(field: &SecretField<'f>) -> Option<(&'f str, &'static str)> {
    const NAMES: &[&str] = &[
        "access_token",
        "refresh_token",
        "client_secret",
        "code_verifier",
        "client_assertion",
        "authorization",
        "password",
    ];
    // Words of their own, one letter away.
    const OTHERS: &[&str] = &["authorisation", "passwort"];
    let written = *field.path.last()?;
    let plain = normal(written);
    let is_slip = |name: &&str| {
        let known = normal(name);
        let is_other =
            plain == known || plain.strip_suffix('s') == Some(known.as_str()) || OTHERS.contains(&plain.as_str());
        !is_other && is_one_slip(plain.as_bytes(), known.as_bytes())
    };
    Some((written, NAMES.iter().copied().find(is_slip)?))
}

/// The name that a path ends with, where it is a usual one and the secret that the path was meant for has it with a slip:
/// then the path is right, and what is sent is not.
pub fn right_name<'p>(path: &'p str, field: &SecretField<'_>) -> Option<&'p str> {
    const USUAL: &[&str] = &[
        "accesstoken",
        "refreshtoken",
        "clientsecret",
        "codeverifier",
        "authorization",
        "password",
        "assertion",
        "token",
        "apikey",
        "xapikey",
        "apitoken",
        "xapitoken",
        "xauthtoken",
        "xaccesstoken",
        "privatetoken",
        "code",
        "apisecret",
    ];
    let name = path.rsplit('.').next()?.trim_matches('`');
    let (right, sent) = (normal(name), normal(field.path.last()?));
    let is_usual = |name: &str| USUAL.contains(&name);
    let is_slip = is_usual(&right) && !is_usual(&sent) && is_one_slip(sent.as_bytes(), right.as_bytes());
    (is_slip && sent != right).then_some(name)
}

/// The list of `log.sanitize` of a request, if there is one with anything in it.
pub fn list_of(request: &Node) -> Option<&Node> {
    let list = request.get("log")?.get("sanitize")?;
    (!list.elements().is_empty()).then_some(list)
}

fn paths_of(request: &Node) -> Paths<'_> {
    let elements = list_of(request).map(Node::elements).unwrap_or_default();
    let mut paths = (Vec::with_capacity(elements.len()), Vec::with_capacity(elements.len()));
    paths.extend(elements.iter().filter_map(|node| Some((node, segments(node.as_str()?)))));
    paths
}

/// Whether a path that names nothing is right in another request: it stands for a part that shows no secret here, or has
/// a name of the standard that nothing here is another name for.
fn is_of_another_request<'s, 'a: 's>(path: &[Cow<'_, str>], shown: impl Iterator<Item = &'s SecretField<'a>>) -> bool {
    const OF_BODIES: &[&str] = &["client_secret", "code", "code_verifier", "refresh_token", "password", "assertion"];
    let name = path.last().map_or("", |last| last);
    let of_standard = OF_BODIES.contains(&name);
    let may_be_meant = |field: &SecretField<'_>| {
        let other = field.path.last().copied().unwrap_or_default();
        let is_near = name.contains(other) || other.contains(name) || is_one_slip(name.as_bytes(), other.as_bytes());
        !of_standard || is_near
    };
    let mut in_part = shown.filter(|field| field.path.get(1).is_some_and(|part| part.eq_ignore_ascii_case(&path[1])));
    !in_part.any(may_be_meant)
}

/// What is wrong with a path whatever the request sends.
fn problem(segments: &[Cow<'_, str>]) -> Option<Problem> {
    // `method` and the like hold no secret, but they are there.
    const REQUEST: &[&str] = &["headers", "qs", "body", "url", "method", "ca", "oauth", "aws", "type", "timeout"];
    const RESPONSE: &[&str] = &["headers", "body", "statuscode", "status"];
    // A path of nothing but positions has no segment.
    let Some(side) = segments.first() else { return Some(Problem::NoSide) };
    let known = match side {
        side if side.eq_ignore_ascii_case("request") => REQUEST,
        side if side.eq_ignore_ascii_case("response") => RESPONSE,
        _ => return Some(Problem::NoSide),
    };
    let part = segments.get(1)?;
    let is_known = known.iter().any(|known| part.eq_ignore_ascii_case(known));
    (!is_known).then(|| Problem::NoPart(part.to_string()))
}
