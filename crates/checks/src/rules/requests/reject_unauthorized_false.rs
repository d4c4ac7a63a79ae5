//! `reject-unauthorized-false`: certificates that are not checked.

use connspec_diagnostics::{Fix, Severity};

use crate::edit::remove_member;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0224",
    name: "reject-unauthorized-false",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A request that does not check the server's certificate.
Base and modules are looked at too.

## Why
Anyone on the way can pretend to be the service and receive the credentials. Make calls the directive deprecated.

## Example
```jsonc connection
{ "url": "https://api.acme.test/me", "rejectUnauthorized": false }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me" }
```

## Fix
Removing it is suggested: a server with a certificate of its own then needs `ca`.

## Source
communication.md §5 (others); RFC 6749 §10.9.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for (block, request) in whole.all_requests() {
        let Some(member) = request.member("rejectUnauthorized") else { continue };
        if member.value.as_bool() != Some(false) && member.value.as_str() != Some("false") {
            continue;
        }
        let edits = remove_member(&whole.app.sources, request, member);
        findings.push(
            RULE.finding("the server's certificate is not checked")
                .at(member.key_place)
                .why("anyone on the way can pretend to be the service and receive the credentials")
                .help("remove it; for a server with a certificate of its own, name its authority with `ca`")
                .in_block(&*block)
                .fix(Fix::suggestion("remove `rejectUnauthorized`").with_edits(edits)),
        );
    }
}
