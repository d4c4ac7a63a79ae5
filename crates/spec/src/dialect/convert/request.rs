//! The request side of a block.

use connspec_diagnostics::{Place, Span};
use connspec_iml::Template as Iml;
use serde_json::Value as Json;
use smol_str::SmolStr;

use super::super::template::{Node as Part, float_repr};
use super::super::{HeaderTemplate, Item, Manifest, Template};
use super::address::{Address, split};
use super::document::{Doc, Entry};
use super::expression::{Lost, Scene, Spelling, Translator, quoted};
use super::names::Names;
use super::{CodeIn, Home, Notes};
use crate::model::Directive;
use crate::node::{Member, Node, NodeValue};

/// What is known while a manifest is converted.
pub(super) struct Writer<'a> {
    pub manifest: &'a Manifest,
    pub root: &'a Node,
    pub names: &'a Names,
    pub code_in: CodeIn,
}

/// The request side of a block, and the paths that must not be logged.
#[derive(Default)]
pub(super) struct Written {
    pub entries: Vec<Entry>,
    pub sanitize: Vec<String>,
}

const IN_QUERY: &str = "connspec-ignore CS0704: the manifest sends it in the address, where its provider reads it";
const SECRETS_IN_QUERY: [&str; 7] =
    ["accesstoken", "refreshtoken", "password", "passwd", "userpassword", "clientsecret", "consumersecret"];

impl Writer<'_> {
    /// `url`, `method`, `headers`, `qs`, `type` and `body` of an item; `code` is to be sent with it.
    pub(super) fn request(&self, item: &Item, scene: Scene, home: Home, code: bool, notes: &mut Notes) -> Written {
        let mut written = Written::default();
        let method = item.method().to_uppercase();
        let sends_body = !matches!(method.as_str(), "GET" | "HEAD");
        let code_in = if sends_body { self.code_in } else { CodeIn::Query };
        let (url, mut query) = match &item.url {
            Some(url) => self.address(url, scene, home, notes),
            None => (String::new(), None),
        };
        let mut body = self.body(item, scene, home, notes);
        let code_member = || Entry::new("code", Doc::text("{{temp.code}}"));
        let mut url = url;
        match (&mut query, code_in, &mut body) {
            (Some(query), CodeIn::Body, Body::Form(members)) if code => {
                members.append(query);
                members.push(code_member());
            }
            (Some(query), ..) if code => query.push(code_member()),
            (None, ..) if code => {
                let joint = if url.contains('?') { '&' } else { '?' };
                url.push_str(&format!("{joint}code={{{{temp.code}}}}"));
                written.sanitize.push("request.url".to_owned());
            }
            _ => {}
        }
        written.entries.push(Entry::new("url", Doc::text(url)));
        written.entries.push(Entry::new("method", Doc::text(method)));
        let headers = self.headers(item, scene, home, notes);
        self.sanitize("headers", &headers, &mut written.sanitize);
        if !headers.is_empty() {
            written.entries.push(Entry::new("headers", Doc::Object(headers)));
        }
        if let Some(query) = query.filter(|query| !query.is_empty()) {
            self.sanitize("qs", &query, &mut written.sanitize);
            let query = query.into_iter().map(excused).collect();
            written.entries.push(Entry::new("qs", Doc::Object(query)));
        }
        let (kind, doc) = match body {
            Body::Form(members) if members.is_empty() => return written,
            Body::Form(members) => {
                self.sanitize("body", &members, &mut written.sanitize);
                ("urlencoded", Doc::Object(members))
            }
            Body::Json(doc) => {
                if let Doc::Object(members) = &doc {
                    self.sanitize("body", members, &mut written.sanitize);
                }
                ("json", doc)
            }
            Body::Text(text) => ("text", Doc::text(text)),
        };
        if !sends_body {
            notes.add(home, item.place, "a body is sent with GET, which Make sends none with");
            return written;
        }
        written.entries.push(Entry::new("type", Doc::text(kind)));
        written.entries.push(Entry::new("body", doc));
        written
    }

    /// The address, and its query where that can be cut into parameters.
    pub(super) fn address(
        &self,
        url: &Directive<Template>,
        scene: Scene,
        home: Home,
        notes: &mut Notes,
    ) -> (String, Option<Vec<Entry>>) {
        let mut lost = Lost::new();
        let translate = |spelling: Spelling, parts: &[Part], lost: &mut Lost| {
            Translator { names: self.names, scene, spelling }.text(parts, lost)
        };
        let result = match split(url.value.nodes()) {
            Some(Address { base, query, had_fragment }) => {
                if had_fragment {
                    notes.add(home, url.place, "what stands behind `#` in the address, which no server sees");
                }
                let base = translate(Spelling::Address, &base, &mut lost);
                let mut members: Vec<Entry> = Vec::new();
                for (name, parts) in query {
                    let name = translate(Spelling::Encoded, &[Part::Text(name)], &mut lost);
                    let value = Doc::text(translate(Spelling::Encoded, &parts, &mut lost));
                    match members.iter_mut().find(|member| member.key == name) {
                        Some(Entry { value: Doc::List(values), .. }) => values.push(value),
                        Some(member) => member.value = Doc::List(vec![member.value.clone(), value]),
                        None => members.push(Entry::new(name, value)),
                    }
                }
                (base, Some(members))
            }
            None => (translate(Spelling::Plain, url.value.nodes(), &mut lost), None),
        };
        self.note_lost(lost, home, |span| self.place(&url.pointer, 0, span).unwrap_or(url.place), notes);
        result
    }

    /// The headers a request is sent with; those of the manifest where it has none.
    pub(super) fn headers(&self, item: &Item, scene: Scene, home: Home, notes: &mut Notes) -> Vec<Entry> {
        let own = if item.headers.is_empty() { &self.manifest.headers } else { &item.headers };
        let is_form = item.casts();
        let kept = own.iter().filter(|header| !(header.name.eq_ignore_ascii_case("content-type") && is_form));
        kept.filter_map(|header| self.header(header, scene, home, notes)).collect()
    }

    /// One header; none where nothing would be left of its value.
    pub(super) fn header(&self, header: &HeaderTemplate, scene: Scene, home: Home, notes: &mut Notes) -> Option<Entry> {
        if !header.name_template.is_literal() {
            notes.add(home, header.value.key, "a header whose name is made by a template");
            return None;
        }
        let mut lost = Lost::new();
        let translator = Translator { names: self.names, scene, spelling: Spelling::Plain };
        let (template, offset) = match &header.basic {
            Some((credentials, offset)) => (credentials, *offset),
            None => (&header.value.value, 0),
        };
        let text = translator.text(template.nodes(), &mut lost);
        let is_hollow = !lost.is_empty() && matches!(text.trim(), "" | "Bearer" | "Token" | "Basic");
        if is_hollow {
            let text = format!("the header `{}`, which would have nothing in it yet", header.name);
            notes.add(home, header.value.key, text);
            return None;
        }
        let place = |span| self.place(&header.value.pointer, offset, span).unwrap_or(header.value.place);
        self.note_lost(lost, home, place, notes);
        let value = if header.basic.is_some() { format!("Basic {{{{base64({})}}}}", joined(&text)) } else { text };
        Some(Entry::new(header.name.to_ascii_lowercase(), Doc::text(value)))
    }

    fn body(&self, item: &Item, scene: Scene, home: Home, notes: &mut Notes) -> Body {
        let Some(data) = item.node.get("data") else { return Body::Form(Vec::new()) };
        if item.extra_headers.is_some() {
            notes.add(home, item.place, "`extra_headers`: the signature has to be written by hand");
        }
        let is_nested = |node: &Node| node.is_object() || node.elements().iter().any(|element| !element.is_scalar());
        match &data.value {
            NodeValue::Object(_) if item.casts() && !data.members().iter().any(|member| is_nested(&member.value)) => {
                let members = data.effective_members().filter(|member| !member.value.is_null());
                Body::Form(
                    members
                        .filter_map(|member| {
                            let key = self.key(member, home, notes)?;
                            Some(Entry::new(key, self.form_value(&member.value, scene, home, notes)))
                        })
                        .collect(),
                )
            }
            NodeValue::Object(_) | NodeValue::Array(_) => {
                if item.casts() {
                    let text =
                        "of objects in `data` the manifest sends only the names; here they go out whole, as JSON";
                    notes.add(home, data.place, text);
                }
                Body::Json(self.json_value(data, scene, home, notes))
            }
            NodeValue::Null => Body::Form(Vec::new()),
            _ => Body::Text(self.scalar(data, scene, home, notes)),
        }
    }

    /// A value as a form has it: Python's words for numbers and booleans.
    fn form_value(&self, node: &Node, scene: Scene, home: Home, notes: &mut Notes) -> Doc {
        match &node.value {
            NodeValue::Array(elements) => Doc::List(
                elements
                    .iter()
                    .filter(|element| !element.is_null())
                    .map(|element| Doc::text(self.scalar(element, scene, home, notes)))
                    .collect(),
            ),
            _ => Doc::text(self.scalar(node, scene, home, notes)),
        }
    }

    fn json_value(&self, node: &Node, scene: Scene, home: Home, notes: &mut Notes) -> Doc {
        match &node.value {
            NodeValue::Array(elements) => {
                Doc::List(elements.iter().map(|element| self.json_value(element, scene, home, notes)).collect())
            }
            NodeValue::Object(_) => Doc::Object(
                node.effective_members()
                    .filter_map(|member| {
                        let key = self.key(member, home, notes)?;
                        Some(Entry::new(key, self.json_value(&member.value, scene, home, notes)))
                    })
                    .collect(),
            ),
            NodeValue::Text(_) => Doc::text(self.scalar(node, scene, home, notes)),
            _ => Doc::Value(node.to_json()),
        }
    }

    fn scalar(&self, node: &Node, scene: Scene, home: Home, notes: &mut Notes) -> String {
        match &node.value {
            NodeValue::Text(text) => {
                let place = |span| node.place_of(span);
                self.template(&text.value, scene, home, place, node.place, notes)
            }
            NodeValue::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
            NodeValue::Number { value, text } if text.contains(['.', 'e', 'E']) => float_repr(*value),
            NodeValue::Number { text, .. } => text.to_string(),
            _ => String::new(),
        }
    }

    /// The key of a member; none where a template makes it, since Make evaluates values and no keys.
    fn key(&self, member: &Member, home: Home, notes: &mut Notes) -> Option<String> {
        let template = Template::parse(&member.key);
        if template.error().is_none() && template.is_literal() {
            return Some(member.key.to_string());
        }
        notes.add(home, member.key_place, "a member of `data` whose name is made by a template");
        None
    }

    fn template(
        &self,
        text: &str,
        scene: Scene,
        home: Home,
        place: impl Fn(Span) -> Place,
        whole: Place,
        notes: &mut Notes,
    ) -> String {
        let template = Template::parse(text);
        if template.error().is_some() {
            notes.add(home, whole, "a tag that begins in one text of `data` and ends in another");
            return String::new();
        }
        let mut lost = Lost::new();
        let text = Translator { names: self.names, scene, spelling: Spelling::Plain }.text(template.nodes(), &mut lost);
        self.note_lost(lost, home, place, notes);
        text
    }

    fn note_lost(&self, lost: Lost, home: Home, place: impl Fn(Span) -> Place, notes: &mut Notes) {
        for (span, text) in lost {
            notes.add(home, place(span), text);
        }
    }

    /// The place of a range of the text at `pointer`.
    fn place(&self, pointer: &str, offset: usize, span: Span) -> Option<Place> {
        let node = self.root.at(pointer)?;
        Some(node.place_of(Span::new(span.start as usize + offset, span.end as usize + offset)))
    }

    /// Adds the paths of what holds a secret.
    pub(super) fn sanitize(&self, part: &str, members: &[Entry], paths: &mut Vec<String>) {
        for member in members {
            if let Doc::Object(inner) = &member.value {
                self.sanitize(&format!("{part}.{}", path_step(&member.key)), inner, paths);
            }
            let Doc::Value(Json::String(text)) = &member.value else { continue };
            let template = Iml::parse(text);
            let reads_secret = template.variables().iter().any(|variable| {
                match variable.segments.iter().map(SmolStr::as_str).collect::<Vec<_>>().as_slice() {
                    ["temp", "code", ..] => true,
                    ["connection", name, ..] => super::oauth::is_secret(name) || super::oauth::is_secret(&member.key),
                    ["parameters", name, ..] => {
                        self.is_hidden(name) || super::oauth::is_secret(name) || super::oauth::is_secret(&member.key)
                    }
                    _ => false,
                }
            });
            if reads_secret {
                paths.push(format!("request.{part}.{}", path_step(&member.key)));
            }
        }
    }

    /// Whether the form field of this name is one that is hidden.
    fn is_hidden(&self, name: &str) -> bool {
        let asked = &self.manifest.initial_data_form;
        asked.iter().any(|item| self.names.field(&item.id) == Some(name) && item.secret != Some(false))
    }
}

/// A body by its kind.
enum Body {
    Form(Vec<Entry>),
    Json(Doc),
    Text(String),
}

/// A step of a path of `log.sanitize`.
fn path_step(key: &str) -> String {
    let is_plain = key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-');
    if is_plain { key.to_owned() } else { format!("`{key}`") }
}

/// A parameter that check finds fault with, and which the provider wants there.
fn excused(entry: Entry) -> Entry {
    let Doc::Value(Json::String(text)) = &entry.value else { return entry };
    let carries = Iml::parse(text).variables().iter().any(|variable| {
        let root = variable.segments.first().map(SmolStr::as_str);
        let name: String = variable.segments.last().map(|name| name.to_lowercase()).unwrap_or_default();
        matches!(root, Some("parameters" | "connection")) && SECRETS_IN_QUERY.contains(&name.as_str())
    });
    if carries { entry.with_comments([IN_QUERY.to_owned()]) } else { entry }
}

/// A text with expressions in it as one expression: `{{a}}:{{b}}` is `a + ':' + b`.
fn joined(text: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((expression, after)) = behind.split_once("}}") else { break };
        if !before.is_empty() {
            parts.push(quoted(before));
        }
        parts.push(expression.to_owned());
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(quoted(rest));
    }
    if parts.is_empty() { "''".to_owned() } else { parts.join(" + ") }
}
