//! `nested-qs`: an object in a query.

use std::rc::Rc;

use connspec_diagnostics::Severity;
use connspec_spec::Node;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0218",
    name: "nested-qs",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
An object, or a list of objects, as a value of `qs`; an object as a header.
Base, modules, remote procedures and the requests of webhooks are looked at too.

## Why
A query is flat: names with texts, or a list of texts. How an object is written into it is nowhere documented.

## Example
```jsonc connection
{ "url": "https://api.acme.test/me", "qs": { "filter": { "active": true } } }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me", "qs": { "filter[active]": true } }
```

## Source
communication.md §5 `qs`.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for (_, block, request) in whole.connections.iter().flat_map(|connection| connection.requests()) {
        examine(request, || block.into(), findings);
    }
    for request in whole.each_other_request() {
        examine(request.node, || request.block(), findings);
    }
}

fn examine(request: &Node, block: impl Fn() -> Rc<str>, findings: &mut Findings) {
    for member in request.get("headers").into_iter().flat_map(Node::effective_members) {
        if member.value.is_object() && !member.key.contains("{{") {
            findings.push(
                RULE.finding(format!("`{}` in `headers` is an object", member.key))
                    .at(member.key_place)
                    .why("a header is one text; what becomes of an object is not documented")
                    .help("write the text the service wants, for a JSON text createJSON(…)")
                    .in_block(&*block()),
            );
        }
    }
    for member in request.get("qs").into_iter().flat_map(Node::effective_members) {
        let is_deep = !member.key.contains("{{")
            && (member.value.is_object() || member.value.elements().iter().any(|element| !element.is_scalar()));
        if is_deep {
            findings.push(
                RULE.finding(format!("`{}` in `qs` is not flat", member.key))
                    .at(member.key_place)
                    .why("a query holds texts and lists of texts; what becomes of an object is not documented")
                    .help(format!("write the names as the service wants them: `{}[key]`, or one JSON text", member.key))
                    .in_block(&*block()),
            );
        }
    }
}
