//! `forbidden-directive-in-connection`: directives of modules.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;
use connspec_spec::vocabulary::{DirectiveWord, InConnection, request_directive, response_directive};

use crate::edit::remove_member;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0221",
    name: "forbidden-directive-in-connection",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A directive that only modules have: `iterate`, `output`, `wrapper`, `limit`, `trigger`, `pagination`, `aws`, `baseUrl`, …

## Why
A connection has no output and no pages; Make ignores these directives or refuses them. `repeat` is nowhere documented
for connections, so it is a warning.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "output": "{{body}}", "uid": "{{body.id}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "uid": "{{body.id}}" }
}
```

## Fix
Removes `iterate`, `limit`, `output`, `wrapper` and `pagination`: safe, they have no effect.

## Source
communication.md §5, §7, §9; connection.md §10.
"#;

/// Directives without any effect in a connection.
const WITHOUT_EFFECT: &[&str] = &["iterate", "limit", "output", "wrapper", "pagination"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests() {
        examine(connection, request, &request_directive, block, findings);
        if let Some(response) = request.get("response") {
            examine(connection, response, &response_directive, block, findings);
        }
    }
}

fn examine(
    connection: &Connection<'_>,
    object: &Node,
    word: &dyn Fn(&str) -> Option<&'static DirectiveWord>,
    block: &str,
    findings: &mut Findings,
) {
    for member in object.effective_members() {
        let Some(word) = word(&member.key) else { continue };
        let is_repeat = matches!(word.name, "repeat" | "while");
        if word.in_connection != InConnection::Forbidden && !is_repeat {
            continue;
        }
        let mut finding =
            RULE.finding(format!("`{}` has no place in a connection", word.name)).at(member.key_place).in_block(block);
        finding = if is_repeat {
            finding.severity = Severity::Warning;
            finding.why("it runs, but no documentation says so for connections").help("do without it where you can")
        } else {
            finding.why("it belongs to modules: a connection ignores or refuses it").help("remove it")
        };
        if WITHOUT_EFFECT.contains(&word.name) {
            let edits = remove_member(&connection.app.sources, object, member);
            finding = finding.fix(Fix::safe(format!("remove `{}`", word.name)).with_edits(edits));
        }
        findings.push(finding);
    }
}
