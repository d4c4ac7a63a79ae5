//! `scope-not-sent`: scopes that are never asked for.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit::insert_member;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0308",
    name: "scope-not-sent",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The connection has a default scope, and `authorize` sends no scope.

## Why
Make does not add the parameter. Nothing is asked for, so the provider grants what it pleases, often nothing, and calls
fail with 403.

## Example
```jsonc bundle
{
  "type": "oauth",
  "scope": ["profile"],
  "communication": {
    "authorize": {
      "url": "https://api.acme.test/oauth/authorize",
      "qs": { "response_type": "code" }
    },
    "token": { "url": "https://api.acme.test/oauth/token" }
  }
}
```

## Instead
```jsonc bundle
{
  "type": "oauth",
  "scope": ["profile"],
  "communication": {
    "authorize": {
      "url": "https://api.acme.test/oauth/authorize",
      "qs": { "response_type": "code", "scope": "{{join(oauth.scope, ' ')}}" }
    },
    "token": { "url": "https://api.acme.test/oauth/token" }
  }
}
```

## Fix
`"scope": "{{join(oauth.scope, ' ')}}"` is suggested.

## Source
Make's documentation of `oauth.scope`; connection.md §4.2, §8.
"#;

/// The names under which scopes go out.
const NAMES: &[&str] = &["scope", "scopes", "user_scope", "optional_scope", "permissions", "scope[]", "scopes[]"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(authorize) = connection.first_request(Phase::Authorize).filter(|_| connection.exchanges_code()) else {
        return;
    };
    let is_pushed = ["request_uri", "request"].iter().any(|name| !authorize.sends(name).is_absent());
    let reads_them = connection.reads_of("oauth").any(|(_, read)| matches!(read.key(), None | Some("scope")));
    let sends_some = NAMES.iter().any(|name| !authorize.sends(name).is_absent());
    let Some(first) = connection.definition.default_scope.first() else { return };
    if is_pushed || reads_them || sends_some {
        return;
    }
    let mut finding = RULE
        .finding("the default scope is never asked for")
        .at(authorize.key_place())
        .why("Make does not add `scope`: the provider grants what it pleases, often nothing")
        .help("send `\"scope\": \"{{join(oauth.scope, ' ')}}\"`")
        .also(first.place, "the default scope")
        .in_block(authorize.block);
    if let Some(qs) = authorize.node.get("qs").filter(|qs| qs.is_object()) {
        let value = json!("{{join(oauth.scope, ' ')}}");
        let edits = insert_member(&connection.definition.sources, qs, "scope", &value);
        finding = finding.fix(Fix::suggestion("ask for the scopes").with_edits(edits));
    }
    findings.push(finding);
}
