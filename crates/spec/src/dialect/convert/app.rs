//! The files of the app.

use connspec_diagnostics::Place;
use serde_json::{Value as Json, json};

use super::super::{Item, Manifest, ManifestType, Template, named};
use super::document::{Doc, Entry};
use super::expression::Scene;
use super::names::Names;
use super::request::Writer;
use super::{CodeIn, Conversion, ConvertOptions, Home, Note, Notes, oauth};
use crate::node::Node;

pub(super) fn convert(manifest: &Manifest, root: &Node, options: &ConvertOptions) -> Result<Conversion, Note> {
    refuse_incomplete(manifest)?;
    let mut notes = Notes::default();
    let stored: Vec<String> = ["access_token", "refresh_token"]
        .map(str::to_owned)
        .into_iter()
        .chain(oauth::read_fields(manifest))
        .filter(|_| manifest.oauth.is_some())
        .collect();
    let names = Names::of(&manifest.initial_data_form, &stored);
    let writer = Writer { manifest, root, names: &names, code_in: options.code_in };
    note_what_is_left(manifest, root, options.code_in, &mut notes);
    let (communication, scopes) = match &manifest.oauth {
        Some(oauth) => {
            let (blocks, scopes) = writer.blocks(&oauth.value, &mut notes);
            (Doc::Object(blocks), scopes)
        }
        None => (writer.basic(&mut notes), Vec::new()),
    };
    let base = writer.base(&mut notes);
    let read_in_app = [communication.file(&[]), base.file(&[])].concat();
    let name = &options.name;
    let is_oauth = manifest.oauth.is_some();
    let file = |section: &str| format!("connections/{name}/{name}.{section}");
    let section = if is_oauth { "oauth-communication.iml.json" } else { "communication.iml.json" };
    let mut files = vec![
        ("makecomapp.json".to_owned(), index(name, is_oauth)),
        (file(section), communication.file(&of_connection(&communication, &notes))),
        (file("params.iml.json"), writer.form(&read_in_app).file(&notes.of(Home::Parameters))),
        ("general/base.iml.json".to_owned(), base.file(&notes.of(Home::Base))),
    ];
    if is_oauth {
        let described = scopes.iter().map(|scope| Entry::new(scope, Doc::text(scope))).collect();
        files.push((file("scope-list.iml.json"), Doc::Object(described).file(&[])));
        let asked = Doc::List(scopes.into_iter().map(Doc::text).collect());
        files.push((file("default-scope.iml.json"), asked.file(&[])));
    }
    let Notes(mut notes) = notes;
    notes.sort_by_key(|note| (note.home, note.place.map(|place| place.span)));
    files.push(("README.md".to_owned(), readme(name, &notes)));
    Ok(Conversion { files, notes })
}

/// The comments at the top of the communication section. A manifest has nothing that verifies, and check wants it.
fn of_connection(communication: &Doc, notes: &Notes) -> Vec<String> {
    let mut comments = notes.of(Home::Connection);
    let verifies = matches!(communication, Doc::Object(entries) if entries.iter().any(|entry| entry.key == "url"));
    if !verifies {
        comments.push("connspec-ignore CS0114: a manifest has no request that verifies the connection".to_owned());
    }
    comments
}

/// What cannot be converted at all.
fn refuse_incomplete(manifest: &Manifest) -> Result<(), Note> {
    let refuse = |place: Place, text: String| Err(Note { place: Some(place), text, home: Home::Connection });
    if let Some(oauth) = &manifest.oauth {
        let missing: Vec<&str> = [
            ("`authenticate_url`", oauth.value.authenticate_url.is_none()),
            ("`access_token`", oauth.value.access_token.is_none()),
        ]
        .into_iter()
        .filter_map(|(name, is_missing)| is_missing.then_some(name))
        .collect();
        if !missing.is_empty() {
            return refuse(oauth.key, format!("`oauth` lacks {}", missing.join(" and ")));
        }
        let items = [&oauth.value.access_token, &oauth.value.refresh];
        for item in items.into_iter().flatten() {
            if item.url.is_none() {
                return refuse(item.place, format!("the request `{}` lacks `url`", named(&item.pointer)));
            }
        }
    }
    Ok(())
}

/// Whatever no connection has a place for.
fn note_what_is_left(manifest: &Manifest, root: &Node, code_in: CodeIn, notes: &mut Notes) {
    for item in manifest.execute.iter().flat_map(|list| &list.value) {
        notes.add(Home::Base, item.place, format!("`{}`, {}: make a module of it", named(&item.pointer), shown(item)));
    }
    if let Some(item) = &manifest.exists {
        notes.add(Home::Base, item.place, format!("`exists`, {}: make a search module of it", shown(item)));
    }
    for item in manifest.revoke.iter().flat_map(|list| &list.value) {
        notes.add(Home::Base, item.place, format!("`{}`, {}: make a module of it", named(&item.pointer), shown(item)));
    }
    for (key, what) in [
        ("form", "its questions are the mappable parameters of a module; lists from a `url` are remote procedures"),
        ("extra_user_info", "what is asked of the person is a mappable parameter of a module"),
        ("post_execute_notification", "messages are modules of a scenario"),
    ] {
        if let Some(member) = root.member(key).filter(|member| !member.value.elements().is_empty()) {
            notes.add(Home::Base, member.key_place, format!("`{key}`: {what}"));
        }
    }
    if manifest.manifest_type == ManifestType::SyncUsers {
        let keys = [
            "data_structure",
            "data_from",
            "next_page",
            "next_page_from",
            "next_page_token_from",
            "schedule",
            "action",
        ];
        let member = keys.iter().find_map(|key| root.member(key));
        let text = "the import of people (`data_structure`, pages, `schedule`): make a search module with `iterate` and \
                    `pagination`, and schedule the scenario";
        notes.add(Home::Base, member.map(|member| member.key_place), text);
    }
    for item in manifest.initial_data_form.iter().filter(|item| item.is_generated()) {
        let text = format!("`{}` is made up at every run; let a module make it: `{{{{uuid}}}}`", item.id);
        notes.add(Home::Parameters, item.place, text);
    }
    if manifest.oauth.is_some() {
        let text = "no request tells who is connected: add `info` with a request that needs the token, so that a \
                    connection has a name and can be verified";
        notes.add(Home::Connection, None, text);
        let oauth = manifest.oauth.as_ref().map(|oauth| &oauth.value);
        if oauth.is_some_and(|oauth| !oauth.is_without_code()) && code_in == CodeIn::Body {
            let text = "the code and the query of `access_token` go into the body, as RFC 6749 §4.1.3 has it; the manifest \
                        sends them in the address";
            notes.add(Home::Token, None, text);
        }
    }
}

fn shown(item: &Item) -> String {
    let address = item.url.as_ref().map_or("without an address", |url| url.value.source());
    format!("{} {}", item.method(), address.split('?').next().unwrap_or_default())
}

impl Writer<'_> {
    /// A manifest without `oauth`: its answers are the connection, and nothing verifies them unless something can be read
    /// with them alone.
    fn basic(&self, notes: &mut Notes) -> Doc {
        let items = self.manifest.execute.iter().flat_map(|list| &list.value).chain(&self.manifest.exists);
        let mut readable = items.filter(|item| item.method().eq_ignore_ascii_case("GET") && item.url.is_some());
        let found = readable.find_map(|item| {
            let mut own = Notes::default();
            let written = self.request(item, Scene::Connecting, Home::Connection, false, &mut own);
            own.0.is_empty().then_some(written)
        });
        let Some(written) = found else {
            notes.add(
                Home::Connection,
                None,
                "no request verifies the answers: add a `url` that can be read with them, and its `headers` from the base",
            );
            return Doc::Object(Vec::new());
        };
        let mut entries = written.entries;
        let message = "[{{statusCode}}] The service does not accept these answers.";
        let error = Doc::texts([("message", message.to_owned())]);
        entries.push(Entry::new("response", Doc::Object(vec![Entry::new("error", error)])));
        if !written.sanitize.is_empty() {
            entries.push(Entry::new("log", oauth::log(written.sanitize)));
        }
        Doc::Object(entries)
    }

    /// What modules inherit: the manifest's headers, and the address its requests have in common.
    fn base(&self, notes: &mut Notes) -> Doc {
        let mut entries = Vec::new();
        if let Some(origin) = self.origin() {
            entries.push(Entry::new("baseUrl", Doc::text(origin)));
        }
        let headers: Vec<Entry> = self
            .manifest
            .headers
            .iter()
            .filter_map(|header| self.header(header, Scene::Connected, Home::Base, notes))
            .collect();
        let mut paths = Vec::new();
        self.sanitize("headers", &headers, &mut paths);
        if !headers.is_empty() {
            let of_the_store = |header: Entry| Entry { value: header.value.reading_the_store(), ..header };
            entries.push(Entry::new("headers", Doc::Object(headers.into_iter().map(of_the_store).collect())));
        }
        let refused = Doc::texts([
            ("type", "InvalidAccessTokenError".to_owned()),
            ("message", "[401] The service does not accept the credentials any more. Connect again.".to_owned()),
        ]);
        let message = Entry::new(
            "message",
            Doc::text("[{{statusCode}}] {{ifempty(body.error.message, 'The service gave no reason.')}}"),
        );
        let error = Doc::Object(vec![message, Entry::new("401", refused)]);
        entries.push(Entry::new("response", Doc::Object(vec![Entry::new("error", error)])));
        if !paths.is_empty() {
            entries.push(Entry::new("log", oauth::log(paths)));
        }
        Doc::Object(entries)
    }

    /// The origin of every request beside `oauth`, where they share one that is written out.
    fn origin(&self) -> Option<String> {
        let lists =
            [&self.manifest.execute, &self.manifest.revoke].map(|list| list.as_ref().map(|list| list.value.as_slice()));
        let [execute, revoke] = lists.map(Option::unwrap_or_default);
        let urls = execute.iter().chain(&self.manifest.exists).chain(revoke).filter_map(|item| item.url.as_ref());
        let mut origins = urls.map(|url| {
            let (scheme, rest) = url.value.source().split_once("://")?;
            let host = rest.split(['/', '?', '#']).next()?;
            (!host.contains('{') && !scheme.contains('{')).then(|| format!("{scheme}://{host}"))
        });
        let first = origins.next()??;
        origins.all(|origin| origin.as_ref() == Some(&first)).then_some(first)
    }

    /// The form. A secret that only requests beside the app's read is asked for all the same: modules will need it.
    fn form(&self, read_in_app: &str) -> Doc {
        let asked = self.manifest.initial_data_form.iter();
        let fields = asked.filter_map(|item| {
            let name = self.names.field(&item.id).filter(|_| !item.is_generated())?;
            let kind = if item.secret == Some(false) { "text" } else { "password" };
            let label = if item.name.is_empty() { &item.id } else { &item.name };
            let waits = !read_in_app.contains(name) && kind == "password" && is_read(self.manifest, &item.id);
            let excuse = "connspec-ignore CS0619: requests that are no modules yet read it";
            let mut entries = vec![
                Entry::new("name", Doc::text(name)).with_comments(waits.then(|| excuse.to_owned())),
                Entry::new("type", Doc::text(kind)),
                Entry::new("label", Doc::text(label.as_str())),
            ];
            if let Some(help) = item.description.as_ref().filter(|text| !text.is_empty()) {
                entries.push(Entry::new("help", Doc::text(help.as_str())));
            }
            entries.push(Entry::new("required", Doc::Value(Json::Bool(true))));
            // Whoever edits a host later sends the stored secrets elsewhere.
            entries.push(Entry::new("editable", Doc::Value(Json::Bool(!is_in_host(read_in_app, name)))));
            Some(Doc::Object(entries))
        });
        Doc::List(fields.collect())
    }
}

/// Whether a field takes part in the host of an address.
fn is_in_host(text: &str, name: &str) -> bool {
    let hosts =
        text.match_indices("://").map(|(at, _)| text[at + 3..].split(['/', '"', '?']).next().unwrap_or_default());
    let read = format!("parameters.{name}");
    hosts.flat_map(|host| host.split(&read).skip(1)).any(|after| !after.starts_with(char::is_alphanumeric))
}

/// Whether any request of a manifest reads a name.
fn is_read(manifest: &Manifest, id: &str) -> bool {
    let reads = |template: &Template| template.variables().iter().any(|variable| variable.path[0] == id);
    manifest.items().into_iter().any(|item| {
        let credentials = item.headers.iter().filter_map(|header| header.basic.as_ref()).map(|(template, _)| template);
        let data = item.data.iter().map(|data| data.value.template());
        let signs = item.extra_headers.is_some() && matches!(id, "API_TOKEN" | "API_SECRET");
        signs
            || item.templates().into_iter().map(|directive| &directive.value).chain(credentials).chain(data).any(reads)
    })
}

/// makecomapp.json.
fn index(name: &str, is_oauth: bool) -> String {
    let file = |section: &str| Json::from(format!("connections/{name}/{name}.{section}"));
    let only_oauth = |section: &str| if is_oauth { file(section) } else { Json::Null };
    let communication = if is_oauth { "oauth-communication.iml.json" } else { "communication.iml.json" };
    let index = json!({
        "fileVersion": 1,
        "generalCodeFiles": {
            "base": "general/base.iml.json",
            "common": null,
            "readme": "README.md",
            "groups": null
        },
        "components": {
            "connection": {
                name: {
                    "label": name,
                    "connectionType": if is_oauth { "oauth" } else { "basic" },
                    "codeFiles": {
                        "communication": file(communication),
                        "params": file("params.iml.json"),
                        "common": null,
                        "scopeList": only_oauth("scope-list.iml.json"),
                        "defaultScope": only_oauth("default-scope.iml.json"),
                        "installSpec": null,
                        "installDirectives": null
                    }
                }
            },
            "webhook": {},
            "module": {},
            "rpc": {},
            "function": {},
            "endpoint": {}
        },
        "origins": []
    });
    format!("{index:#}\n")
}

fn readme(name: &str, notes: &[Note]) -> String {
    let mut text = format!("# {name}\n\nConverted from an integration manifest.\n");
    if !notes.is_empty() {
        text.push_str("\n## Not carried over\n\n");
        notes.iter().for_each(|note| text.push_str(&format!("* {}\n", note.text)));
    }
    text
}
