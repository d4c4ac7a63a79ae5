//! One request of a connection as rules ask about it: what it sends and under which name, where it goes, when it runs.

use connspec_diagnostics::{Place, Span};
use connspec_iml::Template;
use connspec_spec::{Kind, Member, Node};

use crate::request::Address;
use crate::site::{Phase, Site};
use crate::subject::{Connection, Listed};
use crate::symbolic::{self, Stored, Truth};

/// One request object of a block.
#[derive(Clone, Copy)]
pub struct Request<'c, 'a> {
    /// The phase.
    pub phase: Phase,
    /// The block as reports name it: `token`, `token[2]`.
    pub block: &'c str,
    /// The object.
    pub node: &'a Node,
    listed: &'c Listed<'a>,
    connection: &'c Connection<'a>,
}

/// A parameter of a request, wherever it is sent: in the query, the body, or the url.
pub enum Sent<'a> {
    /// A member of `qs` or `body`.
    Member(&'a Member),
    /// Part of the url or of a text body: the value as written, and the place of the whole text.
    Inline(String, Place),
    /// Nobody can say: something computed may hold it.
    Unknown,
    /// Not sent.
    Absent,
}

impl Sent<'_> {
    /// Whether it is certainly not sent.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether it is certainly sent.
    pub fn is_there(&self) -> bool {
        matches!(self, Self::Member(_) | Self::Inline(..))
    }

    /// The value as written, when it is a text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Member(member) => member.value.as_str(),
            Self::Inline(value, _) => Some(value),
            Self::Unknown | Self::Absent => None,
        }
    }

    /// The value when no expression is in it.
    pub fn literal(&self) -> Option<&str> {
        self.text().filter(|text| !text.contains("{{"))
    }

    /// The value, parsed.
    pub fn template(&self) -> Option<Template> {
        match self {
            Self::Member(member) => member.value.template().cloned(),
            _ => self.text().map(Template::parse),
        }
    }

    /// Where the value stands.
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Member(member) => Some(member.value.place),
            Self::Inline(_, place) => Some(*place),
            Self::Unknown | Self::Absent => None,
        }
    }
}

impl<'a> Connection<'a> {
    /// The requests of all phases.
    pub fn each_request<'c>(&'c self) -> impl Iterator<Item = Request<'c, 'a>> + Clone + use<'c, 'a> {
        let request = move |listed: &'c Listed<'a>| {
            let Listed { phase, ref block, node, .. } = *listed;
            Request { phase, block, node, listed, connection: self }
        };
        self.listed().iter().map(request)
    }

    /// The requests of a phase.
    pub fn requests_of<'c>(&'c self, phase: Phase) -> impl Iterator<Item = Request<'c, 'a>> + Clone + use<'c, 'a> {
        self.each_request().filter(move |request| request.phase == phase)
    }

    /// The first request of a phase.
    pub fn first_request(&self, phase: Phase) -> Option<Request<'_, 'a>> {
        self.each_request().find(|request| request.phase == phase)
    }

    /// The block of this name with its key.
    pub fn block(&self, name: &str) -> Option<&'a Member> {
        self.communication()?.member(name)
    }

    /// Whether it is OAuth 2 with a browser and a code: `authorize` that leads somewhere, and `token`.
    pub fn exchanges_code(&self) -> bool {
        self.definition.kind == Kind::OAuth2AuthorizationCode
            && self.block("token").is_some()
            && self.first_request(Phase::Authorize).is_some_and(|request| request.node.get("url").is_some())
    }

    /// Whether it is OAuth 2 without a browser: nothing but `token` gets the tokens.
    pub fn has_no_browser(&self) -> bool {
        self.definition.kind == Kind::OAuth2WithoutAuthorize
    }

    /// Whether some form field or block may put this key into the store.
    pub fn may_store(&self, key: &str) -> bool {
        self.names.writes_unknown_data
            || self.names.writes_key("data", key)
            || !self.definition.parameters.remote.is_empty()
            || self.has_nested_field(key)
            || (self.definition.parts.parameters.is_none() && !names_a_credential(key))
    }

    /// Whether this key is in the store once the connection has been made.
    pub fn stored(&self, key: &str) -> Stored {
        if !self.may_store(key) {
            return Stored::No;
        }
        let is_token = |site: &Site<'_>| {
            let value = symbolic::whole(site.template).and_then(|expr| symbolic::steps(site.template, expr));
            let last = value.filter(|steps| steps[0] == "body").and_then(<[_]>::last);
            last.is_some_and(|last| symbolic::ends_as(last, "token"))
        };
        let of_token = self.names.writes_of("data", key).filter(|write| write.phase == Some(Phase::Token));
        let mut sites = of_token.filter_map(|write| self.site_of(write.value?));
        if sites.any(is_token) { Stored::Yes } else { Stored::Perhaps }
    }

    /// Whether this key is in the store before any of these phases has run.
    pub fn stored_before(&self, key: &str, phases: &[Phase]) -> Stored {
        let form_is_elsewhere = self.definition.parts.parameters.is_none() && !names_a_credential(key);
        let may_come_otherwise = form_is_elsewhere || !self.definition.parameters.remote.is_empty();
        let mut writes = self.names.writes_of("data", key).peekable();
        let comes_from_them =
            writes.peek().is_some() && writes.all(|write| write.phase.is_some_and(|phase| phases.contains(&phase)));
        if comes_from_them && !may_come_otherwise && !self.names.writes_unknown_data && !self.has_nested_field(key) {
            return Stored::No;
        }
        self.stored(key)
    }

    /// The keys that form fields and blocks put into the store.
    pub fn stored_keys(&self) -> impl Iterator<Item = &str> {
        self.names.of_store().map(|write| write.key)
    }

    /// Fields may stand within others, as the options of a selection.
    fn has_nested_field(&self, name: &str) -> bool {
        let Some(form) = self.definition.parts.parameters.as_ref().and_then(|part| part.node.as_ref()) else {
            return false;
        };
        let mut found = false;
        form.visit(&mut |_, node| found |= node.get("name").and_then(Node::as_str) == Some(name));
        found
    }
}

impl<'c, 'a> Request<'c, 'a> {
    /// Where the block's key stands: the place of what is missing in it.
    pub fn key_place(&self) -> Place {
        self.listed.key_place
    }

    /// The member at the end of these keys: `member(&["response", "data"])`.
    pub fn member(&self, keys: &[&str]) -> Option<&'a Member> {
        let (last, before) = keys.split_last()?;
        before.iter().try_fold(self.node, |node, key| node.get(key))?.member(last)
    }

    /// The texts of this request.
    pub fn sites(&self) -> &'c [Site<'a>] {
        &self.connection.sites[self.listed.sites.clone()]
    }

    /// The texts below these keys.
    pub fn sites_under<'k>(&self, keys: &'k [&'k str]) -> impl Iterator<Item = &'c Site<'a>> + use<'c, 'a, 'k> {
        self.sites().iter().filter(move |site| site.is_under(keys))
    }

    /// Whether the request itself reads one of these variables: not its `response`.
    pub fn request_side_reads(&self, segments: &[&str]) -> bool {
        self.sites().iter().any(|site| !site.is_response_side() && site.reads_variable(segments))
    }

    /// The text of `url`, where it stands among the others.
    pub(crate) fn url_site(&self) -> Option<&'c Site<'a>> {
        self.listed.url.map(|index| &self.connection.sites[index])
    }

    /// The text of `url`.
    pub fn url(&self) -> Option<&'a str> {
        self.url_site()?.node.as_str()
    }

    /// The host it goes to as written, with its range in the text of `url`, when that is written out.
    pub(crate) fn written_host(&self) -> Option<(&'a str, Span)> {
        *self.listed.host.get_or_init(|| Address::of(self.url_site()?.template).host())
    }

    /// The host it goes to, in lower case, when that is written out.
    pub fn host(&self) -> Option<String> {
        self.written_host().map(|(host, _)| host.to_lowercase())
    }

    /// Whether it goes to one of these hosts or to a subdomain of one; also where an expression makes what stands in
    /// front of it, or its last part.
    pub fn goes_to(&self, hosts: &[&str]) -> bool {
        let is_below = |host: &str, known: &str| {
            let sub = host.len().checked_sub(known.len()).and_then(|at| host.split_at_checked(at));
            sub.is_some_and(|(sub, end)| end.eq_ignore_ascii_case(known) && (sub.is_empty() || sub.ends_with('.')))
        };
        if let Some((host, _)) = self.written_host() {
            return hosts.iter().any(|known| is_below(host, known));
        }
        let Some(site) = self.url_site() else { return false };
        let (start, end) = Address::of(site.template).host_around_expression();
        hosts.iter().any(|known| {
            // `{{shop}}.myshopify.com`, and `accounts.zoho.{{zone}}`.
            let zone = known.rfind('.').map_or(0, |dot| dot + 1);
            (end.starts_with('.') && is_below(end, known)) || (zone > 0 && is_below(start, &known[..zone]))
        })
    }

    /// The parameter of this name in `qs`, `body` (at any depth) or `url`.
    pub fn sends(&self, name: &str) -> Sent<'a> {
        let mut unknown = false;
        for directive in ["qs", "body"] {
            let Some(node) = self.node.get(directive) else { continue };
            match below(node, name) {
                Sent::Absent => {}
                Sent::Unknown => unknown = true,
                found => return found,
            }
        }
        if let Some(url) = self.node.get("url") {
            match in_url(url, name) {
                Sent::Absent => {}
                Sent::Unknown => unknown = true,
                found => return found,
            }
        }
        if unknown { Sent::Unknown } else { Sent::Absent }
    }

    /// The condition with the key it stands under; of the form with a default, the condition in it.
    pub fn condition(&self) -> Option<&'a Member> {
        let member = self.node.member("condition")?;
        if member.value.is_object() { member.value.member("condition") } else { Some(member) }
    }

    /// Whether the condition holds, going by what may be stored; `Always` without one.
    pub fn condition_truth(&self) -> Truth {
        self.truth_going_by(&|key| self.connection.stored(key))
    }

    /// Whether the condition holds before any of these phases has stored something.
    pub fn truth_before(&self, phases: &[Phase]) -> Truth {
        self.truth_going_by(&|key| self.connection.stored_before(key, phases))
    }

    fn truth_going_by(&self, stored: &dyn Fn(&str) -> Stored) -> Truth {
        let Some(member) = self.condition() else { return Truth::Always };
        match member.value.as_bool() {
            Some(true) => Truth::Always,
            Some(false) => Truth::Never,
            _ => self
                .connection
                .site_of(&member.value)
                .map_or(Truth::Depends, |site| symbolic::truth(site.template, stored)),
        }
    }
}

/// Whether a key is named like what only a provider gives: no form asks for it.
pub(crate) fn names_a_credential(key: &str) -> bool {
    symbolic::names_an_expiry(key) || symbolic::ends_as(key, "token")
}

/// The parameter `name` below `qs` or `body`.
fn below<'a>(node: &'a Node, name: &str) -> Sent<'a> {
    if let Some(text) = node.as_str() {
        return in_text(text, name, node);
    }
    if let Some(member) = node.member(name) {
        return Sent::Member(member);
    }
    let mut unknown = node.get("{{...}}").is_some();
    let members = node.members().iter().map(|member| &member.value);
    for inner in members.chain(node.elements()).filter(|inner| !inner.is_scalar()) {
        match below(inner, name) {
            Sent::Absent => {}
            Sent::Unknown => unknown = true,
            found => return found,
        }
    }
    if unknown { Sent::Unknown } else { Sent::Absent }
}

/// The parameter `name` of a text body: form text, or something that cannot be told.
fn in_text<'a>(text: &str, name: &str, node: &'a Node) -> Sent<'a> {
    let pairs = pairs(text);
    if let Some((_, value)) = pairs.iter().find(|(key, _)| key == name) {
        return Sent::Inline(value.clone(), node.place);
    }
    let is_form = !text.is_empty() && pairs.iter().all(|(key, _)| !key.is_empty() && !key.contains("{{"));
    if text.is_empty() || (is_form && text.contains('=') && !text.trim_start().starts_with('{')) {
        return Sent::Absent;
    }
    Sent::Unknown
}

/// The parameter `name` of a url.
fn in_url<'a>(url: &'a Node, name: &str) -> Sent<'a> {
    let Some(text) = url.as_str() else { return Sent::Unknown };
    // What an expression begins may have its query in there, and goes on with `&` then.
    let may_hold_a_query = || {
        let behind =
            text.trim_start().strip_prefix("{{").and_then(|rest| rest.split_once("}}")).map(|(_, behind)| behind);
        text.ends_with("}}") || behind.is_some_and(|behind| behind.starts_with('&') || behind.starts_with("{{"))
    };
    if !text.contains('?') {
        return if may_hold_a_query() { Sent::Unknown } else { Sent::Absent };
    }
    match split_outside(text, '?').as_slice() {
        [_] if may_hold_a_query() => Sent::Unknown,
        [_] | [] => Sent::Absent,
        [_, query @ ..] => {
            let pairs = pairs(&query.join("&"));
            match pairs.iter().find(|(key, _)| key == name) {
                Some((_, value)) => Sent::Inline(value.clone(), url.place),
                None if pairs.iter().any(|(key, _)| key.contains("{{")) => Sent::Unknown,
                None => Sent::Absent,
            }
        }
    }
}

/// `a=1&b={{x}}` in pairs, as written.
fn pairs(query: &str) -> Vec<(String, String)> {
    let pair = |part: &str| match split_outside(part, '=').as_slice() {
        [key, value @ ..] => ((*key).to_owned(), value.join("=")),
        [] => Default::default(),
    };
    split_outside(query, '&').into_iter().filter(|part| !part.is_empty()).map(pair).collect()
}

/// Splits at a character wherever it stands outside `{{ }}`.
fn split_outside(text: &str, at: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut inside) = (0, false);
    for (offset, character) in text.char_indices() {
        let rest = &text[offset..];
        if rest.starts_with("{{") {
            inside = true;
        } else if rest.starts_with("}}") {
            inside = false;
        } else if character == at && !inside {
            parts.push(&text[start..offset]);
            start = offset + character.len_utf8();
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_split_outside_expressions() {
        let query = "a=1&redirect_uri={{encodeURL(x & y)}}&c";
        let expected = [("a", "1"), ("redirect_uri", "{{encodeURL(x & y)}}"), ("c", "")];
        let found = pairs(query);
        let found: Vec<_> = found.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(found, expected);
        assert_eq!(split_outside("https://a.test/{{if(a, '?', b)}}?x=1", '?').len(), 2);
    }
}
