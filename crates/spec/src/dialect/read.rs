//! From a file's tree to a [`Manifest`]. Reading never fails: what has the wrong shape becomes a finding and is left
//! out; judgement is for the checks.

use connspec_diagnostics::{Diagnostic, Place, Span};

use super::model::*;
use super::template::TemplateError;
use super::{DataTemplate, Template};
use crate::model::{Directive, Field, Parameters};
use crate::node::{Member, Node, NodeValue, escape_pointer};
use crate::rules;

/// What only manifests that import people have.
const SYNC_KEYS: [&str; 7] =
    ["data_structure", "data_from", "next_page_from", "next_page_token_from", "next_page", "action", "schedule"];

impl Manifest {
    /// Reads a manifest.
    pub fn read(root: &Node, findings: &mut Vec<Diagnostic>) -> Self {
        let manifest_type = if SYNC_KEYS.iter().any(|key| root.get(key).is_some()) {
            ManifestType::SyncUsers
        } else {
            ManifestType::Webhook
        };
        let mut top = Reader { node: root, pointer: String::new(), findings };
        let oauth = top.oauth();
        let manifest = Self {
            place: root.place,
            manifest_type,
            headers: top.headers(),
            oauth,
            initial_data_form: top.form("initial_data_form"),
            form: top.form("form"),
            extra_user_info: top.form("extra_user_info"),
            execute: top.items("execute"),
            exists: top.item("exists"),
            revoke: top.items("revoke"),
            notifications: top.notifications(),
            sync: top.sync(),
        };
        manifest.note_what_is_missing(root, findings);
        manifest
    }

    /// The form of `initial_data_form`: all of it is asked for, and hidden unless `secret` is false.
    pub(crate) fn parameters(&self) -> Parameters {
        let asked = self.initial_data_form.iter().filter(|item| !item.is_generated() && !item.id.is_empty());
        let fields = asked.map(|item| Field {
            place: item.place,
            node: item.node.clone(),
            name: item.id.clone(),
            label: if item.name.is_empty() { item.id.clone() } else { item.name.clone() },
            help: item.description.clone().filter(|description| !description.is_empty()),
            kind: if item.secret == Some(false) { "text" } else { "password" }.to_owned(),
            required: true,
            advanced: false,
            editable: true,
            multiline: false,
            default: None,
            options: Vec::new(),
        });
        Parameters { fields: fields.collect(), remote: Vec::new() }
    }

    /// Every request, in the order of a manifest's life.
    pub fn items(&self) -> Vec<&Item> {
        let oauth = self.oauth.iter().flat_map(|oauth| [&oauth.access_token, &oauth.refresh]).flatten();
        let lists = [&self.execute, &self.revoke].map(|list| list.as_ref().map(|list| list.value.as_slice()));
        let [execute, revoke] = lists.map(Option::unwrap_or_default);
        let choices = self.form.iter().filter_map(|item| item.request.as_deref());
        oauth.chain(execute).chain(&self.exists).chain(revoke).chain(choices).collect()
    }

    /// A fragment says what it lacks to be a manifest.
    fn note_what_is_missing(&self, root: &Node, findings: &mut Vec<Diagnostic>) {
        // What is there in another shape has its own finding.
        let mut missing = Vec::new();
        if !is_there(root, "execute") {
            missing.push("`execute`");
        }
        if self.manifest_type == ManifestType::SyncUsers && !is_there(root, "data_structure") {
            missing.push("`data_structure`");
        }
        if !missing.is_empty() {
            findings.push(incomplete("the manifest", &missing, root.place, "an integration cannot be run without it"));
        }
        let Some(oauth) = &self.oauth else { return };
        let written = |key: &str| root.get("oauth").is_some_and(|node| is_there(node, key));
        let mut missing = Vec::new();
        if !written("authenticate_url") {
            missing.push("`authenticate_url`");
        }
        if oauth.access_token.is_none()
            && root.get("oauth").and_then(|node| node.get("access_token")).is_none_or(is_empty)
        {
            missing.push("`access_token`");
        }
        if !missing.is_empty() {
            let why = "nobody can be asked for access, or no token fetched, without it";
            findings.push(incomplete("`oauth`", &missing, oauth.key, why));
        }
    }
}

/// Those of `keys` that `node` does not have, in backticks.
fn absent(node: &Node, keys: &[&str]) -> Vec<String> {
    keys.iter().filter(|key| !is_there(node, key)).map(|key| format!("`{key}`")).collect()
}

/// Whether the node has a member of this name with something in it.
fn is_there(node: &Node, key: &str) -> bool {
    node.get(key).is_some_and(|value| !value.is_null() && value.as_str() != Some(""))
}

/// Null, or an object without members, which counts as none.
fn is_empty(node: &Node) -> bool {
    node.is_null() || (node.is_object() && node.members().is_empty())
}

fn incomplete(what: &str, missing: &[impl AsRef<str>], place: Place, why: &str) -> Diagnostic {
    let list = missing.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" and ");
    rules::MANIFEST_INCOMPLETE
        .finding(format!("{what} lacks {list}"))
        .at(place)
        .why(why)
        .help(format!("add {list}, or take this file for the fragment it is"))
}

struct Reader<'n, 'f> {
    node: &'n Node,
    pointer: String,
    findings: &'f mut Vec<Diagnostic>,
}

impl<'n> Reader<'n, '_> {
    fn inside<'a>(&'a mut self, node: &'n Node, pointer: String) -> Reader<'n, 'a> {
        Reader { node, pointer, findings: self.findings }
    }

    fn pointer_of(&self, key: &str) -> String {
        format!("{}/{}", self.pointer, escape_pointer(key))
    }

    fn directive<T>(&self, member: &Member, value: T) -> Directive<T> {
        Directive { key: member.key_place, place: member.value.place, pointer: self.pointer_of(&member.key), value }
    }

    /// The member of this name; null counts as absent.
    fn member(&self, key: &str) -> Option<&'n Member> {
        self.node.member(key).filter(|member| !member.value.is_null())
    }

    fn refuse<T>(&mut self, key: &str, node: &Node, wanted: &str) -> Option<T> {
        self.findings.push(
            rules::DIRECTIVE_SHAPE
                .finding(format!("`{key}` must be {wanted}, not {}", node.kind_name()))
                .at(node.place)
                .why("a value of another shape is not understood and has no effect")
                .help(format!("write {wanted}")),
        );
        None
    }

    fn text(&mut self, key: &str) -> Option<Directive<String>> {
        let member = self.member(key)?;
        match scalar(&member.value) {
            Some(text) => Some(self.directive(member, text)),
            None => self.refuse(key, &member.value, "a text"),
        }
    }

    fn flag(&mut self, key: &str) -> Option<Directive<bool>> {
        let member = self.member(key)?;
        match member.value.as_bool() {
            Some(value) => Some(self.directive(member, value)),
            None => self.refuse(key, &member.value, "true or false"),
        }
    }

    fn number(&mut self, key: &str) -> Option<Directive<f64>> {
        let member = self.member(key)?;
        match member.value.as_f64() {
            Some(value) => Some(self.directive(member, value)),
            None => self.refuse(key, &member.value, "a number"),
        }
    }

    fn template(&mut self, key: &str) -> Option<Directive<Template>> {
        let member = self.member(key)?;
        let Some(text) = scalar(&member.value) else { return self.refuse(key, &member.value, "a text") };
        let template = Template::parse(&text);
        note_error(template.error(), |span| member.value.place_of(span), self.findings);
        Some(self.directive(member, template))
    }

    fn list(&mut self, key: &str) -> Option<&'n Member> {
        let member = self.member(key)?;
        if member.value.is_array() { Some(member) } else { self.refuse(key, &member.value, "a list") }
    }

    fn object(&mut self, key: &str) -> Option<&'n Member> {
        let member = self.member(key)?;
        if member.value.is_object() { Some(member) } else { self.refuse(key, &member.value, "an object") }
    }

    fn oauth(&mut self) -> Option<Directive<ManifestOAuth>> {
        let member = self.object("oauth").filter(|member| !member.value.members().is_empty())?;
        let mut inner = self.inside(&member.value, "/oauth".to_owned());
        let oauth = ManifestOAuth {
            authenticate_url: inner.template("authenticate_url"),
            access_token: inner.item("access_token"),
            refresh: inner.item("refresh"),
            without_code: inner.flag("without_code"),
        };
        Some(self.directive(member, oauth))
    }

    fn items(&mut self, key: &str) -> Option<Directive<Vec<Item>>> {
        let member = self.list(key)?;
        let mut items = Vec::new();
        for (index, node) in member.value.elements().iter().enumerate() {
            let pointer = format!("{}/{index}", self.pointer_of(key));
            if node.is_object() {
                items.push(self.inside(node, pointer).request());
            } else {
                let _: Option<()> = self.refuse(&format!("{key}[{index}]"), node, "an object with `url`");
            }
        }
        Some(self.directive(member, items))
    }

    /// One request; an empty object is none.
    fn item(&mut self, key: &str) -> Option<Item> {
        let member = self.object(key)?;
        if member.value.members().is_empty() {
            return None;
        }
        let pointer = self.pointer_of(key);
        Some(self.inside(&member.value, pointer).request())
    }

    fn request(&mut self) -> Item {
        let url = self.template("url");
        if !is_there(self.node, "url") {
            let what = format!("the request `{}`", super::named(&self.pointer));
            self.findings.push(incomplete(&what, &["`url`"], self.node.place, "there is nowhere to send it"));
        }
        Item {
            place: self.node.place,
            pointer: self.pointer.clone(),
            node: self.node.clone(),
            url,
            method: self.text("method"),
            data: self.data(),
            headers: self.headers(),
            cast_data_to_json: self.flag("cast_data_to_json"),
            status_code: self.status_codes(),
            store_data: self.pairs("store_data"),
            continue_if: self.continue_if(),
            polling: self.polling(),
            save_as_file: self.text("save_as_file"),
            files: self.pairs("files"),
            extra_headers: self.text("extra_headers"),
            expected: self.template("expected"),
        }
    }

    /// Any JSON; null is JSON too.
    fn data(&mut self) -> Option<Directive<DataTemplate>> {
        let member = self.node.member("data")?;
        let template = DataTemplate::new(&member.value);
        note_error(template.template().error(), |span| template.place(span), self.findings);
        Some(self.directive(member, template))
    }

    fn headers(&mut self) -> Vec<HeaderTemplate> {
        let Some(member) = self.object("headers") else { return Vec::new() };
        let pointer = self.pointer_of("headers");
        let mut headers = Vec::new();
        for header in member.value.effective_members() {
            let Some(text) = scalar(&header.value) else {
                let _: Option<()> = self.refuse(&format!("headers.{}", header.key), &header.value, "a text");
                continue;
            };
            let name_template = Template::parse(&header.key);
            note_error(name_template.error(), |span| header.place_in_key(span), self.findings);
            let template = Template::parse(&text);
            let basic = basic(&header.key, &text);
            if basic.is_none() {
                note_error(template.error(), |span| header.value.place_of(span), self.findings);
            }
            let value = Directive {
                key: header.key_place,
                place: header.value.place,
                pointer: format!("{pointer}/{}", escape_pointer(&header.key)),
                value: template,
            };
            headers.push(HeaderTemplate { name: header.key.to_string(), name_template, value, basic });
        }
        headers
    }

    fn status_codes(&mut self) -> Option<Directive<Vec<StatusCode>>> {
        let member = self.list("status_code")?;
        let codes = member.value.elements().iter().filter_map(|node| {
            Some(StatusCode { place: node.place, text: scalar(node)?, is_text: node.as_str().is_some() })
        });
        Some(self.directive(member, codes.collect()))
    }

    fn pairs(&mut self, key: &str) -> Vec<Pair> {
        let Some(member) = self.object(key) else { return Vec::new() };
        let pointer = self.pointer_of(key);
        let mut pairs = Vec::new();
        for pair in member.value.effective_members() {
            match scalar(&pair.value) {
                Some(text) => pairs.push(Directive {
                    key: pair.key_place,
                    place: pair.value.place,
                    pointer: format!("{pointer}/{}", escape_pointer(&pair.key)),
                    value: (pair.key.to_string(), text),
                }),
                None => {
                    let _: Option<()> = self.refuse(&format!("{key}.{}", pair.key), &pair.value, "a text");
                }
            }
        }
        pairs
    }

    fn continue_if(&mut self) -> Option<Directive<ContinueIf>> {
        let member = self.object("continue_if").filter(|member| !member.value.members().is_empty())?;
        let pointer = self.pointer_of("continue_if");
        let mut inner = self.inside(&member.value, pointer);
        let (path, value) = (inner.text("response_notation"), inner.template("value"));
        let (Some(path), Some(value)) = (path, value) else {
            let why = "the answer cannot be compared without both";
            self.note_absent("`continue_if`", &member.value, &["response_notation", "value"], why);
            return None;
        };
        Some(self.directive(member, ContinueIf { response_notation: path.value, value }))
    }

    fn polling(&mut self) -> Option<Directive<Polling>> {
        let member = self.object("polling").filter(|member| !member.value.members().is_empty())?;
        let pointer = self.pointer_of("polling");
        let mut inner = self.inside(&member.value, pointer);
        let (interval, amount) = (inner.number("interval"), inner.number("amount"));
        let (Some(interval), Some(amount)) = (interval, amount) else {
            let why = "nothing says how often to ask";
            self.note_absent("`polling`", &member.value, &["interval", "amount"], why);
            return None;
        };
        Some(self.directive(member, Polling { interval: interval.value, amount: amount.value }))
    }

    fn note_absent(&mut self, what: &str, node: &Node, keys: &[&str], why: &str) {
        let missing = absent(node, keys);
        if !missing.is_empty() {
            self.findings.push(incomplete(what, &missing, node.place, why));
        }
    }

    fn form(&mut self, key: &str) -> Vec<FormItem> {
        let Some(member) = self.list(key) else { return Vec::new() };
        let mut items = Vec::new();
        for (index, node) in member.value.elements().iter().enumerate() {
            let pointer = format!("{}/{index}", self.pointer_of(key));
            if !node.is_object() {
                let _: Option<()> = self.refuse(&format!("{key}[{index}]"), node, "an object with `id` and `name`");
                continue;
            }
            let mut inner = self.inside(node, pointer.clone());
            let text = |directive: Option<Directive<String>>| directive.map(|directive| directive.value);
            let id = text(inner.text("id"));
            if !is_there(node, "id") {
                let what = format!("`{key}[{index}]`");
                inner.findings.push(incomplete(&what, &["`id`"], node.place, "its value has no name to be used by"));
            }
            items.push(FormItem {
                place: node.place,
                pointer,
                node: node.clone(),
                id: id.unwrap_or_default(),
                name: text(inner.text("name")).unwrap_or_default(),
                description: text(inner.text("description")),
                kind: text(inner.text("type")),
                secret: inner.flag("secret").map(|flag| flag.value),
                request: is_there(node, "url").then(|| Box::new(inner.request())),
            });
        }
        items
    }

    fn notifications(&mut self) -> Vec<Notification> {
        let Some(member) = self.list("post_execute_notification") else { return Vec::new() };
        let mut notifications = Vec::new();
        for (index, node) in member.value.elements().iter().enumerate() {
            let pointer = format!("/post_execute_notification/{index}");
            let mut inner = self.inside(node, pointer);
            notifications.push(Notification {
                place: node.place,
                kind: inner.text("type").map(|kind| kind.value).unwrap_or_default(),
                to: inner.template("to"),
                subject: inner.template("subject"),
                message: inner.template("message"),
            });
        }
        notifications
    }

    fn sync(&mut self) -> Sync {
        let structure = self.object("data_structure");
        // Its shape was looked at where the member was taken.
        let pairs = if structure.is_some() { self.pairs("data_structure") } else { Vec::new() };
        Sync {
            data_from: self.text("data_from"),
            data_structure: structure.map(|member| self.directive(member, pairs)),
            action: self.text("action"),
            schedule: self.text("schedule"),
            paging: self.paging(),
            amount_pages_to_fetch: self.number("amount_pages_to_fetch"),
        }
    }

    fn paging(&mut self) -> Option<Paging> {
        let address = self.text("next_page_from").filter(|path| !path.value.is_empty());
        let (from, page) = (self.text("next_page_token_from"), self.template("next_page"));
        match (address, from, page) {
            (Some(address), ..) => Some(Paging::Address(address)),
            (None, Some(from), Some(page)) => Some(Paging::Token { from, page }),
            _ => None,
        }
    }
}

/// A text, or what stands for one.
fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        NodeValue::Text(text) => Some(text.value.to_string()),
        NodeValue::Number { text, .. } => Some(text.to_string()),
        NodeValue::Bool(value) => Some(if *value { "True" } else { "False" }.to_owned()),
        _ => None,
    }
}

/// What is encoded of `Authorization: Basic …`.
fn basic(name: &str, value: &str) -> Option<(Template, usize)> {
    if name != "Authorization" || !value.starts_with("Basic") {
        return None;
    }
    let (before, credentials) = value.split_once(' ')?;
    Some((Template::parse(credentials), before.len() + 1))
}

fn note_error(error: Option<&TemplateError>, place: impl Fn(Span) -> Place, findings: &mut Vec<Diagnostic>) {
    let Some(error) = error else { return };
    findings.push(
        rules::MANIFEST_TEMPLATE
            .finding(error.message.clone())
            .at(place(error.span))
            .why("a template that does not compile ends every run that reaches it")
            .help("write Django's template language: `{{ NAME }}`, `{{ oauth.access_token|safe }}`, `{% if NAME %}…{% endif %}`"),
    );
}
