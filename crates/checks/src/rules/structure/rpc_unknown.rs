//! `rpc-unknown`: a form that calls a remote procedure the app does not have.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity, Span};
use connspec_spec::layout::Layout;
use connspec_spec::{App, ComponentKind, Node, Part};
use hashbrown::HashSet;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0142",
    name: "rpc-unknown",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`rpc://x` in a form, for an x that is none of the app's remote procedures. An app without any is left alone: they may lie
elsewhere.

## Why
The field cannot load what it offers: its list stays empty, and the user sees an error instead.

## Example
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me" }
```
```jsonc file=rpcs/listFolders/api.imljson
{ "url": "/folders" }
```
```jsonc file=modules/create/expect.imljson
[{ "name": "folder", "type": "select", "options": "rpc://listFolder" }]
```

## Instead
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me" }
```
```jsonc file=rpcs/listFolders/api.imljson
{ "url": "/folders" }
```
```jsonc file=modules/create/expect.imljson
[{ "name": "folder", "type": "select", "options": "rpc://listFolders" }]
```

## Fix
A near name is suggested.

## Source
app-layout.md A, B: remote procedures by their names.
"#;

const SCHEME: &str = "rpc://";

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let names = names(whole.app);
    // Where files are called as somebody liked, their names need not be those Make knows.
    let is_named = matches!(whole.app.layout, Layout::LocalDevelopment | Layout::Export | Layout::GitHubSync);
    if names.is_empty() || !is_named {
        return;
    }
    let of_connections = whole.app.connections.iter().filter_map(|connection| connection.parts.parameters.as_ref());
    let of_components = whole.app.components.iter().flat_map(|component| &component.parts);
    for part in of_connections.chain(of_components) {
        examine(part, &names, findings);
    }
}

/// The names of the app's remote procedures: of the folder or the entry, and what the metadata say.
fn names(app: &App) -> HashSet<&str> {
    let mut names = HashSet::new();
    for component in app.components.iter().filter(|component| component.kind == ComponentKind::Rpc) {
        names.insert(component.name.as_str());
        let metadata = component.metadata.as_ref().and_then(|part| part.node.as_ref());
        names.extend(metadata.and_then(|metadata| metadata.get("name")).and_then(Node::as_str));
    }
    names
}

fn examine(part: &Part, names: &HashSet<&str>, findings: &mut Findings) {
    let Some(root) = &part.node else { return };
    root.visit(&mut |_, node| {
        let Some(rest) = node.as_str().and_then(|text| text.strip_prefix(SCHEME)) else { return };
        let name = rest.split(['?', '/', '#']).next().unwrap_or_default();
        if name.is_empty() || name.contains("{{") || names.contains(name) {
            return;
        }
        let place = node.place_of(Span::new(SCHEME.len(), SCHEME.len() + name.len()));
        let finding = RULE
            .finding(format!("the app has no remote procedure `{name}`"))
            .at(place)
            .why("the field cannot load what it offers");
        let mut known: Vec<_> = names.iter().copied().collect();
        known.sort_unstable();
        findings.push(match nearest(name, known.iter().copied()) {
            Some(near) => finding
                .help(format!("did you mean `rpc://{near}`?"))
                .fix(Fix::suggestion(format!("call `{near}`")).replace(place, near)),
            None => finding.help("write the name of one that is there, or add it to the app"),
        });
    });
}
