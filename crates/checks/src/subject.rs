//! What a rule sees: a connection with its app, a component, or the app as a whole.

use std::cell::{Cell, OnceCell};
use std::ops::Range;
use std::rc::Rc;

use connspec_diagnostics::{Place, Span};
use connspec_spec::{App, Component, ComponentKind, Definition, Member, Node, Part};

use crate::flow::NameFlow;
use crate::other_request::OtherRequest;
use crate::provided::Provided;
use crate::sanitize::{self, LoggedRequest};
use crate::site::{self, At, Phase, Read, Site};
use crate::symbolic::STORE_ROOTS;
use crate::words::Words;

/// An app with everything rules look at, prepared once.
pub struct Whole<'a> {
    /// The app.
    pub app: &'a App,
    /// Its connections in Make's words.
    pub connections: Vec<Connection<'a>>,
    /// Its base, and each evaluated section of its components.
    pub others: Vec<Other<'a>>,
    words: OnceCell<Words<'a>>,
}

impl<'a> Whole<'a> {
    pub(crate) fn new(app: &'a App) -> Self {
        let of_make = app.connections.iter().filter(|definition| !definition.is_manifest());
        let connections = of_make.map(|definition| Connection::new(definition, app)).collect();
        Self { app, connections, others: Other::all(app), words: OnceCell::new() }
    }

    /// The texts of each section that is evaluated: connections first, then the others.
    pub(crate) fn sections(&self) -> impl Iterator<Item = &[Site<'a>]> {
        let of_connections = self.connections.iter().map(|connection| connection.sites.as_slice());
        of_connections.chain(self.others.iter().map(|other| other.sites.as_slice()))
    }

    /// The request objects of base and components with their names for messages, see [`Other::requests`].
    pub fn other_requests(&self) -> impl Iterator<Item = (Rc<str>, &'a Node)> {
        self.others.iter().flat_map(Other::requests)
    }

    /// The requests of base and components, see [`Other::each_request`].
    pub fn each_other_request<'w>(&'w self) -> impl Iterator<Item = OtherRequest<'w, 'a>> + use<'w, 'a> {
        self.others.iter().flat_map(Other::each_request)
    }

    /// The texts of the requests of base and components.
    pub fn other_sites(&self) -> impl Iterator<Item = &Site<'a>> {
        self.others.iter().filter(|other| other.sends).flat_map(|other| &other.sites)
    }

    /// The request objects of connections, base and components with their names for messages.
    pub fn all_requests(&self) -> impl Iterator<Item = (Rc<str>, &'a Node)> {
        let of_connections = self.connections.iter().flat_map(Connection::listed);
        let named = of_connections.map(|request| (Rc::clone(&request.block), request.node));
        named.chain(self.other_requests())
    }

    /// How often each word stands in the app's files.
    pub fn words(&self) -> &Words<'a> {
        self.words.get_or_init(|| Words::of(&self.app.sources))
    }
}

/// A connection, its texts and the names that flow through it.
pub struct Connection<'a> {
    /// The definition.
    pub definition: &'a Definition,
    /// The app it belongs to.
    pub app: &'a App,
    /// Every text of the communication section that is evaluated.
    pub sites: Vec<Site<'a>>,
    /// Which names are written where.
    pub names: NameFlow<'a>,
    listed: Vec<Listed<'a>>,
    logged: OnceCell<Vec<LoggedRequest<'a>>>,
    provided: OnceCell<Provided<'a>>,
    is_strange: bool,
}

/// A request object of a block.
pub(crate) struct Listed<'a> {
    pub phase: Phase,
    /// The block as reports name it: `token`, `token[2]`.
    pub block: Rc<str>,
    /// Which request of the block, from 0.
    pub request: usize,
    pub node: &'a Node,
    /// Where the block's key stands; of a basic connection the section itself.
    pub key_place: Place,
    /// Its texts among those of the connection.
    pub sites: Range<usize>,
    /// The text of `url` among those of the connection, when it is one.
    pub url: Option<usize>,
    /// The host that is written in it, once somebody has asked.
    pub host: OnceCell<Option<(&'a str, Span)>>,
}

impl<'a> Connection<'a> {
    pub(crate) fn new(definition: &'a Definition, app: &'a App) -> Self {
        let part = &definition.parts.communication;
        let is_strange = Cell::new(false);
        let mut listed = part.node.as_ref().map_or_else(Vec::new, |root| requests(root, &is_strange));
        let mut sites = Vec::with_capacity(32);
        for request in &mut listed {
            let Listed { phase, node: owner, request: number, .. } = *request;
            let start = sites.len();
            // The keys of the signing that all requests share are no directives.
            let is_strange = if phase == Phase::SharedOAuth { &Cell::new(false) } else { &is_strange };
            let at = At { app, part, owner, phase, block: &request.block, request: number, is_strange };
            site::of_request(at, &mut sites);
            request.sites = start..sites.len();
            let is_hidden = |member: &Member| member.key == "sanitize";
            if owner.get("log").is_some_and(|log| !log.members().iter().all(is_hidden)) {
                is_strange.set(true);
            }
            let is_url = |site: &Site<'_>| site.path() == ["url"];
            request.url = sites[start..].iter().position(is_url).map(|index| start + index);
        }
        // The signing that all requests share is no request.
        listed.retain(|request| request.phase != Phase::SharedOAuth);
        debug_assert!(sites.is_sorted_by_key(|site| site.node.place), "texts are collected in the order of the file");
        let names = NameFlow::of(definition, &listed);
        let (logged, provided, is_strange) = (OnceCell::new(), OnceCell::new(), is_strange.get());
        Self { definition, app, sites, names, listed, logged, provided, is_strange }
    }

    /// The communication section as it was written.
    pub fn communication(&self) -> Option<&'a Node> {
        self.definition.parts.communication.node.as_ref()
    }

    /// Whether a key stands in it where blocks or directives do, and is none.
    pub(crate) fn is_strange(&self) -> bool {
        self.is_strange
    }

    /// Where its own metadata calls it an alias of another connection, of which Make takes everything.
    pub fn alias(&self) -> Option<&'a Node> {
        self.metadata()?.get("aliasTo").filter(|alias| alias.as_str().is_some())
    }

    /// Whether it, or the app, says that it is an alias: nothing of what stands here is used.
    pub fn is_alias(&self) -> bool {
        let names = || self.app.aliases.iter();
        let own = || self.metadata().and_then(|metadata| metadata.get("name")).and_then(Node::as_str);
        self.alias().is_some() || names().any(|name| *name == self.definition.name || own() == Some(name))
    }

    fn metadata(&self) -> Option<&'a Node> {
        self.definition.parts.metadata.as_ref()?.node.as_ref()
    }

    /// The texts of one phase.
    pub fn sites_of(&self, phase: Phase) -> impl Iterator<Item = &Site<'a>> {
        self.sites.iter().filter(move |site| site.phase == phase)
    }

    /// The text at a node.
    pub fn site_of(&self, node: &Node) -> Option<&Site<'a>> {
        let at = self.sites.binary_search_by_key(&node.place, |site| site.node.place).ok()?;
        Some(&self.sites[at]).filter(|site| std::ptr::eq(site.node, node))
    }

    /// Every variable of this root that is read, with the text that reads it.
    pub fn reads_of<'c>(&'c self, root: &'c str) -> impl Iterator<Item = (&'c Site<'a>, &'c Read<'a>)> {
        self.reads().filter(move |(_, read)| read.root() == root)
    }

    /// The reads of the store under any of its three names (connection.md §3).
    pub fn reads_of_store(&self) -> impl Iterator<Item = (&Site<'a>, &Read<'a>)> {
        self.reads().filter(|(_, read)| STORE_ROOTS.contains(&read.root()))
    }

    fn reads(&self) -> impl Iterator<Item = (&Site<'a>, &Read<'a>)> {
        self.sites.iter().flat_map(|site| site.reads().iter().map(move |read| (site, read)))
    }

    /// The requests that are logged and carry a secret.
    pub fn logged(&self) -> &[LoggedRequest<'a>] {
        self.logged.get_or_init(|| sanitize::requests(self))
    }

    /// What its form and its answers provide.
    pub fn provided(&self) -> &Provided<'a> {
        self.provided.get_or_init(|| Provided::by(self))
    }

    /// The request objects of all blocks with their names for messages (`token`, `token[2]`): of a basic
    /// connection those of `api`.
    pub fn requests(&self) -> impl Iterator<Item = (Phase, &str, &'a Node)> {
        self.listed.iter().map(|request| (request.phase, &*request.block, request.node))
    }

    pub(crate) fn listed(&self) -> &[Listed<'a>] {
        &self.listed
    }
}

/// Whether a communication section is made of blocks; that of a basic connection is a request.
pub(crate) fn has_blocks(root: &Node) -> bool {
    let is_run = |phase| phase != Phase::SharedOAuth;
    root.get("url").is_none() && root.members().iter().any(|member| Phase::of_block(&member.key).is_some_and(is_run))
}

/// The request objects of a communication section, in the order of the file; of a basic connection one block, `api`.
fn requests<'a>(root: &'a Node, is_strange: &Cell<bool>) -> Vec<Listed<'a>> {
    let mut listed = Vec::new();
    if !has_blocks(root) {
        list(Phase::Basic, "api", root.place, root, &mut listed);
        return listed;
    }
    // An `accessToken` by itself may be the `token` of OAuth 2.
    is_strange.set(root.get("accessToken").is_some() && root.get("requestToken").is_none());
    for member in root.effective_members() {
        match Phase::of_block(&member.key) {
            Some(phase) => list(phase, &member.key, member.key_place, &member.value, &mut listed),
            None => is_strange.set(true),
        }
    }
    listed
}

/// Lists the request objects of a block.
fn list<'a>(phase: Phase, key: &str, key_place: Place, node: &'a Node, listed: &mut Vec<Listed<'a>>) {
    let mut push = |block, request, node| {
        listed.push(Listed { phase, block, request, node, key_place, sites: 0..0, url: None, host: OnceCell::new() });
    };
    if !node.is_array() {
        push(key.into(), 0, node);
    }
    for (index, element) in node.elements().iter().enumerate() {
        push(format!("{key}[{}]", index + 1).into(), index, element);
    }
}

/// A base, module, remote procedure, webhook or endpoint.
pub struct Other<'a> {
    /// The app it belongs to.
    pub app: &'a App,
    /// The component; none for the base.
    pub component: Option<&'a Component>,
    /// The section.
    pub part: &'a Part,
    /// Its texts that are evaluated.
    pub sites: Vec<Site<'a>>,
    /// Whether it is made of requests.
    sends: bool,
}

impl<'a> Other<'a> {
    /// Base and components of an app: each section that is evaluated.
    pub(crate) fn all(app: &'a App) -> Vec<Self> {
        let base = app.base.iter().map(|part| Self::new(app, None, part));
        let components = app.components.iter().flat_map(|component| {
            let evaluated = component.parts.iter().filter(|part| {
                matches!(part.name.as_str(), "communication" | "api" | "epoch" | "attach" | "detach" | "update")
            });
            evaluated.map(move |part| Self::new(app, Some(component), part))
        });
        base.chain(components).collect()
    }

    fn new(app: &'a App, component: Option<&'a Component>, part: &'a Part) -> Self {
        let (phase, name) =
            component.map_or((Phase::Base, "base"), |component| (Phase::Component, component.name.as_str()));
        let sites = site::of_component(app, part, phase, name);
        let mut other = Self { app, component, part, sites, sends: false };
        other.sends = other.is_made_of_requests();
        other
    }

    /// Whether it is the app's base.
    pub fn is_base(&self) -> bool {
        self.component.is_none()
    }

    /// Whether it is a section of this kind of component, by the section's name.
    pub fn is_of(&self, kind: ComponentKind, sections: &[&str]) -> bool {
        self.component.is_some_and(|component| component.kind == kind) && sections.contains(&self.part.name.as_str())
    }

    /// Its request objects with their names for messages: of the base, of what modules and remote procedures send, and
    /// of the sections that register a webhook. None of sections that are something else.
    pub fn requests(&self) -> impl Iterator<Item = (Rc<str>, &'a Node)> {
        self.each_request().map(|request| (request.block(), request.node))
    }

    /// As [`Other::requests`]: a name is made only where one is asked for.
    pub fn each_request<'o>(&'o self) -> impl Iterator<Item = OtherRequest<'o, 'a>> + use<'o, 'a> {
        let root = self.part.node.as_ref().filter(|_| self.sends);
        let is_list = root.is_some_and(Node::is_array);
        let requests = root.map_or(&[][..], |root| if is_list { root.elements() } else { std::slice::from_ref(root) });
        let index = move |index| is_list.then_some(index);
        requests.iter().enumerate().map(move |(at, node)| OtherRequest { other: self, node, index: index(at) })
    }

    /// Whether its objects are requests, see [`Other::requests`].
    pub fn holds_requests(&self) -> bool {
        self.sends
    }

    fn is_made_of_requests(&self) -> bool {
        let is_request_section = self.is_base()
            || self.is_of(ComponentKind::Module, &["communication", "api", "epoch"])
            || self.is_of(ComponentKind::Rpc, &["communication", "api"])
            || self.is_of(ComponentKind::Webhook, &["attach", "detach", "update"]);
        is_request_section && !self.is_one_file()
    }

    /// Whether it is a component written as one file, with its form, its interface and more besides.
    pub fn is_one_file(&self) -> bool {
        const OF_OTHER_FILES: &[&str] =
            &["label", "description", "samples", "expect", "interface", "parameters", "name"];
        self.part.node.as_ref().is_some_and(|node| OF_OTHER_FILES.iter().any(|key| node.get(key).is_some()))
    }
}
