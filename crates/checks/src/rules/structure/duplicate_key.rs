//! `duplicate-key`: one key twice in an object.

use connspec_diagnostics::Severity;
use connspec_spec::{Member, Node};
use hashbrown::HashMap;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0109",
    name: "duplicate-key",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
The same key twice in one object.

## Why
A JSON parser keeps the last one and says nothing. What stands under the first (its error handling, its headers) is not
there for Make.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "uid": "{{body.id}}" },
  "response": { "error": "{{body.message}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "uid": "{{body.id}}", "error": "{{body.message}}" }
}
```

## Source
RFC 8259 §4: the behaviour with repeated names is unpredictable; JavaScript keeps the last.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let app = whole.app;
    let of_connections = app.connections.iter().flat_map(|definition| definition.parts.iter());
    let of_components = app.components.iter().flat_map(|component| component.parts.iter().chain(&component.metadata));
    for part in of_connections.chain(&app.base).chain(&app.common).chain(of_components) {
        let Some(root) = part.node.as_ref().filter(|root| root.repeats_keys_below()) else { continue };
        root.each(&mut |node| examine(node, findings));
    }
}

/// The keys that stand twice in an object.
pub(crate) fn examine(object: &Node, findings: &mut Findings) {
    if !object.repeats_keys() {
        return;
    }
    let members = object.members();
    let mut first: HashMap<&str, &Member> = HashMap::new();
    for member in members {
        let Some(earlier) = first.insert(&member.key, member) else { continue };
        findings.push(
            RULE.finding(format!("the key `{}` stands twice in this object", member.key))
                .at(member.key_place)
                .also(earlier.key_place, "this one is lost")
                .why("a JSON parser keeps the last and drops the others without a word")
                .help("merge the two, or remove the one that is not meant"),
        );
    }
}
