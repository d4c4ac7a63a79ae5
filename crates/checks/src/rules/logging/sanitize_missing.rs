//! `sanitize-missing`: a request with a secret and no `log`.

use connspec_diagnostics::{Fix, Severity, SourceMap};
use serde_json::json;

use crate::edit;
use crate::rule::{Check, Findings, Rule};
use crate::sanitize::LoggedRequest;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0701",
    name: "sanitize-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A request of a connection that sends or receives a secret and has no `log.sanitize`.

## Why
What `log.sanitize` does not name is readable in the log. Without any `log`, Make hides the whole exchange, so that
nobody can find out why connecting fails, and the review of an app asks for the list. The list of the base does not
help: a connection inherits nothing.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" },
  "log": { "sanitize": ["request.headers.authorization"] }
}
```

## Fix
Adds `log.sanitize` with the path of every secret of the request. Safe: nothing that is sent changes.

## Source
Make's documentation of `log` and of the app review; communication.md §5, pitfalls.md 114.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for request in connection.logged() {
        examine(&RULE, request, &connection.app.sources, findings);
    }
}

/// Reports one request by `rule`.
pub fn examine(rule: &Rule, request: &LoggedRequest<'_>, sources: &SourceMap, findings: &mut Findings) {
    if request.node.get("log").is_some() {
        return;
    }
    let paths: Vec<_> = request.fields.iter().map(|field| field.sanitize_path()).collect();
    let first = request.fields.first().expect("a logged request with a secret");
    let log = json!({ "sanitize": paths });
    let mut finding = rule
        .finding(format!("`{}` has no `log.sanitize`, and carries a secret", request.block))
        .at(first.place)
        .label(format!("goes into `{}`", first.sanitize_path()))
        .why("without the list Make hides the whole exchange from you, and the review of the app asks for it")
        .help(format!("add `\"log\": {{\"sanitize\": [{}]}}`", quoted(&paths)))
        .in_block(&request.block)
        .fix(Fix::safe("add `log.sanitize`").with_edits(edit::insert_member(sources, request.node, "log", &log)));
    for field in &request.fields[1..] {
        finding = finding.also(field.place, format!("goes into `{}`", field.sanitize_path()));
    }
    findings.push(finding);
}

/// The paths as a list of JSON texts.
pub fn quoted(paths: &[String]) -> String {
    paths.iter().map(|path| format!("\"{path}\"")).collect::<Vec<_>>().join(", ")
}
