//! `header-name-case`: a header of an answer in capitals.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::Finding;

use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};
use crate::values::unguarded;

pub static RULE: Rule = Rule {
    code: "CS0825",
    name: "header-name-case",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Expression, check),
};

const DOCUMENTATION: &str = r#"
`headers.Location`, ``headers.`X-Total` ``: a name with capitals behind `headers`.

## Why
The names of an answer's headers are in lower case, whatever the service sends; names are compared letter by letter, so
this is undefined.

## Example
```jsonc connection
{ "url": "https://api.acme.test/me", "response": { "data": { "session": "{{headers.`X-Session`}}" } } }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me", "response": { "data": { "session": "{{headers.`x-session`}}" } } }
```

## Fix
The name in lower case is suggested.

## Source
communication.md §4.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !site.reads().iter().any(|read| read.root() == "headers") {
        return;
    }
    // Who asks for both spellings has the right one too.
    let of_answers = unguarded(site).into_iter().filter(|read| read.root() == "headers");
    for (read, name) in of_answers.filter_map(|read| Some((read, read.key()?))) {
        // A name with a dash falls apart: `hyphen-without-backticks` tells that.
        let is_part = |remark: &Finding| {
            remark.code == "hyphen-without-backticks" && site.place(remark.span).span.contains(read.place.span)
        };
        if site.template.findings().iter().any(is_part) {
            continue;
        }
        if !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            continue;
        }
        let lower = name.to_ascii_lowercase();
        let mut finding = RULE
            .finding(format!("`{name}` has capitals, and the headers of an answer have none"))
            .at(read.place)
            .why("their names are in lower case, whatever the service sends: this is undefined")
            .help(format!("write `{lower}`"))
            .in_block(&site.block);
        let written = site.app.sources.slice(read.place);
        if written.matches(name).count() == 1 {
            let text = written.replace(name, &lower);
            finding = finding.fix(Fix::suggestion("write it in lower case").replace(read.place, text));
        }
        findings.push(finding);
    }
}
