//! `missing-url`: a block that sends nothing.

use connspec_diagnostics::Severity;
use connspec_spec::Node;

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0203",
    name: "missing-url",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A block without any `url`.

## Why
A request without an address is not sent, and Make goes on as if it had been: no token is fetched, nothing is stored, no
error is shown. An empty `info`, `refresh` or `invalidate` (`{}`) is taken as left out on purpose.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "method": "POST", "body": { "code": "{{temp.code}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token", "method": "POST", "body": { "code": "{{temp.code}}" } }
}
```

## Source
communication.md §3 (5), §5 `url`; corpus-notes.md A8.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(root) = connection.communication() else { return };
    if root.get("url").is_some() {
        return;
    }
    for member in root.effective_members() {
        let Some(phase) = Phase::of_block(&member.key) else { continue };
        let block = &member.value;
        let is_empty = block.is_null() || (block.members().is_empty() && block.elements().is_empty());
        let may_be_empty = matches!(phase, Phase::Info | Phase::Refresh | Phase::Invalidate | Phase::Preauthorize);
        // A step of a list may only compute something for the next.
        let has_url = has_url(block) || block.elements().iter().any(has_url);
        if phase == Phase::SharedOAuth || has_url || (is_empty && may_be_empty) {
            continue;
        }
        findings.push(
            RULE.finding(format!("`{}` has no `url`", member.key))
                .at(member.key_place)
                .why("a request without an address is not sent, and nothing says so: the connection goes on without its answer")
                .help(match block.get("temp") {
                    Some(_) if phase == Phase::Preauthorize => {
                        "move its `temp` to `authorize`, which is the place for what needs no request"
                    }
                    _ => "give it a `url`, or remove the block",
                })
                .in_block(&member.key),
        );
    }
}

fn has_url(request: &Node) -> bool {
    request.get("url").is_some_and(|url| !url.is_null() && url.as_str() != Some(""))
}
