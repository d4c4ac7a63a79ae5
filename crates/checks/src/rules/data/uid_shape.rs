//! `uid-shape`: a `uid` that tells nobody apart.

use connspec_diagnostics::Severity;
use connspec_iml::ast::{ExprKind, Keyword};
use connspec_spec::{Node, NodeValue};

use crate::rule::{Check, Findings, Rule};
use crate::site::{Phase, Site};
use crate::subject::Connection;
use crate::symbolic::{bare, is_random, steps, whole};

pub static RULE: Rule = Rule {
    code: "CS0622",
    name: "uid-shape",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A `response.uid` that is no text with an expression, is the whole answer, or is made anew each time.

## Why
The uid says whose connection it is at the provider; shared webhooks are routed by it. A fixed text is the same for
everybody, an object becomes the text `{object}`, and `uuid` or `now` is another one every time the connection is
verified.

## Example
```jsonc connection
{ "url": "https://api.acme.test/me", "response": { "uid": "acme" } }
```
```jsonc connection
{ "url": "https://api.acme.test/me", "response": { "uid": { "id": "{{body.id}}" } } }
```
```jsonc connection
{ "url": "https://api.acme.test/me", "response": { "uid": "{{body}}" } }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me", "response": { "uid": "{{body.id}}" } }
```

## Source
communication.md §7, connection.md §3, §4.6; iml.md §6.2.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests().filter(|(phase, ..)| matches!(phase, Phase::Info | Phase::Basic)) {
        let Some(uid) = request.get("response").and_then(|response| response.get("uid")) else { continue };
        let Some((message, why)) = mistake(uid, connection.site_of(uid)) else { continue };
        let finding = RULE
            .finding(message)
            .at(uid.place)
            .why(why)
            .help("read the account's own id from the answer: `{{body.id}}`, as the provider calls it")
            .in_block(block);
        findings.push(finding);
    }
}

/// What is wrong with a uid, and why that matters.
fn mistake(uid: &Node, site: Option<&Site<'_>>) -> Option<(&'static str, &'static str)> {
    match &uid.value {
        NodeValue::Null => None,
        NodeValue::Array(_) | NodeValue::Object(_) => {
            Some(("`uid` is no text", "a uid is one text; of a list or an object it is not known what Make stores"))
        }
        NodeValue::Bool(_) | NodeValue::Number { .. } => {
            Some(("`uid` is the same for everybody", "shared webhooks are routed by it, and reach the wrong account"))
        }
        NodeValue::Text(_) => of_text(site?),
    }
}

fn of_text(site: &Site<'_>) -> Option<(&'static str, &'static str)> {
    let template = &site.template;
    if template.is_literal() {
        // `expression-without-braces` tells more of a variable, `unbalanced-braces` of a brace.
        let source = template.source();
        let tells_more = source.starts_with("body.") || source.contains(['{', '}']);
        return (!tells_more && !source.is_empty()).then_some((
            "`uid` is the same for everybody",
            "shared webhooks are routed by it, and reach the wrong account",
        ));
    }
    let only = whole(template)?;
    if steps(template, only).is_some_and(|steps| steps == ["body"]) {
        return Some(("`uid` is the whole answer", "an object becomes the text `{object}`, the same for everybody"));
    }
    let is_now = matches!(bare(only).kind, ExprKind::Keyword(Keyword::Now | Keyword::Timestamp));
    (is_now || is_random(template))
        .then_some(("`uid` is another one each time", "nobody is known again when the connection is verified"))
}
