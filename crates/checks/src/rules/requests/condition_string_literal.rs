//! `condition-string-literal`: a text where true or false is meant.

use std::rc::Rc;

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0222",
    name: "condition-string-literal",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A condition that is the text `"true"` or `"false"`.
Base, modules, remote procedures and the requests of webhooks are looked at too.

## Why
A text that is not empty counts as true, and so does `"false"`: the request runs all the same.

## Example
```jsonc connection
{ "refresh": { "condition": "false", "url": "https://api.acme.test/oauth/token" } }
```

## Instead
```jsonc connection
{ "refresh": { "condition": false, "url": "https://api.acme.test/oauth/token" } }
```

## Fix
The text becomes the boolean it names: safe.

## Source
communication.md §5 `condition`.
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
    let condition = request.get("condition");
    let valid = request.get("response").and_then(|response| response.get("valid"));
    let both = [condition, valid].into_iter().flatten();
    for value in both.flat_map(|node| [Some(node), node.get("condition")]).flatten() {
        let Some(word @ ("true" | "false")) = value.as_str().map(str::trim) else { continue };
        let why = match word {
            "false" => "a text that is not empty counts as true, and so does this one",
            _ => "it is a text, which counts as true only because it is not empty",
        };
        findings.push(
            RULE.finding(format!("the condition is the text \"{word}\""))
                .at(value.place)
                .why(why)
                .help(format!("write {word} without quotes"))
                .in_block(&*block())
                .fix(Fix::safe(format!("write {word} without quotes")).replace(value.place, word)),
        );
    }
}
