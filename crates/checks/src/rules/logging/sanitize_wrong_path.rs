//! `sanitize-wrong-path`: a path of `log.sanitize` that hides nothing.

use connspec_diagnostics::{Fix, Severity, SourceMap};
use serde_json::json;

use crate::edit;
use crate::logged::is_logged;
use crate::other_request::OtherRequest;
use crate::rule::{Check, Findings, Rule};
use crate::sanitize::{self, LoggedRequest, Problem};
use crate::site::Phase;
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0702",
    name: "sanitize-wrong-path",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A path of `log.sanitize` that names nothing the request has: it lacks `request.` or `response.`, names a part there is
not, or a field that is not sent while the secret that is sent stays in the open. Where the path is right and the name of
what is sent has a slip in it, the slip is told. Of a list that was copied from another request `sanitize-incomplete` tells
which secret it does not name; the paths that are too many are harmless.
Base, modules, remote procedures and the requests of webhooks are looked at too; modules and remote procedures send what the
base sends besides.

## Why
Make does not complain about a path that leads nowhere. The secret it was meant for is written into the log in full.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "access-token": "{{parameters.apiKey}}" },
  "log": { "sanitize": ["request.headers.token"] }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" },
  "log": { "sanitize": ["headers.authorization"] }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "access-token": "{{parameters.apiKey}}" },
  "log": { "sanitize": ["request.headers.access-token"] }
}
```

## Fix
The path of the secret that was probably meant is suggested. Where the path has a usual name and what is sent has it with a
slip (`x-api-kye`), only a person can tell which is right, and what is sent is asked about.

## Source
Make's documentation of `log`; communication.md §5, pitfalls.md 115.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let sources = &whole.app.sources;
    let logged = whole.connections.iter().flat_map(|connection| connection.logged());
    logged.for_each(|request| examine(request, sources, 0, findings));
    let is_sent = |request: &OtherRequest<'_, '_>| request.is_of_base() || is_logged(Phase::Component, request.node);
    for request in whole.each_other_request().filter(|request| sanitize::list_of(request.node).is_some()) {
        if is_sent(&request) {
            examine(&sanitize::of_other(&request), sources, 1, findings);
        }
    }
}

/// Tells of the paths of a request that hide nothing; of those that came with a copied list, the first `surplus`.
fn examine(request: &LoggedRequest<'_>, sources: &SourceMap, surplus: usize, findings: &mut Findings) {
    let mut seen = 0;
    for wrong in request.wrong_paths() {
        seen += usize::from(wrong.is_surplus);
        if wrong.is_surplus && seen > surplus {
            continue;
        }
        let path = wrong.node.as_str().unwrap_or_default();
        let message = match &wrong.problem {
            Problem::NoSide => format!("`{path}` starts with neither `request.` nor `response.`"),
            Problem::NoPart(part) => format!("`{path}` leads nowhere: there is no `{part}` to sanitize"),
            Problem::NotSent => format!("`{path}` leads nowhere: `{}` sends no such field", request.block),
        };
        let mut finding = RULE
            .finding(message)
            .at(wrong.node.place)
            .why("a path that names nothing hides nothing, and Make does not complain")
            .in_block(&request.block);
        let right = wrong.meant.filter(|_| matches!(wrong.problem, Problem::NotSent));
        let right = right.and_then(|field| Some((field.path.last()?, sanitize::right_name(path, field)?)));
        finding = match (wrong.meant, right) {
            (Some(field), Some((sent, name))) => finding
                .help(format!("is `{sent}` a slip? Send it as `{name}`, and the path is right"))
                .also(field.place, format!("this is sent as `{sent}`, readable")),
            (Some(field), None) => {
                let meant = field.sanitize_path();
                let edits = edit::replace_value(sources, wrong.node, &json!(meant));
                finding
                    .help(format!("did you mean `{meant}`?"))
                    .also(field.place, format!("this goes into `{meant}`, readable"))
                    .fix(Fix::suggestion(format!("sanitize `{meant}`")).with_edits(edits))
            }
            (None, _) => finding.help(
                "write `request.headers.…`, `request.qs.…`, `request.body.…`, `request.url`, `response.headers.…` or `response.body.…`",
            ),
        };
        findings.push(finding);
    }
}
