//! `statuscode-in-request`: an answer read before there is one.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0809",
    name: "statuscode-in-request",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Expression, check),
};

const DOCUMENTATION: &str = r#"
`body`, `headers` or `statusCode` in the request side of a connection's first request of a block.

## Why
They are the answer, which has not arrived: the value is undefined, and the request goes out without it.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{body.access_token}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
}
```

## Source
connection.md §13; pitfalls.md 135.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    // Whatever surrounds it: in a file of another shape `response` may stand deeper.
    let answered = site.is_response_side() || site.path().contains(&"response");
    let before_any_answer = site.phase.is_connection() && site.request == 0 && !answered;
    if !before_any_answer {
        return;
    }
    for read in site.reads() {
        let root = read.root();
        if matches!(root, "body" | "headers" | "statusCode") {
            findings.push(
                RULE.finding(format!("`{root}` is read before there is an answer"))
                    .at(read.place)
                    .why("it is undefined until the answer has arrived, so the request goes out without it")
                    .help("read what an earlier answer stored: `data`, or `temp` within one run")
                    .in_block(&site.block),
            );
        }
    }
}
