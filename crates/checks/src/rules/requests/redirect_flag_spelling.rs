//! `redirect-flag-spelling`: the spelling the editor does not know.

use connspec_diagnostics::{Fix, Severity};

use crate::edit::rename_member;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0212",
    name: "redirect-flag-spelling",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`followRedirect` or `followAllRedirect`, without the `s`.

## Why
Make's pages write both; its editor knows only `followRedirects` and `followAllRedirects` and marks the other.

## Example
```jsonc connection
{ "url": "https://api.acme.test/me", "followRedirect": false }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me", "followRedirects": false }
```

## Fix
The spelling of the editor is suggested.

## Source
communication.md §5 `followRedirects`.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests() {
        for (key, usual) in [("followRedirect", "followRedirects"), ("followAllRedirect", "followAllRedirects")] {
            let Some(member) = request.member(key) else { continue };
            let mut finding = RULE
                .finding(format!("`{key}` is usually spelt `{usual}`"))
                .at(member.key_place)
                .why("Make's editor marks this spelling, although its documentation uses it")
                .help(format!("write `{usual}`"))
                .in_block(block);
            if request.get(usual).is_none() {
                let fix = Fix::suggestion(format!("rename it to `{usual}`"));
                finding = finding.fix(fix.with_edits(rename_member(member, usual)));
            }
            findings.push(finding);
        }
    }
}
