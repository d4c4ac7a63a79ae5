//! `metadata-missing`: a connection that looks like any other of its app.

use connspec_diagnostics::Severity;

use crate::logged::is_logged;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0605",
    name: "metadata-missing",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A connection whose verifying request, `info` or the request of a basic connection, sets no `response.metadata`. Also one
without a `value`, or with the name of a member as its `value`: `email` without braces.

## Why
With metadata Make writes the account beside the connection's name. Without, two connections of one app look alike.

## Example
```jsonc connection
{ "url": "https://api.acme.test/me" }
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "metadata": { "type": "email", "value": "{{body.email}}" } }
}
```

## Source
Make's documentation of `metadata`; pitfalls.md 100.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let asked: Vec<_> = connection
        .requests()
        .filter(|(phase, _, node)| matches!(phase, Phase::Info | Phase::Basic) && is_logged(*phase, node))
        .collect();
    let is_set = asked.iter().any(|(.., node)| {
        let response = node.get("response");
        response.is_some_and(|response| {
            !response.is_object() || response.get("metadata").is_some() || response.member("{{...}}").is_some()
        })
    });
    if let (Some((_, block, node)), false) = (asked.last(), is_set) {
        findings.push(
            RULE.finding(format!("`{block}` does not say whose connection it is"))
                .at(node.member("url").map_or(node.place, |url| url.key_place))
                .why("two connections of the app look alike to the user")
                .help("set `response.metadata` to `{\"type\": \"email\" or \"text\", \"value\": …}`")
                .in_block(*block),
        );
    }
    for (_, block, node) in &asked {
        let metadata = node.get("response").and_then(|response| response.member("metadata"));
        let Some(metadata) = metadata.filter(|metadata| metadata.value.is_object()) else { continue };
        if metadata.value.member("{{...}}").is_some() {
            continue;
        }
        let (message, place) = match metadata.value.get("value") {
            None => ("`metadata` has no `value`", metadata.key_place),
            Some(value) if value.as_str().is_some_and(is_name) => {
                ("the `value` of `metadata` is the same for every connection", value.place)
            }
            Some(_) => continue,
        };
        findings.push(
            RULE.finding(message)
                .at(place)
                .why("two connections of the app look alike to the user")
                .help("give it what tells accounts apart, such as `{{body.email}}`")
                .in_block(*block),
        );
    }
}

/// Whether a text is a member's name without its braces.
fn is_name(text: &str) -> bool {
    const NAMES: &[&str] = &["email", "mail", "name", "username", "login", "user", "id", "value", "text", "body"];
    NAMES.iter().any(|name| text.trim().eq_ignore_ascii_case(name))
}
