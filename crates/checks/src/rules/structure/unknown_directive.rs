//! `unknown-directive`: a key that no request or response has.

use std::collections::HashSet;

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;
use connspec_spec::vocabulary::{DirectiveWord, REQUEST_DIRECTIVES, RESPONSE_DIRECTIVES};

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0104",
    name: "unknown-directive",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A key of a request, or of its `response`, that is no directive.

## Why
Make ignores keys it does not know. A `header` is not sent, a `params` is not put into the query, a `resposne` is never
read; the request simply goes out without it.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "header": { "authorization": "Bearer {{parameters.apiKey}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
}
```

## Fix
`header` becomes `headers`: safe, nothing else can be meant. Any other near directive is suggested.

## Source
Make's editor schema for requests; communication.md §5, §7.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests() {
        examine(request, REQUEST_DIRECTIVES, "a request", block, findings);
        if let Some(response) = request.get("response") {
            examine(response, RESPONSE_DIRECTIVES, "`response`", block, findings);
        }
    }
}

fn examine(node: &Node, known: &[DirectiveWord], of: &str, block: &str, findings: &mut Findings) {
    let written: HashSet<&str> = node.members().iter().map(|member| member.key.as_str()).collect();
    for member in node.members().iter().filter(|member| known.iter().all(|word| word.name != member.key)) {
        let key = &member.key;
        let mut finding = RULE
            .finding(format!("`{key}` is no directive of {of}"))
            .at(member.key_place)
            .why("Make ignores keys it does not know: this one has no effect")
            .in_block(block);
        let is_free = |name: &&str| !written.contains(name);
        let free = known.iter().map(|word| word.name).filter(is_free);
        if let Some(near) = meant(key).filter(is_free).or_else(|| nearest(key, free)) {
            let title = format!("rename `{key}` to `{near}`");
            let fix = if key == "header" { Fix::safe(title) } else { Fix::suggestion(title) };
            finding = finding
                .help(format!("did you mean `{near}`?"))
                .fix(fix.replace(member.key_place, format!("\"{near}\"")));
        }
        findings.push(finding);
    }
}

/// What other tools call a directive.
fn meant(key: &str) -> Option<&'static str> {
    Some(match key {
        "header" => "headers",
        "query" | "params" | "querystring" => "qs",
        "uri" | "endpoint" => "url",
        _ => return None,
    })
}
