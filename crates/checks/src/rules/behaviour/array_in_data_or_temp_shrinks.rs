//! `array-in-data-or-temp-shrinks`: a list that is written again keeps its old tail.

use connspec_diagnostics::Severity;
use connspec_spec::{Node, NodeValue};
use hashbrown::HashMap;

use crate::flow::Write;
use crate::rule::{Check, Findings, Rule};
use crate::rules::expressions::kinds::{Kind, kind};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::whole;

pub static RULE: Rule = Rule {
    code: "CS1007",
    name: "array-in-data-or-temp-shrinks",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A list in `data` or `temp` that a later request writes again.

## Why
What is written is merged, lists item by item: a list of two over one of three keeps the third item. Scopes that were
taken away, accounts that were closed, stay.

## Example
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "accessToken": "{{body.access_token}}", "scopes": "{{split(body.scope, ' ')}}" } }
  },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "accessToken": "{{body.access_token}}", "scopes": "{{split(body.scope, ' ')}}" } }
  }
}
```

## Instead
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "accessToken": "{{body.access_token}}", "scopes": "{{body.scope}}" } }
  },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "accessToken": "{{body.access_token}}", "scopes": "{{body.scope}}" } }
  }
}
```

## Source
communication.md §5; iml.md §3; pitfalls.md 148.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    // `temp` of the creation, and of what comes later, are two.
    let mut lists: HashMap<(&str, &str, bool), &Write<'_>> = HashMap::new();
    for again in connection.names.writes.iter().filter(|write| write.value.is_some_and(is_list)) {
        let kept = again.root == "data" || again.phase.is_none_or(Phase::keeps_temp);
        let earlier = *lists.entry((again.root, again.key, kept)).or_insert(again);
        if !kept || std::ptr::eq(earlier, again) {
            continue;
        }
        findings.push(
            RULE.finding(format!("the list `{}.{}` is written over another", again.root, again.key))
                .at(again.place)
                .why("lists are merged item by item: when the new one is shorter, the tail of the old one stays")
                .help("keep the list as a text (join), or use another name")
                .also(earlier.place, "written here before")
                .in_block(&again.block),
        );
    }
}

/// Whether it is a list for sure. An empty one never shrinks anything: it is a beginning.
fn is_list(node: &Node) -> bool {
    match &node.value {
        NodeValue::Array(elements) => !elements.is_empty(),
        NodeValue::Text(text) => {
            // What adds to the list itself only grows.
            whole(text.template()).and_then(kind) == Some(Kind::Array) && !text.value.contains("add(")
        }
        _ => false,
    }
}
