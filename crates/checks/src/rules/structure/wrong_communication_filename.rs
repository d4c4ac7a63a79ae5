//! `wrong-communication-filename`: a file name for the other type of connection.

use connspec_diagnostics::Severity;
use connspec_spec::{Kind, Layout};

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0116",
    name: "wrong-communication-filename",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A communication file whose name belongs to the other type of connection.

## Why
Make's extension for VS Code chooses the schema by the name: `*.oauth-communication.iml.json` for OAuth,
`*.communication.iml.json` for basic connections. Under the wrong name a correct file is full of red lines.

## Example
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": {},
  "components": { "connection": { "acme": { "connectionType": "oauth", "codeFiles": {
    "communication": "connections/acme.communication.iml.json"
  } } } }
}
```
```jsonc file=connections/acme.communication.iml.json
{ "token": { "url": "https://api.acme.test/oauth/token" } }
```

## Instead
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": {},
  "components": { "connection": { "acme": { "connectionType": "oauth", "codeFiles": {
    "communication": "connections/acme.oauth-communication.iml.json"
  } } } }
}
```
```jsonc file=connections/acme.oauth-communication.iml.json
{ "token": { "url": "https://api.acme.test/oauth/token" } }
```

## Source
app-layout.md A.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let definition = connection.definition;
    let metadata = definition.parts.metadata.as_ref().and_then(|part| part.node.as_ref());
    let files = metadata
        .and_then(|metadata| metadata.get("codeFiles"))
        .filter(|_| definition.layout == Layout::LocalDevelopment);
    let named = files.and_then(|files| files.get("communication").or_else(|| files.get("api")));
    let Some((named, path)) = named.and_then(|named| Some((named, named.as_str()?))) else { return };
    let is_empty = connection.communication().is_none_or(|root| root.members().is_empty() && !root.is_array());
    let for_oauth = path.ends_with(".oauth-communication.iml.json");
    let wanted = match definition.kind {
        _ if is_empty || !path.ends_with("communication.iml.json") => return,
        Kind::Basic if for_oauth => ".communication.iml.json",
        Kind::Basic => return,
        _ if for_oauth => return,
        _ => ".oauth-communication.iml.json",
    };
    findings.push(
        RULE.finding(format!("the file is named for {} connections", if for_oauth { "OAuth" } else { "basic" }))
            .at(named.place)
            .why("Make's editor chooses the schema by the file's name, and marks a correct file as wrong")
            .help(format!("rename it so that it ends with `{wanted}`")),
    );
}
