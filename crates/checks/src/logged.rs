//! The secrets that a request sends and receives, as the paths of `log.sanitize` name them, and which of them the
//! request's own list covers (communication.md §5, pitfalls.md 114 to 116).

use memchr::{memchr, memchr_iter};
use smallvec::SmallVec;
use smol_str::SmolStr;
use std::borrow::Cow;

use connspec_diagnostics::Place;
use connspec_iml::Template;
use connspec_iml::ast::Expr;
use connspec_spec::{Definition, Node};
use hashbrown::HashSet;

use crate::request::Address;
use crate::secrets::{is_secret_key, is_secret_name};
use crate::site::{Phase, Read, Site};
use crate::symbolic::call;
use crate::values::{Through, carried};

/// The keys that lead to a field from the request or the answer.
pub type Way<'a> = SmallVec<[&'a str; 4]>;

/// A secret that stands in the log unless `log.sanitize` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretField<'a> {
    /// The way to it: `["request", "body", "client_secret"]`.
    pub path: Way<'a>,
    /// The variable that makes it secret, or reads it from the answer.
    pub place: Place,
}

impl SecretField<'_> {
    /// The path as `log.sanitize` writes it.
    pub fn sanitize_path(&self) -> String {
        let segments = self.path.iter().map(|segment| {
            let plain = segment.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-'));
            if plain { (*segment).to_owned() } else { format!("`{segment}`") }
        });
        segments.collect::<Vec<_>>().join(".")
    }
}

/// The paths of a `log.sanitize`.
pub struct Covers<'r, 'p> {
    paths: Paths<'r, 'p>,
    hides_query: bool,
}

/// Looking is quicker than remembering where there are few.
enum Paths<'r, 'p> {
    Few(&'r [Segments<'p>]),
    /// In lower case, each segment behind a character that no key holds.
    Many(HashSet<String>),
}

/// The segments of a sanitize path.
pub type Segments<'p> = SmallVec<[Cow<'p, str>; 4]>;

const BEFORE_SEGMENT: char = '\0';

impl<'r, 'p> Covers<'r, 'p> {
    /// Of a list of paths.
    pub fn of(paths: &'r [Segments<'p>]) -> Self {
        const FEW: usize = 32;
        let hides_query = paths.iter().any(|path| match path.as_slice() {
            [side, part, ..] => side.eq_ignore_ascii_case("request") && part.eq_ignore_ascii_case("qs"),
            _ => false,
        });
        let joined = |path: &Segments<'_>| {
            let mut key = String::new();
            path.iter().for_each(|segment| push_segment(&mut key, segment));
            key
        };
        let paths =
            if paths.len() <= FEW { Paths::Few(paths) } else { Paths::Many(paths.iter().map(joined).collect()) };
        Self { paths, hides_query }
    }

    /// Whether one of them hides the secret: itself or anything above it, whatever the case.
    pub fn hide(&self, field: &SecretField<'_>) -> bool {
        // A query written into the url is hidden with it, or as a parameter.
        let in_url = field.path.get(1) == Some(&"url");
        let mut own = field.path.iter().filter(|segment| !is_position(segment));
        let is_hidden = match &self.paths {
            Paths::Few(paths) => paths.iter().any(|path| {
                let mut own = own.clone();
                let covers = |segment: &Cow<'_, str>| own.next().is_some_and(|it| it.eq_ignore_ascii_case(segment));
                !path.is_empty() && path.iter().all(covers)
            }),
            Paths::Many(paths) => {
                let mut key = String::with_capacity(64);
                own.any(|segment| {
                    push_segment(&mut key, segment);
                    paths.contains(&key)
                })
            }
        };
        is_hidden || (in_url && self.hides_query)
    }
}

fn push_segment(key: &mut String, segment: &str) {
    key.push(BEFORE_SEGMENT);
    let start = key.len();
    key.push_str(segment);
    key[start..].make_ascii_lowercase();
}

/// The segments of a sanitize path, without backticks and positions.
pub fn segments(path: &str) -> Segments<'_> {
    let path = path.trim();
    let mut segments = Segments::new();
    let bytes = path.as_bytes();
    if memchr(b'`', bytes).is_none() {
        let mut start = 0;
        for dot in memchr_iter(b'.', bytes) {
            segments.push(Cow::Borrowed(&path[start..dot]));
            start = dot + 1;
        }
        segments.push(Cow::Borrowed(&path[start..]));
    } else {
        segments.push(Cow::Owned(String::new()));
        let mut quoted = false;
        for letter in path.chars() {
            match letter {
                '`' => quoted = !quoted,
                '.' if !quoted => segments.push(Cow::Owned(String::new())),
                _ => segments.last_mut().expect("there is always a last segment").to_mut().push(letter),
            }
        }
    }
    segments.retain(|segment| !is_position(segment));
    segments
}

fn is_position(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit())
}

/// The secrets of one request: `sites` are its texts, `definition` its connection's. Each path once.
pub fn secret_fields<'s, 'a: 's>(
    definition: &Definition,
    request: &Node,
    sites: impl IntoIterator<Item = &'s Site<'a>>,
) -> Vec<SecretField<'a>> {
    let mut fields: Vec<SecretField<'_>> = Vec::new();
    let mut paths: HashSet<Way<'_>> = HashSet::new();
    // Looking is quicker than remembering among the few there usually are.
    const FEW: usize = 16;
    let mut add = |field: SecretField<'a>| {
        let is_new = match fields.len() {
            0..FEW => fields.iter().all(|known| known.path != field.path),
            _ => {
                if paths.is_empty() {
                    paths.extend(fields.iter().map(|known| known.path.clone()));
                }
                paths.insert(field.path.clone())
            }
        };
        if is_new {
            fields.push(field);
        }
    };
    for site in sites {
        match site.path().first().copied() {
            Some("headers" | "qs" | "url") => sent(definition, site).into_iter().for_each(&mut add),
            Some("body") if sends_body(request) => sent(definition, site).into_iter().for_each(&mut add),
            Some("response") if site.is_under(&["response", "data"]) || site.is_under(&["response", "temp"]) => {
                received(site).for_each(&mut add);
            }
            _ => {}
        }
    }
    fields
}

/// Whether the request has a body at all: with GET Make ignores it.
fn sends_body(request: &Node) -> bool {
    request.get("method").and_then(Node::as_str).is_some_and(|method| !method.eq_ignore_ascii_case("GET"))
}

/// A text that is sent: secret when its value carries a secret.
fn sent<'a>(definition: &Definition, site: &Site<'a>) -> Option<SecretField<'a>> {
    if site.reads().is_empty() {
        return None;
    }
    let secret_name = site.path().len() > 1 && is_secret_name(site.key());
    // What a component asks for, and what it keeps, is its user's own.
    let is_component = site.phase == Phase::Component;
    let of_connection = |read: &Read| match read.root() {
        "connection" | "common" | "temp" => true,
        "parameters" | "data" => !is_component,
        _ => false,
    };
    let reads = carried(site, Through::Anything);
    let pieces = pieces_in_host(site);
    let secret = reads.iter().filter(|read| !pieces.contains(&read.place)).find(|read| {
        of_connection(read)
            && (secret_name || read.key().is_some_and(|key| is_secret_variable(definition, site, read, key)))
            || (!is_component && is_code(read))
    })?;
    let path = if site.path()[0] == "url" { &site.path()[..1] } else { site.path() };
    Some(SecretField { path: ["request"].into_iter().chain(path.iter().copied()).collect(), place: secret.place })
}

/// What the host of a url takes one piece of: the data centre behind the dash of a key is no key.
fn pieces_in_host(site: &Site<'_>) -> Vec<Place> {
    if site.path() != ["url"] {
        return Vec::new();
    }
    let template = site.template;
    let address = Address::of(template);
    let split = address.authority_expressions().filter_map(|expression| piece_of(template, &expression.expr));
    split.map(|whole| site.place(whole.span)).collect()
}

/// What is split where one piece of it is taken.
fn piece_of<'t>(template: &'t Template, piece: &'t Expr) -> Option<&'t Expr> {
    let (name, arguments) = call(template, piece)?;
    let list = arguments.first().filter(|_| matches!(name, "first" | "last" | "get"))?;
    let (name, arguments) = call(template, list)?;
    arguments.first().filter(|_| name == "split")
}

fn is_secret_variable(definition: &Definition, site: &Site<'_>, read: &Read, key: &str) -> bool {
    // In modules `parameters` is the module's own form, `data` and `temp` its own too.
    let foreign = !site.phase.is_connection() && matches!(read.root(), "parameters" | "data");
    if foreign { is_secret_name(key) } else { is_secret_key(definition, read.root(), key) }
}

/// The authorization code, by the variables that hold it.
fn is_code(read: &Read) -> bool {
    read.starts_with(&["temp", "code"]) || read.starts_with(&["query", "code"])
}

/// A text that stores something of the answer: secret by the name it is stored under or the one it comes with.
fn received<'a>(site: &Site<'a>) -> impl Iterator<Item = SecretField<'a>> {
    let is_stored = site.phase.is_connection() && !site.reads().is_empty();
    let stored_as = is_stored && site.path().get(2).is_some_and(|key| is_secret_name(key));
    let of_answer = move |read: &&Read| match read.root() {
        "body" | "headers" => {
            let name = read.segments.iter().rev().find(|segment| !is_position(segment));
            read.segments.len() > 1 && (stored_as || name.is_some_and(|name| is_secret_name(name)))
        }
        _ => false,
    };
    let reads = is_stored.then(|| carried(site, Through::Unchanged)).into_iter().flatten().filter(of_answer);
    // No documentation of sanitize paths knows positions: the list as a whole is hidden.
    let named = |read: &Read<'a>| read.segments.iter().map(SmolStr::as_str).take_while(|segment| !is_position(segment));
    let path = move |read: &Read<'a>| ["response"].into_iter().chain(named(read)).collect();
    reads.map(move |read| SecretField { path: path(read), place: read.place })
}

/// Whether a request goes out at all and is logged: the browser's redirect is not.
pub fn is_logged(phase: Phase, request: &Node) -> bool {
    let url = request.get("url").is_some_and(|url| url.as_str().is_none_or(|url| !url.is_empty()));
    phase != Phase::Authorize && (url || phase == Phase::Base)
}

#[cfg(test)]
mod tests {
    use super::*;
    use connspec_diagnostics::{SourceMap, Span};

    #[test]
    fn a_path_covers_itself_and_everything_below_whatever_the_spelling() {
        let field = SecretField {
            path: Way::from_slice(&["request", "headers", "X-API-Key"]),
            place: Place::new(SourceMap::new().add("", ""), Span::at(0)),
        };
        for path in ["request.headers.x-api-key", "request.headers.`X-API-KEY`", "request.headers", "request"] {
            assert!(Covers::of(&[segments(path)]).hide(&field), "{path}");
        }
        for path in ["request.headers.x-api", "headers.x-api-key", "response.headers.x-api-key", "request.qs", ""] {
            assert!(!Covers::of(&[segments(path)]).hide(&field), "{path}");
        }
        assert_eq!(field.sanitize_path(), "request.headers.X-API-Key");
    }
}
