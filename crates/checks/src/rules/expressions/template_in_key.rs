//! `template-in-key`: an expression where a key stands.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::Template;
use connspec_spec::{Member, Node};

use crate::edit::rename_member;
use crate::rule::{Check, Findings, Rule};
use crate::site::NEVER_EVALUATED;
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0824",
    name: "template-in-key",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
An expression in a key. The one key that means something is `{{...}}`, with three dots: it merges the collection its
value gives into the object.

## Why
Only values are evaluated. A key is sent, stored or named as it is written, with its braces.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "{{parameters.headerName}}": "{{parameters.apiKey}}" }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "{{..}}": "{{parameters.headers}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "{{...}}": "{{parameters.headers}}", "x-api-key": "{{parameters.apiKey}}" }
}
```

## Fix
Where `{{...}}` was meant, it is suggested.

## Source
iml.md §3, §12 C18.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for connection in &whole.connections {
        for (_, block, request) in connection.requests() {
            request_keys(request, block, findings);
        }
    }
    for other in &whole.others {
        let name = other.component.map_or("base", |component| component.name.as_str());
        let Some(root) = &other.part.node else { continue };
        let requests = if root.is_array() { root.elements() } else { std::slice::from_ref(root) };
        requests.iter().for_each(|request| request_keys(request, name, findings));
    }
}

fn request_keys(request: &Node, block: &str, findings: &mut Findings) {
    for member in request.members().iter().filter(|member| !NEVER_EVALUATED.contains(&member.key.as_str())) {
        look(member, block, findings);
        keys_below(&member.value, block, findings);
    }
}

fn keys_below(node: &Node, block: &str, findings: &mut Findings) {
    for member in node.members() {
        look(member, block, findings);
        keys_below(&member.value, block, findings);
    }
    node.elements().iter().for_each(|element| keys_below(element, block, findings));
}

fn look(member: &Member, block: &str, findings: &mut Findings) {
    let key = member.key.as_str();
    // Both begin with bytes that hardly any key holds: an ellipsis is no ASCII.
    if !key.bytes().any(|byte| matches!(byte, b'{' | b'.') || !byte.is_ascii()) {
        return;
    }
    if !(key.contains("{{") || is_like_spread(key)) || key == SPREAD {
        return;
    }
    let means_spread = is_like_spread(key);
    let template = Template::parse(key);
    let place = match template.expressions().next() {
        Some(_) if means_spread => member.key_place,
        Some(expression) => member.place_in_key(expression.span),
        None if means_spread => member.key_place,
        None => return,
    };
    let finding = RULE.finding(format!("`{key}` is a key, and keys are not evaluated")).at(place).in_block(block);
    let finding = if means_spread {
        finding
            .why("it is taken as it is written: nothing is merged")
            .help("the key that merges a collection is `{{...}}`, with exactly three dots")
            .fix(Fix::suggestion("write `{{...}}`").with_edits(rename_member(member, SPREAD)))
    } else {
        finding
            .why("it is sent, stored or named as it is written, with its braces")
            .help("write the name itself; a collection with names of its own is merged by the key `{{...}}`")
    };
    findings.push(finding);
}

const SPREAD: &str = "{{...}}";

/// Whether a key is `{{...}}` written otherwise: with more or fewer dots, blanks, an ellipsis, or without braces.
fn is_like_spread(key: &str) -> bool {
    let dots = key.trim_matches(|letter: char| "{}".contains(letter) || letter.is_whitespace());
    key != SPREAD && matches!(dots, "." | ".." | "..." | "...." | "…")
}
