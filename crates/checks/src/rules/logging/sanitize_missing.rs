//! `sanitize-missing`: a request with a secret and no `log`.

use std::cell::LazyCell;

use connspec_diagnostics::{Diagnostic, Fix, Severity, SourceMap};
use serde_json::json;

use crate::edit;
use crate::logged::is_logged;
use crate::rule::{Check, Findings, Rule};
use crate::sanitize::{self, LoggedRequest};
use crate::site::Phase;
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0701",
    name: "sanitize-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A request of a connection that sends or receives a secret and has no `log.sanitize`.
Modules and remote procedures that send one of the connection are looked at too where the base, which they inherit, has
neither a secret nor a `log`. A request of a webhook inherits nothing, and the review does not ask for its list: there this is
advice.

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
Adds `log.sanitize` with the path of every secret of the request. Safe: nothing that is sent changes. Where a name is one
slip from one of the standard (`acess_token`), only suggested: the slip would be kept.

## Source
Make's documentation of `log` and of the app review; communication.md §5, pitfalls.md 114.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let sources = &whole.app.sources;
    for request in whole.connections.iter().flat_map(|connection| connection.logged()) {
        examine(&RULE, request, sources).into_iter().for_each(|finding| findings.push(finding));
    }
    // What a base with a secret lacks is for `base-sanitize-missing`.
    let base_has_secret = LazyCell::new(|| whole.others.iter().any(|other| sanitize::base(other).is_some()));
    for request in whole.each_other_request().filter(|request| !request.is_of_base()) {
        let inherits = !request.is_of_webhook();
        let has_log = request.node.get("log").is_some() || request.base().is_some_and(|base| base.get("log").is_some());
        if has_log || request.may_inherit_more() || !is_logged(Phase::Component, request.node) {
            continue;
        }
        let logged = sanitize::of_other(&request);
        if logged.fields.is_empty() || (inherits && *base_has_secret) {
            continue;
        }
        let Some(mut finding) = examine(&RULE, &logged, sources) else { continue };
        if inherits {
            finding.help.push_str(", here or in the base, which every module inherits");
        } else {
            // The review asks for the lists of base and connections only.
            finding.severity = Severity::Info;
            finding.why =
                "without the list Make hides the whole exchange from you; nothing of the base reaches a webhook".into();
        }
        findings.push(finding);
    }
}

/// What `rule` says of a request with a secret.
pub fn examine(rule: &Rule, request: &LoggedRequest<'_>, sources: &SourceMap) -> Option<Diagnostic> {
    if request.node.get("log").is_some() {
        return None;
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
    Some(sanitize::doubt(finding, &request.fields))
}

/// The paths as a list of JSON texts.
pub fn quoted(paths: &[String]) -> String {
    paths.iter().map(|path| format!("\"{path}\"")).collect::<Vec<_>>().join(", ")
}
