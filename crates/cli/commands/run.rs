//! `connspec run MANIFEST`: the requests of an integration manifest with given values.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use connspec_diagnostics::suggest::nearest;
use connspec_runner::{ManifestPart, ManifestRun};
use connspec_spec::dialect::{FormItem, Item, Manifest, Template, USER_FIELDS};
use connspec_spec::model::FieldOption;
use connspec_spec::{Definition, Field};
use serde_json::{Map, Value};

use crate::failure::{Failure, Outcome};
use crate::options::{Inputs, Network, Shown, Spec, Store};
use crate::output;
use crate::session::{Opened, Session, print_address, saved};

/// Run an integration manifest's requests with given values: `execute`, `exists` or `revoke`
///
/// An import is followed through its pages. Messages of `post_execute_notification` are shown and not sent.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  connspec run manifest.json -p TOKEN=env:WORK_TOKEN -p email=jane@example.com -p first_name=Jane
  connspec run manifest.json --with 'Jane Black' --step 2
  connspec run manifest.json --part exists -p TOKEN=env:WORK_TOKEN -p email=jane@example.com")]
pub struct Run {
    #[command(flatten)]
    spec: Spec,

    /// What of it
    #[arg(long, value_enum, default_value_t)]
    part: Part,

    /// One request of it alone, counted from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    step: Option<u32>,

    /// The saved connection whose answers and tokens are used; a manifest with `oauth` needs one
    #[arg(long, value_name = "NAME")]
    with: Option<String>,

    /// A value: an id of a form, a field of the person such as email; the value may be @FILE or env:NAME
    #[arg(short = 'p', long = "param", value_name = "KEY=VALUE")]
    parameters: Vec<String>,

    /// Values from a JSON or JSON5 file
    #[arg(long, value_name = "FILE")]
    params: Option<PathBuf>,

    #[command(flatten)]
    network: Network,

    #[command(flatten)]
    store: Store,

    #[command(flatten)]
    pub(super) shown: Shown,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Give the person access
    #[default]
    Execute,
    /// Ask whether the person has it
    Exists,
    /// Take it away
    Revoke,
}

impl Run {
    pub async fn run(&self) -> Outcome {
        let opened = self.spec.open()?;
        let definition = &opened.definition;
        let Some(manifest) = definition.manifest() else {
            return Err(Failure::unexamined(format!(
                "{} is no integration manifest, so it has no requests to run",
                self.spec.spec
            ))
            .help("a definition of Make's is connected: `connspec connect`"));
        };
        let part = match self.part {
            Part::Execute => ManifestPart::Execute,
            Part::Exists => ManifestPart::Exists,
            Part::Revoke => ManifestPart::Revoke,
        };
        let names = Names::of(manifest, part);
        let values = self.values(&names)?;
        names.refuse_unknown(&values)?;
        let store: Arc<dyn connspec_store::ConnectionStore> = match &self.with {
            Some(_) => self.store.open_existing().await?.into(),
            None => Arc::new(connspec_store::MemoryStore::new()),
        };
        let mut network = self.network.clone();
        let mut known = values.clone();
        if let Some(name) = &self.with {
            let (connection, of) = saved(store.as_ref(), name).await?;
            self.refuse_foreign(name, &opened, manifest, &of)?;
            network = network.recalling(&connection.settings);
            let given = known;
            known = connection.data;
            known.extend(given);
        }
        if manifest.oauth.is_some() && names.read.contains("oauth") && !known.contains_key("oauth") {
            return Err(Failure::unexamined("the manifest has `oauth`, and there are no tokens yet").help(format!(
                "connect first with `connspec connect {} --name NAME`, then say --with NAME",
                self.spec.spec
            )));
        }
        let missing = names.missing(definition, manifest, &known)?;
        let session = Session::new(&network, &self.shown, store, &opened, print_address)?;
        let session = if self.with.is_some() { session.rescuing(&self.store)? } else { session };
        let mut values = values;
        for (mut field, entry) in missing {
            if let Some(entry) = entry {
                let (report, choices) = session.runner.choices(definition, entry, &known).await;
                if !report.succeeded() {
                    return session.finish(&report);
                }
                let option = |(value, label)| FieldOption { value, label, default: false };
                field.options = choices.into_iter().map(option).collect();
            }
            let answer = crate::prompt::ask(&field)?;
            known.insert(field.name.clone(), answer.clone());
            values.insert(field.name, answer);
        }
        let step = self.step.map(|step| step as usize - 1);
        let asked = ManifestRun { part, step, connection: self.with.clone(), values };
        let report = session.runner.run_manifest(definition, &asked).await;
        session.finish(&report)
    }

    /// Refuses a connection of another definition, whose tokens are of no use here and are nobody's business there.
    /// One of a copy of the manifest will do: its tokens come from the same address.
    fn refuse_foreign(&self, name: &str, opened: &Opened, manifest: &Manifest, of: &Opened) -> Result<(), Failure> {
        if of.reference.spec == opened.reference.spec && of.reference.connection == opened.reference.connection {
            return Ok(());
        }
        if of.definition.manifest().is_some_and(|other| issuer(other) == issuer(manifest)) {
            return Ok(());
        }
        let part = match &of.reference.connection {
            Some(connection) => format!(" (its connection `{connection}`)"),
            None => String::new(),
        };
        Err(Failure::unexamined(format!(
            "the connection `{name}` belongs to another definition, {}{part}, not to {}",
            of.reference.spec, self.spec.spec
        ))
        .help(format!("connect with `connspec connect {} --name NAME`, then say --with NAME", self.spec.spec)))
    }

    /// What was given; `oauth.access_token=…` is a member of `oauth`.
    fn values(&self, names: &Names) -> Result<Map<String, Value>, Failure> {
        let inputs = Inputs { parameters: self.parameters.clone(), params: self.params.clone(), ..Inputs::default() };
        let mut values = Map::new();
        for (name, value) in inputs.read()?.parameters {
            match name.strip_prefix("oauth.") {
                Some(field) => {
                    names.refuse_unknown_field(field)?;
                    let oauth = values.entry("oauth").or_insert_with(|| Map::new().into());
                    if let Value::Object(members) = oauth {
                        insert(members, field, value);
                    }
                }
                None => drop(values.insert(name, value)),
            }
        }
        Ok(values)
    }
}

/// Puts a value under a dotted name.
fn insert(members: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => drop(members.insert(name.to_owned(), value)),
        Some((first, rest)) => {
            let inner = members.entry(first).or_insert_with(|| Map::new().into());
            if let Value::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

/// Where a manifest's tokens come from, as it is written.
fn issuer(manifest: &Manifest) -> Option<&str> {
    let item = manifest.oauth.as_ref()?.value.access_token.as_ref()?;
    Some(item.url.as_ref()?.value.source())
}

/// What an answer with tokens holds (RFC 6749 §5.1, OpenID Connect Core 1.0 §3.1.3.3).
const TOKEN_FIELDS: [&str; 6] = ["access_token", "refresh_token", "expires_in", "token_type", "scope", "id_token"];

/// The names that matter to a part of a manifest.
struct Names {
    /// Read by a template of the part.
    read: BTreeSet<String>,
    /// Everything that may be given.
    known: BTreeSet<String>,
    /// What is read of `oauth`, dotted, and what an answer with tokens holds.
    fields: BTreeSet<String>,
    part: ManifestPart,
}

impl Names {
    fn of(manifest: &Manifest, part: ManifestPart) -> Self {
        let mut read = BTreeSet::new();
        let mut everything = BTreeSet::new();
        let mut fields: BTreeSet<String> = TOKEN_FIELDS.map(str::to_owned).into();
        for (template, counts) in templates(manifest, part) {
            let names = names_in(template);
            everything.extend(names.iter().cloned());
            let of_oauth = template.variables().into_iter().filter(|variable| variable.path[0] == "oauth");
            fields.extend(of_oauth.map(|variable| variable.path[1..].join(".")).filter(|field| !field.is_empty()));
            if counts {
                read.extend(names);
            }
        }
        let forms = manifest.initial_data_form.iter().chain(&manifest.form).chain(&manifest.extra_user_info);
        let mut known = everything;
        known.extend(forms.map(|item| item.id.clone()).filter(|id| !id.is_empty()));
        known.extend(USER_FIELDS.map(str::to_owned));
        known.extend(manifest.items().into_iter().flat_map(|item| &item.store_data).map(|pair| pair.value.0.clone()));
        known.extend(["API_TOKEN", "API_SECRET"].into_iter().filter(|_| is_signed(manifest)).map(str::to_owned));
        Self { read, known, fields, part }
    }

    /// A field of `oauth` that nothing reads: misspelt, most likely.
    fn refuse_unknown_field(&self, field: &str) -> Result<(), Failure> {
        let within = |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
        if self.fields.iter().any(|known| known == field || within(known, field) || within(field, known)) {
            return Ok(());
        }
        let failure = Failure::unexamined(format!("the manifest reads nothing called `oauth.{field}`"));
        Err(match nearest(field, self.fields.iter().map(String::as_str)) {
            Some(near) => failure.help(format!("did you mean `oauth.{near}`?")),
            None => failure.help(format!(
                "of `oauth` there can be {}",
                self.fields.iter().cloned().collect::<Vec<_>>().join(", ")
            )),
        })
    }

    fn refuse_unknown(&self, values: &Map<String, Value>) -> Result<(), Failure> {
        let Some(unknown) = values.keys().find(|name| !self.known.contains(*name)) else { return Ok(()) };
        let failure = Failure::unexamined(format!("the manifest reads nothing called `{unknown}`"));
        Err(match nearest(unknown, self.known.iter().map(String::as_str)) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help(format!("it reads {}", self.known.iter().cloned().collect::<Vec<_>>().join(", "))),
        })
    }

    /// The answers and form values that are read and not there, to be asked for; those of `form` that are chosen from a
    /// list with their entry. Elsewhere than on a terminal they are an error that names them all.
    fn missing<'m>(
        &self,
        definition: &Definition,
        manifest: &'m Manifest,
        known: &Map<String, Value>,
    ) -> Result<Vec<(Field, Option<&'m FormItem>)>, Failure> {
        let absent = |name: &str| known.get(name).is_none_or(Value::is_null);
        let form = manifest.form.iter().chain(&manifest.extra_user_info);
        let of_form: Vec<&FormItem> = form
            .filter(|item| self.part == ManifestPart::Execute && !item.is_generated())
            .filter(|item| self.read.contains(&item.id) && absent(&item.id))
            .collect();
        // What fetches the choices has to be answered first.
        let fetches = of_form.iter().filter_map(|item| item.request.as_deref()).flat_map(of_item).flat_map(names_in);
        let read: BTreeSet<String> = self.read.iter().cloned().chain(fetches).collect();
        let asked = definition.parameters.fields.iter().filter(|field| {
            (read.contains(&field.name) || (is_signed(manifest) && field.name.starts_with("API_")))
                && absent(&field.name)
        });
        let chosen = of_form.into_iter().map(|item| (field(item), Some(item).filter(|item| item.is_choice())));
        let missing: Vec<_> = asked.cloned().map(|field| (field, None)).chain(chosen).collect();
        if missing.is_empty() || output::is_interactive() {
            return Ok(missing);
        }
        let names: Vec<String> = missing.iter().map(|(field, _)| format!("{} ({})", field.name, field.label)).collect();
        let give: Vec<String> = missing.iter().map(|(field, _)| format!("-p {}=…", field.name)).collect();
        Err(Failure::unexamined(format!("values are missing: {}", names.join(", ")))
            .help(format!("give {}; a value may be @FILE or env:NAME", give.join(" "))))
    }
}

/// The names a template reads, without those it binds itself.
fn names_in(template: &Template) -> Vec<String> {
    let bound = template.bound_names();
    let names = template.variables().into_iter().map(|variable| variable.path[0].clone());
    names.filter(|name| !bound.contains(&name.as_str())).collect()
}

/// An entry of `form` as a question.
fn field(item: &FormItem) -> Field {
    Field {
        place: item.place,
        node: item.node.clone(),
        name: item.id.clone(),
        label: if item.name.is_empty() { item.id.clone() } else { item.name.clone() },
        help: item.description.clone(),
        kind: if item.kind.as_deref() == Some("multiple_choice") { "multiple" } else { "text" }.to_owned(),
        required: true,
        advanced: false,
        editable: true,
        multiline: false,
        default: None,
        options: Vec::new(),
    }
}

fn is_signed(manifest: &Manifest) -> bool {
    manifest.items().iter().any(|item| item.extra_headers.is_some())
}

/// Every template, with whether `part` renders it.
fn templates(manifest: &Manifest, part: ManifestPart) -> Vec<(&Template, bool)> {
    let mut found = Vec::new();
    let headers = manifest.headers.iter().map(|header| {
        let value = header.basic.as_ref().map_or(&header.value.value, |(credentials, _)| credentials);
        (value, true)
    });
    found.extend(headers);
    for item in manifest.items() {
        let counts = item.pointer.trim_start_matches('/').split('/').next() == Some(part.name());
        found.extend(of_item(item).into_iter().map(|template| (template, counts)));
    }
    let executes = part == ManifestPart::Execute;
    for message in &manifest.notifications {
        let texts = [&message.to, &message.subject, &message.message].into_iter().flatten();
        found.extend(texts.map(|text| (&text.value, executes)));
    }
    found
}

fn of_item(item: &Item) -> Vec<&Template> {
    let mut found: Vec<_> = item.templates().into_iter().map(|directive| &directive.value).collect();
    found.extend(item.headers.iter().filter_map(|header| header.basic.as_ref().map(|(credentials, _)| credentials)));
    found.extend(item.headers.iter().map(|header| &header.name_template));
    found.extend(item.data.iter().map(|data| data.value.template()));
    found
}
