//! `connection-without-verification`: nobody asks whether the credentials are right.

use connspec_diagnostics::Severity;
use connspec_spec::{Kind, Node};

use crate::request::opening;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0114",
    name: "connection-without-verification",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A connection that never asks the service whether the credentials are right: a basic one without a request, an OAuth one
without `info`.

## Why
Wrong credentials are accepted when the connection is made, and fail later in a scenario. Make's review wants a request
to the app's own API that fails on wrong credentials.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token" },
  "info": { "url": "https://api.acme.test/me" }
}
```

## Source
connection.md §4.6, §10, §14.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(root) = connection.communication().filter(|root| root.is_object() || root.is_array()) else { return };
    if connection.is_alias() {
        return;
    }
    let (message, help) = if connection.definition.kind == Kind::Basic {
        // A description made by hand has its request under a key of its own.
        let asks = |request: &Node| {
            request.get("url").is_some() || request.members().iter().any(|member| member.value.get("url").is_some())
        };
        if connection.requests().any(|(_, _, request)| asks(request)) {
            return;
        }
        ("this connection sends no request", "give it a `url` that only valid credentials can read, such as /me")
    } else {
        let info = root.get("info");
        let is_empty = |info: &Node| info.members().is_empty() && info.elements().is_empty();
        if info.is_some_and(|info| !is_empty(info)) {
            return;
        }
        ("this connection has no `info`", "add `info` with a request that only a valid token can make, such as /me")
    };
    findings.push(
        RULE.finding(message)
            .at(opening(root))
            .why("nothing asks the service itself whether the credentials are right; Make's review wants that it is asked")
            .help(help),
    );
}
