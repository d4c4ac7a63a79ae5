//! `undefined-in-string`: a name nothing stores, inside a text that is sent or as all of it.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_spec::Node;
use hashbrown::HashSet;

use crate::rule::{Check, Findings, Rule};
use crate::site::{Phase, Read, Site};
use crate::subject::Connection;
use crate::values::unguarded;

pub static RULE: Rule = Rule {
    code: "CS0219",
    name: "undefined-in-string",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A text that puts a name into itself which nothing ever stores; or one that is such a name and nothing else, where it is
sent (the `token` that `invalidate` revokes), or where it says whose connection it is (`uid`, `metadata`).

## Why
Inside a text an undefined variable is an empty text: `Bearer {{connection.token}}` sends `Bearer ` and the service
answers 401, while the mistake is a name. Alone it is not sent at all: `invalidate` revokes nothing.

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

```jsonc bundle
{
  "communication": {
    "token": {
      "url": "https://api.acme.test/oauth/token",
      "response": { "data": { "accessToken": "{{body.access_token}}" } }
    },
    "invalidate": {
      "url": "https://api.acme.test/oauth/revoke", "method": "POST", "body": { "token": "{{data.acessToken}}" }
    }
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
    if connection.names.writes_unknown_data {
        return;
    }
    in_texts(connection, findings);
    alone(connection, findings);
}

/// What texts put into themselves.
fn in_texts(connection: &Connection<'_>, findings: &mut Findings) {
    let form_is_known =
        connection.definition.parameters.remote.is_empty() && connection.definition.parts.parameters.is_some();
    if !form_is_known {
        return;
    }
    let nested = nested_names(connection);
    let mut stored: Vec<&str> = connection.stored_keys().collect();
    stored.extend(nested.iter().map(String::as_str));
    let known: HashSet<&str> = stored.iter().copied().collect();
    for site in connection.sites.iter().filter(|site| is_sent(site) && site.template.whole_expression().is_none()) {
        for read in site.reads() {
            let Some(name) = key_of_store(read).filter(|name| !known.contains(name)) else { continue };
            if is_told_as_another_spelling(connection, site, read, name) {
                continue;
            }
            findings.push(
                finding(site, read, name, nearest(name, stored.iter().copied()))
                    .why("inside a text it is empty: the request goes out without it"),
            );
        }
    }
}

/// What is sent as it is, and what says whose connection it is.
fn alone(connection: &Connection<'_>, findings: &mut Findings) {
    let is_unwritten =
        |read: &Read<'_>| key_of_store(read).is_some_and(|name| !connection.names.writes_key("data", name));
    let is_alone = |site: &&Site<'_>| {
        (is_of_account(site) || (is_sent(site) && site.template.whole_expression().is_some()))
            && site.reads().iter().any(is_unwritten)
            && !is_told_elsewhere(site)
    };
    let mut sites = connection.sites.iter().filter(is_alone).peekable();
    if sites.peek().is_none() {
        return;
    }
    let provided = connection.provided();
    for site in sites.filter(|_| provided.is_complete) {
        for read in unguarded(site) {
            let Some(name) = key_of_store(read).filter(|name| !provided.has(name)) else { continue };
            // `access-token-name-mismatch` tells of other spellings.
            if provided.spelt_alike(name).is_none() {
                let why = if is_sent(site) {
                    "it is undefined: the request goes out without it"
                } else {
                    "it is undefined: the connection is saved without it"
                };
                findings.push(finding(site, read, name, nearest(name, provided.names())).why(why));
            }
        }
    }
}

/// The name, of a variable of the store under the names that no form alone fills.
fn key_of_store<'a>(read: &Read<'a>) -> Option<&'a str> {
    read.key().filter(|_| matches!(read.root(), "connection" | "data"))
}

/// Whether a text says whose connection it is.
fn is_of_account(site: &Site<'_>) -> bool {
    matches!(site.path(), ["response", "uid" | "metadata", ..])
}

/// Whether `access-token-name-mismatch` tells of it.
#[cold]
fn is_told_as_another_spelling(connection: &Connection<'_>, site: &Site<'_>, read: &Read<'_>, name: &str) -> bool {
    let provided = connection.provided();
    let is_misspelt = provided.certainly_lacks(name) && provided.spelt_alike(name).is_some();
    is_misspelt && unguarded(site).iter().any(|other| std::ptr::eq(*other, read))
}

/// Whether `refresh-token-not-stored` or `code-not-captured` tells more.
fn is_told_elsewhere(site: &Site<'_>) -> bool {
    matches!((site.phase, site.key()), (Phase::Refresh, "refresh_token") | (Phase::Token, "code"))
}

fn finding(site: &Site<'_>, read: &Read<'_>, name: &str, near: Option<&str>) -> Diagnostic {
    let finding = RULE
        .finding(format!("nothing stores `{name}`"))
        .at(read.place)
        .help("read a name that a form field has or a `response.data` writes")
        .in_block(&site.block);
    let Some(near) = near else { return finding };
    let finding = finding.help(format!("did you mean `{near}`?"));
    match site.app.sources.slice(read.place).strip_prefix(&format!("{}.{name}", read.root())) {
        Some(behind) => finding.fix(
            Fix::suggestion(format!("read `{near}`")).replace(read.place, format!("{}.{near}{behind}", read.root())),
        ),
        None => finding,
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
