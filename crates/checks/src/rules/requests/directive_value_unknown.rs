//! `directive-value-unknown`: a method or a type that is misspelt.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;
use connspec_spec::vocabulary::{METHODS, REQUEST_TYPES, RESPONSE_TYPES};

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0226",
    name: "directive-value-unknown",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A `type` that Make does not know, of a request or of its response, or a `method` written almost like one of HTTP's.

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
The nearest word is suggested. Methods of one's own (`PROPFIND`) are left alone, and so is what an expression decides.

## Source
Make's editor schema; communication.md §5 method, type, §7 response.type.
"#;

/// Methods beside those of the editor: Make's documentation allows others.
const FURTHER_METHODS: &[&str] = &["HEAD", "OPTIONS"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests() {
        if let Some(method) = literal(request.get("method")) {
            let written = method.1.to_ascii_uppercase();
            let known = || METHODS.iter().chain(FURTHER_METHODS).copied();
            if !known().any(|method| method == written)
                && let Some(near) = nearest(&written, known()).filter(|near| *near != written)
            {
                report(
                    method,
                    "method of HTTP",
                    Some(near),
                    known().collect(),
                    "the service refuses it",
                    block,
                    findings,
                );
            }
        }
        let why = "the body goes out as JSON";
        // Beside a form `type` is the connection's: a description made by hand.
        let is_description = request.get("url").is_none() && request.get("parameters").is_some_and(Node::is_array);
        let kind = request.get("type").filter(|_| !is_description);
        examine(kind, "type of a body", REQUEST_TYPES, why, block, findings);
        let Some(kind) = request.get("response").and_then(|response| response.get("type")) else { continue };
        let by_status = kind.effective_members().map(|member| &member.value);
        for kind in std::iter::once(kind).chain(by_status) {
            let why = "the answer is read as its Content-Type says";
            examine(Some(kind), "type of an answer", RESPONSE_TYPES, why, block, findings);
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
