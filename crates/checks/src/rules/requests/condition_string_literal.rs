//! `condition-string-literal`: a text where true or false is meant.

use std::rc::Rc;

use connspec_diagnostics::{Diagnostic, Fix, Severity};
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
A condition that is the text `"true"` or `"false"`, or another word that nothing evaluates: `"has_more"`, `"0"`.
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
    let inside = |key: &str| request.get(key).filter(|node| node.is_object());
    let iterate = request.get("response").and_then(|response| response.get("iterate")).filter(|node| node.is_object());
    let further = [inside("pagination"), inside("repeat"), inside("while"), iterate];
    let further = further.into_iter().flatten().filter_map(|node| node.get("condition"));
    let both = [condition, valid].into_iter().flatten().flat_map(|node| [Some(node), node.get("condition")]).flatten();
    for value in both.chain(further) {
        let Some(word) = value.as_str().map(str::trim) else { continue };
        if !matches!(word, "true" | "false") {
            if is_word(word) {
                findings.push(of_word(value, word, &block()));
            }
            continue;
        }
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

/// Whether a text is one word or a number, which is no expression: `has_more`, `0`.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn of_word(value: &Node, word: &str, block: &str) -> Diagnostic {
    RULE.finding(format!("the condition is the text \"{word}\", which always counts as true"))
        .at(value.place)
        .why("without braces nothing is evaluated, and a text that is not empty counts as true")
        .help(format!("write an expression, such as `{{{{body.{word}}}}}`, or true or false without quotes"))
        .in_block(block)
}
