//! `clientid-param-names`: the user's own client under other names than Make's.

use connspec_diagnostics::Severity;
use connspec_spec::Kind;

use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0618",
    name: "clientid-param-names",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A form field for the user's own OAuth client that is spelt otherwise than Make spells it: `clientId` and `clientSecret`, in
OAuth 1 `consumerKey` and `consumerSecret`.

## Why
Parts of Make look for these names. Renaming the fields of a published app breaks its connections, so choose the names
before.

## Example
```jsonc bundle
{
  "type": "oauth",
  "parameters": [{ "name": "client_id", "type": "text" }],
  "communication": { "token": { "url": "https://api.acme.test/oauth/token", "qs": { "client_id": "{{parameters.client_id}}" } } }
}
```

## Instead
```jsonc bundle
{
  "type": "oauth",
  "parameters": [{ "name": "clientId", "type": "text" }],
  "communication": { "token": { "url": "https://api.acme.test/oauth/token", "qs": { "client_id": "{{parameters.clientId}}" } } }
}
```

## Source
Integromat's developer documentation; connection.md §2, pitfalls.md 112.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let names: &[&str] = match connection.definition.kind {
        Kind::Basic => return,
        Kind::OAuth1 => &["consumerKey", "consumerSecret"],
        _ => &["clientId", "clientSecret"],
    };
    for field in &connection.definition.parameters.fields {
        let usual = names.iter().find(|name| normal(name) == normal(&field.name));
        let Some(usual) = usual.filter(|usual| **usual != field.name) else { continue };
        findings.push(
            RULE.finding(format!("`{}` is usually spelt `{usual}`", field.name))
                .at(field.node.get("name").map_or(field.place, |name| name.place))
                .why("parts of Make look for the client by this name")
                .help("rename the field and what reads it, as long as nobody has such a connection yet"),
        );
    }
}
