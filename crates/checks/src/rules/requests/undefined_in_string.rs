//! `undefined-in-string`: a name nothing stores, inside a text.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;
use hashbrown::HashSet;

use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0219",
    name: "undefined-in-string",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A text that puts a name into itself which nothing ever stores.

## Why
Inside a text an undefined variable is an empty text: `Bearer {{connection.token}}` sends `Bearer ` and the service
answers 401, while the mistake is a name.

## Example
```jsonc bundle
{
  "communication": {
    "token": {
      "url": "https://api.acme.test/oauth/token",
      "response": { "data": { "accessToken": "{{body.access_token}}" } }
    },
    "info": { "url": "https://api.acme.test/me", "headers": { "authorization": "Bearer {{connection.acessToken}}" } }
  },
  "parameters": []
}
```

## Instead
```jsonc bundle
{
  "communication": {
    "token": {
      "url": "https://api.acme.test/oauth/token",
      "response": { "data": { "accessToken": "{{body.access_token}}" } }
    },
    "info": { "url": "https://api.acme.test/me", "headers": { "authorization": "Bearer {{connection.accessToken}}" } }
  },
  "parameters": []
}
```

## Fix
The nearest name that is stored is suggested.

## Source
communication.md §2; connection.md §3 (one store under three names).
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let names = &connection.names;
    let form_is_known =
        connection.definition.parameters.remote.is_empty() && connection.definition.parts.parameters.is_some();
    if names.writes_unknown_data || !form_is_known {
        return;
    }
    let nested = nested_names(connection);
    let mut stored: Vec<&str> = connection.stored_keys().collect();
    stored.extend(nested.iter().map(String::as_str));
    let known: HashSet<&str> = stored.iter().copied().collect();
    for site in connection.sites.iter().filter(|site| is_sent(site) && site.template.whole_expression().is_none()) {
        for read in site.reads() {
            let Some(name) = read.key().filter(|_| matches!(read.root(), "connection" | "data")) else { continue };
            if known.contains(name) {
                continue;
            }
            let mut finding = RULE
                .finding(format!("nothing stores `{name}`"))
                .at(read.place)
                .why("inside a text it is empty: the request goes out without it")
                .help("read a name that a form field has or a `response.data` writes")
                .in_block(&site.block);
            if let Some(near) = nearest(name, stored.iter().copied()) {
                let written = connection.app.sources.slice(read.place);
                let fix = Fix::suggestion(format!("read `{near}`"));
                finding = finding.help(format!("did you mean `{near}`?"));
                if let Some(behind) = written.strip_prefix(&format!("{}.{name}", read.root())) {
                    finding = finding.fix(fix.replace(read.place, format!("{}.{near}{behind}", read.root())));
                }
            }
            findings.push(finding);
        }
    }
}

fn is_sent(site: &Site<'_>) -> bool {
    matches!(site.path().first().copied(), Some("url" | "headers" | "qs" | "body"))
}

/// The names of fields inside fields: those an option shows, and those of a collection.
fn nested_names(connection: &Connection<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for field in &connection.definition.parameters.fields {
        field.node.visit(&mut |_, node| names.extend(node.get("name").and_then(Node::as_str).map(str::to_owned)));
    }
    names
}
