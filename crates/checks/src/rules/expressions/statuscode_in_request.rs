//! `statuscode-in-request`: an answer read before there is one.

use connspec_diagnostics::Severity;
use connspec_spec::vocabulary::request_directive;
use connspec_spec::{ComponentKind, Node};

use crate::forms::declared_type;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Read, Site};
use crate::subject::{Other, Whole};
use crate::values::unguarded;

pub static RULE: Rule = Rule {
    code: "CS0809",
    name: "statuscode-in-request",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`body`, `headers` or `statusCode` in the request side of the first request of a block or of a component.
Base, modules, remote procedures and the requests of webhooks are looked at too. Requests of theirs with `pagination` or
`repeat`, their own or that of base, run more than once: they are left alone, and so are modules of the types
`instant_trigger` and `responder`. Where a module or remote procedure makes several requests, what base says is sent with
each: there a variable that is asked about (`ifempty(headers.session, …)`) is left alone.

## Why
They are the answer, which has not arrived: the value is undefined, and the request goes out without it.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{body.access_token}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
}
```

## Source
connection.md §13; communication.md §4; pitfalls.md 135.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for connection in &whole.connections {
        connection.sites.iter().for_each(|site| examine(site, &|| false, findings));
    }
    let runs_again = |node: &Node| ["pagination", "repeat", "while"].iter().any(|key| node.get(key).is_some());
    for other in whole.others.iter().filter(|other| begins_by_itself(other)) {
        let Some(request) = other.each_request().next() else { continue };
        // What base says is sent with each page of a module, and modules have the pages of base.
        let is_sent_again = match request.is_of_base() {
            true => whole.each_other_request().any(|one| runs_again(one.node)),
            false => runs_again(request.node) || request.base().is_some_and(runs_again),
        };
        let may_be_empty = || request.is_of_base() && whole.others.iter().any(makes_several_requests);
        if !is_sent_again {
            request.sites().iter().for_each(|site| examine(site, &may_be_empty, findings));
        }
    }
}

/// Whether base is sent more than once for one run of this.
fn makes_several_requests(other: &Other<'_>) -> bool {
    let mut requests = other.each_request();
    let first = requests.next().filter(|request| !request.is_of_base() && !request.is_of_webhook());
    first.is_some() && requests.next().is_some()
}

/// Whether nothing has come in before its first request, as a call has where a webhook is behind it.
fn begins_by_itself(other: &Other<'_>) -> bool {
    let Some(module) = other.component.filter(|component| component.kind == ComponentKind::Module) else { return true };
    let kind = declared_type(module).and_then(Node::as_str);
    kind.is_some_and(|kind| !matches!(kind, "instant_trigger" | "responder"))
}

/// Looks at one text; `may_be_empty` says whether variables may be asked about before there is an answer.
fn examine(site: &Site<'_>, may_be_empty: &dyn Fn() -> bool, findings: &mut Findings) {
    if site.request != 0 || !site.holds(Holding::Expression) {
        return;
    }
    // Whatever surrounds it: in a file of another shape `response` may stand deeper.
    if site.is_response_side() || site.path().contains(&"response") {
        return;
    }
    for read in site.reads() {
        let root = read.root();
        // A directive of a module may ask for what it inherits under its own name: `merge(headers, …)` in `headers`.
        let is_inherited =
            !site.phase.is_connection() && read.segments.len() == 1 && site.path().first() == Some(&root);
        let is_of_answer = matches!(root, "body" | "headers" | "statusCode") && !is_inherited;
        if is_of_answer && is_evaluated(site) && !(may_be_empty() && is_asked_about(site, read)) {
            findings.push(
                RULE.finding(format!("`{root}` is read before there is an answer"))
                    .at(read.place)
                    .why("it is undefined until the answer has arrived, so the request goes out without it")
                    .help("read what an earlier answer stored: `data`, or `temp` within one run")
                    .in_block(&site.block),
            );
        }
    }
}

/// Whether the text belongs to a directive: of an unknown one `unknown-directive` tells, and nothing evaluates it.
fn is_evaluated(site: &Site<'_>) -> bool {
    site.path().first().is_none_or(|key| request_directive(key).is_some())
}

fn is_asked_about(site: &Site<'_>, read: &Read<'_>) -> bool {
    !unguarded(site).iter().any(|one| one.segments == read.segments)
}
