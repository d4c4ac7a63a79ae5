//! `integration-oauth-empty`: an `oauth` with nothing in it.

use crate::edit::remove_member;
use crate::integration::Integration;
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::{Fix, Severity};
pub static RULE: Rule = Rule {
    code: "CS1107",
    name: "integration-oauth-empty",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
`"oauth": {}`.

## Why
A run takes it for no `oauth` at all, the validator refuses it.

## Example
```jsonc connection
{ "oauth": {}, "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }] }
```

## Instead
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }] }
```

## Fix
It is taken out: safe, a run does the same without it.

## Source
chiefonboarding.md §2.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let Some(oauth) = integration.root.member("oauth") else { return };
    if oauth.value.is_object() && oauth.value.members().is_empty() {
        let edits = remove_member(integration.sources(), integration.root, oauth);
        findings.push(
            RULE.finding("`oauth` is empty")
                .at(oauth.key_place)
                .why("a run does as if it were not there, and the validator refuses it")
                .help("take it out")
                .fix(Fix::safe("take it out").with_edits(edits)),
        );
    }
}
