//! What a rule sees of an integration manifest: its requests and every text in it, with the places.

use std::ops::Range;

use connspec_diagnostics::{Place, SourceMap, Span};
pub use connspec_spec::dialect::named;
use connspec_spec::dialect::{DataTemplate, FormItem, HeaderTemplate, Item, ManifestOAuth, Paging, Template};
use connspec_spec::{App, Definition, Directive, Manifest, Member, Node};

/// A manifest of an app and its texts.
pub struct Integration<'a> {
    /// The app it belongs to.
    pub app: &'a App,
    /// The definition.
    pub definition: &'a Definition,
    /// The manifest.
    pub manifest: &'a Manifest,
    /// The file as written.
    pub root: &'a Node,
    /// Every template, in the order of a manifest's life.
    pub texts: Vec<Text<'a>>,
}

/// When a text is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// `headers` of all requests that have none of their own.
    Headers,
    /// `oauth.authenticate_url`.
    Page,
    /// `oauth.access_token`.
    Token,
    /// `oauth.refresh`.
    Refresh,
    /// A `url` of `form`: where choices come from.
    Options,
    /// A request of `execute`, from 0.
    Execute(usize),
    /// `next_page`.
    NextPage,
    /// `exists`.
    Exists,
    /// A request of `revoke`, from 0.
    Revoke(usize),
    /// `post_execute_notification`.
    Notification,
}

/// What a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role<'a> {
    /// An address.
    Address,
    /// The name of a header.
    HeaderName,
    /// The value of the header of this name.
    Header(&'a str),
    /// `data`.
    Data,
    /// `continue_if.value` or `expected`: compared with an answer.
    Compared,
    /// A part of a message to a person.
    Message,
}

/// A template and where it stands.
pub struct Text<'a> {
    /// When it is rendered.
    pub stage: Stage,
    /// What it is for.
    pub role: Role<'a>,
    /// The request's name for messages: `oauth.access_token`, `execute[1]`.
    pub block: String,
    /// The template.
    pub template: &'a Template,
    written: Written<'a>,
}

enum Written<'a> {
    /// A value, from this byte on.
    Value(&'a Node, usize),
    Key(&'a Member),
    Data(&'a DataTemplate),
}

impl Text<'_> {
    /// The place of a range of the template.
    pub fn place(&self, span: Span) -> Place {
        match self.written {
            Written::Value(node, offset) => {
                node.place_of(Span::new(span.start as usize + offset, span.end as usize + offset))
            }
            Written::Key(member) => member.place_in_key(span),
            Written::Data(data) => data.place(span),
        }
    }

    /// Whether this is what stands behind `Basic ` of an `Authorization`, to be encoded.
    pub fn is_credentials(&self) -> bool {
        matches!(self.written, Written::Value(_, offset) if offset > 0)
    }

    /// Whether a variable of this name is read.
    pub fn reads(&self, name: &str) -> bool {
        self.template.variables().iter().any(|variable| variable.path[0] == name)
    }
}

impl<'a> Integration<'a> {
    pub(crate) fn new(definition: &'a Definition, app: &'a App) -> Option<Self> {
        let manifest = definition.manifest()?;
        let root = definition.parts.communication.node.as_ref()?;
        let mut reader = Reader { root, texts: Vec::new() };
        reader.manifest(manifest);
        Some(Self { app, definition, manifest, root, texts: reader.texts })
    }

    /// The files, for fixes.
    pub fn sources(&self) -> &'a SourceMap {
        &self.app.sources
    }

    /// `oauth`, where it is not empty.
    pub fn oauth(&self) -> Option<&'a ManifestOAuth> {
        self.manifest.oauth.as_ref().map(|oauth| &oauth.value)
    }

    /// The member `key` of `oauth`, as written.
    pub fn oauth_member(&self, key: &str) -> Option<&'a Member> {
        self.root.get("oauth")?.member(key)
    }

    /// The text of `authenticate_url`.
    pub fn page(&self) -> Option<&Text<'a>> {
        self.texts.iter().find(|text| text.stage == Stage::Page)
    }

    /// Every request with its stage.
    pub fn requests(&self) -> Vec<(Stage, &'a Item)> {
        requests(self.manifest)
    }

    /// The texts a request sends: its own, and the manifest's headers where it has none.
    pub fn texts_of(&self, stage: Stage) -> impl Iterator<Item = &Text<'a>> {
        let own_headers = self.texts.iter().any(|text| text.stage == stage && matches!(text.role, Role::Header(_)));
        self.texts.iter().filter(move |text| text.stage == stage || (text.stage == Stage::Headers && !own_headers))
    }

    /// The headers a request is sent with.
    pub fn headers_of(&self, item: &'a Item) -> &'a [HeaderTemplate] {
        if item.headers.is_empty() { &self.manifest.headers } else { &item.headers }
    }

    /// The three forms with their names.
    pub fn forms(&self) -> impl Iterator<Item = (&'static str, &'a FormItem)> {
        let manifest = self.manifest;
        let named = |name, items: &'a [FormItem]| items.iter().map(move |item| (name, item));
        named("initial_data_form", &manifest.initial_data_form)
            .chain(named("form", &manifest.form))
            .chain(named("extra_user_info", &manifest.extra_user_info))
    }

    /// The entry of `initial_data_form` with this id.
    pub fn asked(&self, id: &str) -> Option<&'a FormItem> {
        self.manifest.initial_data_form.iter().find(|item| item.id == id)
    }
}

/// Every request of a manifest with its stage.
fn requests(manifest: &Manifest) -> Vec<(Stage, &Item)> {
    let mut found = Vec::new();
    if let Some(oauth) = &manifest.oauth {
        found.extend(oauth.value.access_token.iter().map(|item| (Stage::Token, item)));
        found.extend(oauth.value.refresh.iter().map(|item| (Stage::Refresh, item)));
    }
    let listed = |list: &'_ Option<Directive<Vec<Item>>>| list.as_ref().map_or(0, |list| list.value.len());
    let (execute, revoke) = (listed(&manifest.execute), listed(&manifest.revoke));
    let items = manifest.execute.iter().flat_map(|list| &list.value);
    found.extend((0..execute).map(Stage::Execute).zip(items));
    found.extend(manifest.exists.iter().map(|item| (Stage::Exists, item)));
    let items = manifest.revoke.iter().flat_map(|list| &list.value);
    found.extend((0..revoke).map(Stage::Revoke).zip(items));
    found
}

/// Collects the texts.
struct Reader<'a> {
    root: &'a Node,
    texts: Vec<Text<'a>>,
}

impl<'a> Reader<'a> {
    fn manifest(&mut self, manifest: &'a Manifest) {
        self.headers(&manifest.headers, Stage::Headers, "headers", "");
        if let Some(oauth) = &manifest.oauth {
            self.directive(oauth.value.authenticate_url.as_ref(), Stage::Page, Role::Address, "oauth.authenticate_url");
        }
        for (stage, item) in requests(manifest) {
            self.item(stage, item);
        }
        for item in &manifest.form {
            item.request.iter().for_each(|request| self.item(Stage::Options, request));
        }
        if let Some(Paging::Token { page, .. }) = &manifest.sync.paging {
            self.directive(Some(page), Stage::NextPage, Role::Address, "next_page");
        }
        for notification in &manifest.notifications {
            for directive in [&notification.to, &notification.subject, &notification.message] {
                let block = directive.as_ref().map(|directive| named(&directive.pointer)).unwrap_or_default();
                self.directive(directive.as_ref(), Stage::Notification, Role::Message, &block);
            }
        }
    }

    fn item(&mut self, stage: Stage, item: &'a Item) {
        let block = named(&item.pointer);
        self.directive(item.url.as_ref(), stage, Role::Address, &block);
        self.headers(&item.headers, stage, &block, &item.pointer);
        if let Some(data) = &item.data {
            self.texts.push(Text {
                stage,
                role: Role::Data,
                block: block.clone(),
                template: data.value.template(),
                written: Written::Data(&data.value),
            });
        }
        let condition = item.continue_if.as_ref().map(|condition| &condition.value.value);
        self.directive(condition, stage, Role::Compared, &block);
        self.directive(item.expected.as_ref(), stage, Role::Compared, &block);
    }

    fn headers(&mut self, headers: &'a [HeaderTemplate], stage: Stage, block: &str, pointer: &str) {
        let written = self.root.at(&format!("{pointer}/headers"));
        for header in headers {
            if let Some(member) = written.and_then(|written| written.member(&header.name)) {
                self.texts.push(Text {
                    stage,
                    role: Role::HeaderName,
                    block: block.to_owned(),
                    template: &header.name_template,
                    written: Written::Key(member),
                });
            }
            let Some(node) = self.root.at(&header.value.pointer) else { continue };
            let (template, offset) = match &header.basic {
                Some((credentials, offset)) => (credentials, *offset),
                None => (&header.value.value, 0),
            };
            self.texts.push(Text {
                stage,
                role: Role::Header(&header.name),
                block: block.to_owned(),
                template,
                written: Written::Value(node, offset),
            });
        }
    }

    fn directive(&mut self, directive: Option<&'a Directive<Template>>, stage: Stage, role: Role<'a>, block: &str) {
        let Some(directive) = directive else { return };
        let Some(node) = self.root.at(&directive.pointer) else { return };
        let written = Written::Value(node, 0);
        self.texts.push(Text { stage, role, block: block.to_owned(), template: &directive.value, written });
    }
}

/// The host of an address, where it is written and not made by a template.
pub fn host(address: &str) -> Option<&str> {
    let authority = address.split_once("://")?.1;
    let host = authority.split(['/', '?', '#']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    (!host.is_empty() && !host.contains('{')).then(|| host.rsplit_once(':').map_or(host, |(host, _)| host))
}

/// The query parameters written into an address: the name, and from where to where the value goes. What templates
/// make of it is left out.
pub fn parameters(address: &str) -> Vec<(&str, Range<usize>)> {
    let plain = without_tags(address);
    let Some(question) = plain.find('?') else { return Vec::new() };
    let end = plain[question..].find('#').map_or(plain.len(), |hash| question + hash);
    let mut found = Vec::new();
    let mut from = question + 1;
    for pair in plain[from..end].split('&') {
        if let Some((name, _)) = pair.split_once('=')
            && !name.is_empty()
            && !name.contains('\0')
        {
            found.push((&address[from..from + name.len()], from + name.len() + 1..from + pair.len()));
        }
        from += pair.len() + 1;
    }
    found
}

/// The text with zeros where tags and variables stand; every other byte keeps its place.
fn without_tags(text: &str) -> String {
    let mut plain = text.as_bytes().to_vec();
    for (open, close) in [("{{", "}}"), ("{%", "%}"), ("{#", "#}")] {
        let mut at = 0;
        while let Some(start) = text[at..].find(open).map(|offset| at + offset) {
            let Some(end) = text[start..].find(close).map(|offset| start + offset + close.len()) else { break };
            plain[start..end].fill(0);
            at = end;
        }
    }
    String::from_utf8(plain).unwrap_or_else(|_| text.to_owned())
}

/// What an address sends under this name in its query, as written.
pub fn parameter<'t>(address: &'t str, name: &str) -> Option<&'t str> {
    let range = parameters(address).into_iter().find(|(found, _)| *found == name)?.1;
    Some(&address[range])
}

/// Whether a request sends something under this name: in the query or at the top of `data`.
pub fn sends(item: &Item, name: &str) -> bool {
    let in_query = item.url.as_ref().is_some_and(|url| parameter(url.value.source(), name).is_some());
    in_query || item.node.get("data").is_some_and(|data| data.get(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_an_address_with_templates() {
        let address = "https://a.test/x?a={{ A|default:'x&y=1' }}&b=2&{% if C %}c=3{% endif %}&=4&d=#e=5";
        let found: Vec<_> = parameters(address).into_iter().map(|(name, range)| (name, &address[range])).collect();
        assert_eq!(found, [("a", "{{ A|default:'x&y=1' }}"), ("b", "2"), ("d", "")]);
        assert_eq!(parameter(address, "b"), Some("2"));
    }

    #[test]
    fn hosts_that_are_written() {
        for (address, expected) in [
            ("https://a.test/x", Some("a.test")),
            ("https://a.test:8080?x", Some("a.test")),
            ("https://{{ HOST }}/x", None),
            ("https://{{ ORG }}.a.test/x", None),
            ("/x", None),
        ] {
            assert_eq!(host(address), expected, "{address}");
        }
    }
}
