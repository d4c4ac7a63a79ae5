//! What the entries of an app's components say of themselves: `makecomapp.json`'s, and `metadata.json` of an export.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Place, Severity};

use super::outline::Mapped;
use super::{Component, ComponentKind, Layout};
use crate::model::{DeclaredKind, Part, no_list};
use crate::node::{Member, Node};
use crate::rules::{COMPONENT_TYPE_UNKNOWN, MANIFEST_KEY_UNKNOWN, REFERENCE_UNKNOWN};

/// The entries of one app.
pub(super) struct Entries<'a> {
    /// Where they were found.
    pub layout: Layout,
    /// The names and metadata of its connections.
    pub connections: Vec<(&'a str, Option<&'a Node>)>,
    /// Everything else.
    pub components: &'a [Component],
    /// The names of all connections, those that are not looked at too.
    pub connection_names: Vec<&'a str>,
    /// The names that the manifest has for what lies in Make.
    pub mapped: &'a Mapped,
}

impl Entries<'_> {
    /// Everything that is wrong with them.
    pub(super) fn examine(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if !self.layout.is_make_s() {
            return found;
        }
        for (_, entry) in &self.connections {
            let Some(entry) = entry else { continue };
            code_files(entry, None, &mut found);
            self.keys(entry, &mut found);
            found.extend(self.connection_type(entry));
        }
        let connections = self.connection_names();
        let webhooks = self.webhook_names();
        for component in self.components {
            let forms = component.parts.iter().filter(|part| is_form(component.kind, &part.name));
            found.extend(forms.filter_map(|part| self.form_shape(part)));
            let Some(entry) = component.metadata.as_ref().and_then(|part| part.node.as_ref()) else { continue };
            code_files(entry, Some(component.kind), &mut found);
            self.keys(entry, &mut found);
            found.extend(component_type(component.kind, entry));
            found.extend(action_crud(entry));
            for key in ["connection", "altConnection"] {
                found.extend(reference(entry, key, "connection", (&connections, &self.mapped.connections)));
            }
            if component.kind == ComponentKind::Module {
                found.extend(reference(entry, "webhook", "webhook", (&webhooks, &self.mapped.webhooks)));
            }
        }
        found
    }

    /// Slips in the keys of a manifest's entry.
    fn keys(&self, entry: &Node, found: &mut Vec<Diagnostic>) {
        let is_unknown = |member: &&Member| !OF_ENTRY.contains(&member.key.as_str());
        if self.layout == Layout::LocalDevelopment {
            for member in entry.members().iter().filter(is_unknown) {
                let free = OF_ENTRY.iter().copied().filter(|name| entry.get(name).is_none());
                if let Some(meant) = nearest(&member.key, free) {
                    found.push(unknown_key(member, "key of a component", Some(meant)));
                }
            }
        }
    }

    /// A form, or the list of what a module gives, that is no list. An export has `{}` where there is no file.
    fn form_shape(&self, part: &Part) -> Option<Diagnostic> {
        let root = part.node.as_ref().filter(|root| !root.is_array() && !root.is_null())?;
        let is_remote = root.as_str().is_some_and(|text| text.starts_with("rpc://"));
        let is_empty = root.is_object() && root.members().is_empty();
        if is_remote || (is_empty && self.layout != Layout::LocalDevelopment) {
            return None;
        }
        let mut finding = no_list(root, &part.name);
        finding.severity = Severity::Warning;
        let is_output = part.name == "interface" && !is_empty;
        Some(if is_output {
            finding.why("the modules behind it are offered nothing of what it gives")
        } else {
            finding
        })
    }

    fn connection_names(&self) -> Vec<&str> {
        let own = self.connections.iter().filter_map(|(_, entry)| entry.and_then(|entry| entry.get("name")?.as_str()));
        self.connection_names.iter().copied().chain(own).collect()
    }

    fn webhook_names(&self) -> Vec<&str> {
        let webhooks = self.components.iter().filter(|component| component.kind == ComponentKind::Webhook);
        webhooks
            .flat_map(|webhook| {
                let entry = webhook.metadata.as_ref().and_then(|part| part.node.as_ref());
                let named = entry.and_then(|entry| entry.get("name")).and_then(Node::as_str);
                std::iter::once(webhook.name.as_str()).chain(named)
            })
            .collect()
    }

    /// An export also has what the creation dialogue calls the types (connection.md §1).
    fn connection_type(&self, entry: &Node) -> Option<Diagnostic> {
        const KNOWN: &[&str] = &["basic", "oauth"];
        let (node, written) = match self.layout {
            Layout::LocalDevelopment => written(entry, "connectionType")?,
            _ => written(entry, "type")
                .filter(|(_, text)| matches!(DeclaredKind::parse(text), DeclaredKind::Other(_)))?,
        };
        let usual = || matches!(written, "oauth2" | "oauth1").then_some("oauth");
        let usual = || usual().or_else(|| matches!(written, "apikey" | "api-key" | "other").then_some("basic"));
        unknown_type(node, written, "connection", KNOWN, usual)
    }
}

/// Whether a section is a list of fields, by its names in the layouts (app-layout.md A, B).
fn is_form(kind: ComponentKind, section: &str) -> bool {
    match kind {
        ComponentKind::Module => matches!(
            section,
            "staticParams"
                | "static-params"
                | "parameters"
                | "mappableParams"
                | "mappable-params"
                | "expect"
                | "interface"
        ),
        ComponentKind::Webhook | ComponentKind::Rpc => matches!(section, "params" | "parameters"),
        ComponentKind::Function | ComponentKind::Endpoint => false,
    }
}

/// The keys of a manifest's entry (app-layout.md A), `moduleSubtype` of older files among them.
const OF_ENTRY: [&str; 13] = [
    "label",
    "description",
    "connectionType",
    "webhookType",
    "moduleType",
    "moduleSubtype",
    "actionCrud",
    "connection",
    "altConnection",
    "webhook",
    "attachedAccounts",
    "annotations",
    "codeFiles",
];

/// The keys of `codeFiles` that Make's extension knows (app-layout.md A); none stands for a connection.
fn known_files(kind: Option<ComponentKind>) -> &'static [&'static str] {
    match kind {
        None => &["communication", "params", "common", "scopeList", "defaultScope", "installSpec", "installDirectives"],
        Some(ComponentKind::Module) => {
            &["communication", "epoch", "staticParams", "mappableParams", "interface", "samples", "scope"]
        }
        Some(ComponentKind::Webhook) => &["communication", "params", "attach", "detach", "update", "requiredScope"],
        Some(ComponentKind::Rpc) => &["communication", "params"],
        Some(ComponentKind::Function) => &["code", "test"],
        // How the file `context.md` is called is not written anywhere.
        Some(ComponentKind::Endpoint) => &[],
    }
}

/// What the API, or another layout, calls the file.
fn file_meant(kind: Option<ComponentKind>, key: &str) -> Option<&'static str> {
    Some(match (kind, key) {
        (_, "api") => "communication",
        (Some(ComponentKind::Module), "expect") => "mappableParams",
        (None | Some(ComponentKind::Webhook | ComponentKind::Rpc), "parameters" | "form") => "params",
        (None, "scope") => "defaultScope",
        (None, "scopes") => "scopeList",
        (None, "install") => "installDirectives",
        (Some(ComponentKind::Webhook), "scope") => "requiredScope",
        _ => return None,
    })
}

fn code_files(entry: &Node, kind: Option<ComponentKind>, found: &mut Vec<Diagnostic>) {
    let known = known_files(kind);
    let Some(files) = entry.get("codeFiles").filter(|_| !known.is_empty()) else { return };
    let is_free = |name: &&str| files.get(name).is_none();
    for member in files.members().iter().filter(|member| !known.contains(&member.key.as_str())) {
        let key = member.key.as_str();
        // People write comments so.
        if key.starts_with("//") || key.starts_with('_') || member.value.is_null() {
            continue;
        }
        let free = || known.iter().copied().filter(is_free);
        let meant = file_meant(kind, key).filter(is_free).or_else(|| nearest(key, free()));
        let finding = unknown_key(member, "file of this component", meant);
        found.push(match meant {
            Some(_) => finding,
            None if matches!(key, "parameters" | "params") => finding
                .help("write `mappableParams`, or `staticParams` for fields that take no values of other modules"),
            None => finding.help(format!("there are {}", known.join(", "))),
        });
    }
}

/// A key that Make's extension does not know.
pub(super) fn unknown_key(member: &Member, what: &str, meant: Option<&str>) -> Diagnostic {
    let key = member.key.as_str();
    let finding = MANIFEST_KEY_UNKNOWN
        .finding(format!("`{key}` is no {what} that Make's extension knows"))
        .at(member.key_place)
        .why("what it names is left out when the app is deployed, and nothing says so");
    match meant {
        Some(meant) => renamed(finding, format!("did you mean `{meant}`?"), member.key_place, meant),
        None => finding.help("take it out, or correct its spelling"),
    }
}

/// A finding with the word that is meant instead.
pub(super) fn renamed(finding: Diagnostic, help: String, place: Place, meant: &str) -> Diagnostic {
    let fix = Fix::suggestion(format!("write `{meant}`")).replace(place, format!("\"{meant}\""));
    finding.help(help).fix(fix)
}

fn written<'a>(entry: &'a Node, key: &str) -> Option<(&'a Node, &'a str)> {
    let node = entry.get(key)?;
    Some((node, node.as_str()?))
}

fn component_type(kind: ComponentKind, entry: &Node) -> Option<Diagnostic> {
    let (keys, what, known): (&[&str], _, &[&str]) = match kind {
        ComponentKind::Webhook => (&["webhookType", "type"], "webhook", &["web", "web-shared"]),
        ComponentKind::Module => (
            &["moduleType", "moduleSubtype", "type"],
            "module",
            &["action", "instant_trigger", "responder", "search", "trigger", "universal"],
        ),
        _ => return None,
    };
    let (node, written) = keys.iter().find_map(|key| written(entry, key))?;
    let usual = || match (kind, written) {
        (ComponentKind::Webhook, "shared") => Some("web-shared"),
        (ComponentKind::Webhook, "dedicated") => Some("web"),
        (ComponentKind::Module, "instant" | "webhook") => Some("instant_trigger"),
        (ComponentKind::Module, "polling") => Some("trigger"),
        _ => None,
    };
    unknown_type(node, written, what, known, usual)
}

/// What a module does to a record, in a word that Make's extension does not know.
fn action_crud(entry: &Node) -> Option<Diagnostic> {
    const KNOWN: &[&str] = &["create", "read", "update", "delete"];
    let (node, written) = written(entry, "actionCrud").filter(|(_, written)| !KNOWN.contains(written))?;
    let mut finding = COMPONENT_TYPE_UNKNOWN
        .finding(format!("`{written}` is no `actionCrud`"))
        .at(node.place)
        .why("Make's extension does not know it: what the module does to a record is not told");
    finding.severity = Severity::Warning;
    let usual = || match written.to_ascii_lowercase().as_str() {
        "add" | "insert" | "post" => Some("create"),
        "get" | "list" | "search" | "find" => Some("read"),
        "edit" | "change" | "patch" | "put" => Some("update"),
        "remove" => Some("delete"),
        _ => None,
    };
    Some(match usual().or_else(|| nearest(written, KNOWN.iter().copied())) {
        Some(meant) => renamed(finding, format!("did you mean `{meant}`?"), node.place, meant),
        None => finding.help(format!("there are {}, and null for none of them", KNOWN.join(", "))),
    })
}

fn unknown_type(
    node: &Node,
    written: &str,
    what: &str,
    known: &[&'static str],
    usual: impl Fn() -> Option<&'static str>,
) -> Option<Diagnostic> {
    if known.contains(&written) {
        return None;
    }
    let finding = COMPONENT_TYPE_UNKNOWN
        .finding(format!("`{written}` is no type of a {what}"))
        .at(node.place)
        .why("Make does not take the app as it is, or takes the component for something else");
    Some(match usual().or_else(|| nearest(written, known.iter().copied())) {
        Some(meant) => renamed(finding, format!("did you mean `{meant}`?"), node.place, meant),
        None => finding.help(format!("there are {}", known.join(", "))),
    })
}

/// What an entry names under `key`, which the app does not have. An app that has none of the kind lies elsewhere, and
/// what is mapped may be another app's.
fn reference(entry: &Node, key: &str, what: &str, (known, mapped): (&[&str], &[String])) -> Option<Diagnostic> {
    let (node, written) = written(entry, key)?;
    let is_mapped = || mapped.iter().any(|name| name == written);
    if written.is_empty() || known.is_empty() || known.contains(&written) || is_mapped() {
        return None;
    }
    let finding = REFERENCE_UNKNOWN
        .finding(format!("the app has no {what} `{written}`"))
        .at(node.place)
        .why(format!("the component is left without a {what} when the app is deployed, or the deployment fails"));
    Some(match nearest(written, known.iter().copied()) {
        Some(near) => renamed(finding, format!("did you mean `{near}`?"), node.place, near),
        None => {
            let mut names = known.to_vec();
            names.sort_unstable();
            names.dedup();
            finding.help(format!("it has {}", names.join(", ")))
        }
    })
}
