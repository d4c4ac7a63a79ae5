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
A connection whose verifying request, `info` or the request of a basic connection, sets no `response.metadata`.

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
}
