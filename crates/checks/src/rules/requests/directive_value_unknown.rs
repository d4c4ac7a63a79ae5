//! `directive-value-unknown`: a method or a type that is misspelt.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Severity, SourceMap};
use connspec_spec::vocabulary::{REQUEST_TYPES, RESPONSE_TYPES, TRIGGER_ORDERS, TRIGGER_TYPES};
use connspec_spec::{ComponentKind, Node};
use serde_json::json;

use crate::edit::{rename_member, replace_value};
use crate::request::{ALL_METHODS, address_as_method, exchanged};
use crate::rule::{Check, Findings, Rule};
use crate::subject::{Other, Whole};

pub static RULE: Rule = Rule {
    code: "CS0226",
    name: "directive-value-unknown",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A `type` that Make does not know, of a request or of its response, or a `method` written almost like one of HTTP's, or that
is an address: `url` and `method` exchanged. In base, modules, remote procedures and webhooks too, with the `type` and
`order` of a trigger.

## Why
A body of an unknown type goes out as JSON, an answer of an unknown type is read as its `Content-Type` says: the token
endpoint then refuses a form that is none. A misspelt method is sent as it stands, and the service refuses it.

## Example
```jsonc connection
{ "url": "https://api.acme.test/login", "method": "PSOT", "type": "urlencode", "response": { "type": "jsno" } }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/login", "method": "POST", "type": "urlencoded", "response": { "type": "json" } }
```

## Fix
The nearest word is suggested; of `url` and `method`, to exchange them. Methods of one's own (`PROPFIND`) are left alone, and so is what an expression decides.

## Source
Make's editor schema; communication.md §5 method, type, §7 response.type, trigger.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for connection in &whole.connections {
        connection.requests().for_each(|(_, block, request)| of_request(request, block, &whole.app.sources, findings));
    }
    for other in &whole.others {
        for (block, request) in other.requests() {
            of_request(request, &block, &whole.app.sources, findings);
            if let Some(trigger) = request.get("response").and_then(|response| response.get("trigger")) {
                let why = "what is new since the last run is not told from what is old";
                examine(trigger.get("type"), "type of a trigger", TRIGGER_TYPES, why, &block, findings);
                examine(trigger.get("order"), "order of a trigger", TRIGGER_ORDERS, why, &block, findings);
            }
        }
        if other.is_of(ComponentKind::Webhook, &["communication", "api"]) && !other.is_one_file() {
            of_webhook(other, findings);
        }
    }
}

fn of_request(request: &Node, block: &str, sources: &SourceMap, findings: &mut Findings) {
    if let Some(finding) = of_address(request, sources) {
        findings.push(finding.in_block(block));
    } else if let Some(method) = literal(request.get("method")) {
        let known = || ALL_METHODS.iter().copied();
        if !known().any(|known| known.eq_ignore_ascii_case(method.1))
            && let Some(near) = nearest(&method.1.to_ascii_uppercase(), known())
        {
            let why = "the service refuses it";
            report(method, "method of HTTP", Some(near), known().collect(), why, block, findings);
        }
    }
    let why = "the body goes out as JSON";
    // Beside a form `type` is the connection's: a description made by hand.
    let is_description = request.get("url").is_none() && request.get("parameters").is_some_and(Node::is_array);
    let kind = request.get("type").filter(|_| !is_description);
    examine(kind, "type of a body", REQUEST_TYPES, why, block, findings);
    let Some(kind) = request.get("response").and_then(|response| response.get("type")) else { return };
    let by_status = kind.effective_members().map(|member| &member.value);
    for kind in std::iter::once(kind).chain(by_status) {
        let why = "the answer is read as its Content-Type says";
        examine(Some(kind), "type of an answer", RESPONSE_TYPES, why, block, findings);
    }
}

/// An address in the place of the method.
fn of_address(request: &Node, sources: &SourceMap) -> Option<Diagnostic> {
    let why = "the service refuses a method that is none of HTTP's, and an address goes into `url`";
    if let Some((url, method)) = exchanged(request) {
        let of = |node: &Node| json!(node.as_str().unwrap_or_default().trim());
        let edits = [replace_value(sources, url, &of(method)), replace_value(sources, method, &of(url))];
        let finding = RULE.finding("`url` and `method` are exchanged").at(method.place).also(url.place, "the method");
        let finding = finding.why(why).help("write the address into `url`, and the method into `method`");
        let fix = Fix::suggestion("exchange `url` and `method`").with_edits(edits.into_iter().flatten());
        return Some(finding.fix(fix));
    }
    let method = address_as_method(request)?;
    let finding = RULE.finding("`method` holds an address").at(method.value.place).why(why);
    Some(match request.get("url") {
        None => finding
            .help("call it `url`, and write the method into `method`")
            .fix(Fix::suggestion("call it `url`").with_edits(rename_member(method, "url"))),
        Some(_) => finding.help(format!("there are {}", ALL_METHODS.join(", "))),
    })
}

/// What a webhook answers with. No document lists the types: only slips are reported.
fn of_webhook(webhook: &Other<'_>, findings: &mut Findings) {
    let (Some(root), Some(component)) = (&webhook.part.node, webhook.component) else { return };
    let owners = [Some(root), root.get("verification")].into_iter().flatten();
    for kind in owners.filter_map(|owner| owner.get("respond")).filter_map(|respond| respond.get("type")) {
        let Some(written) = literal(Some(kind)).filter(|(_, text)| !REQUEST_TYPES.contains(text)) else { continue };
        let usual = || matches!(written.1, "plain" | "text/plain" | "html" | "text/html").then_some("text");
        let near = nearest(written.1, REQUEST_TYPES.iter().copied()).or_else(usual);
        if near.is_some() {
            let (known, why) = (REQUEST_TYPES.to_vec(), "the service does not get the answer that is meant");
            report(written, "type of a body", near, known, why, &component.name, findings);
        }
    }
}

/// A text without expressions.
fn literal(node: Option<&Node>) -> Option<(&Node, &str)> {
    let node = node?;
    node.as_str().filter(|text| !text.contains("{{")).map(|text| (node, text))
}

fn examine(node: Option<&Node>, what: &str, known: &[&str], why: &str, block: &str, findings: &mut Findings) {
    let Some(written) = literal(node).filter(|(_, text)| !known.contains(text)) else { return };
    report(written, what, nearest(written.1, known.iter().copied()), known.to_vec(), why, block, findings);
}

fn report(
    (node, written): (&Node, &str),
    what: &str,
    near: Option<&str>,
    known: Vec<&str>,
    why: &str,
    block: &str,
    findings: &mut Findings,
) {
    let finding = RULE.finding(format!("`{written}` is no {what}")).at(node.place).why(why).in_block(block);
    findings.push(match near {
        Some(near) => finding
            .help(format!("did you mean `{near}`?"))
            .fix(Fix::suggestion(format!("write `{near}`")).replace(node.place, format!("\"{near}\""))),
        None => finding.help(format!("there are {}", known.join(", "))),
    });
}
