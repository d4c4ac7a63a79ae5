//! `pkce-verifier-too-short`: fewer than 43 characters.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::Template;

use super::{challenge, verifier_key};
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;
use crate::symbolic::fixed_length;

pub static RULE: Rule = Rule {
    code: "CS0403",
    name: "pkce-verifier-too-short",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The verifier has fewer than 43 characters, as one `{{uuid}}` with its 36.

## Why
The standard asks for 43 to 128 characters, and providers that follow it refuse a shorter one with `invalid_request` or
`invalid_grant`; others let it pass.

## Example
```jsonc connection
{
  "authorize": {
    "temp": { "verifier": "{{uuid}}" },
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "code_challenge": "{{temp.verifier}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code_verifier": "{{temp.verifier}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "temp": { "verifier": "{{uuid}}{{uuid}}" },
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "code_challenge": "{{temp.verifier}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code_verifier": "{{temp.verifier}}" } }
}
```

## Fix
Two `uuid` (72 characters) are suggested.

## Source
RFC 7636 §4.1; Make's documentation of OAuth 2.0 connections (PKCE example).
"#;

const LEAST: usize = 43;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if challenge(connection).is_none() {
        return;
    }
    let Some(key) = verifier_key(connection) else { return };
    let writes =
        connection.names.writes_of("temp", &key).filter(|write| write.phase.is_some_and(|phase| phase.keeps_temp()));
    for site in writes.filter_map(|write| connection.site_of(write.value?)) {
        let Some(length) = fixed_length(site.template).filter(|length| *length < LEAST) else { continue };
        let mut finding = RULE
            .finding(format!("the verifier has {length} characters"))
            .at(site.node.place)
            .why("the standard asks for 43 to 128 characters: strict providers refuse this one")
            .help("write `{{uuid}}{{uuid}}`, which makes 72")
            .in_block(&site.block);
        if is_one_uuid(site.template) {
            let fix = Fix::suggestion("make it of two uuids").replace(site.node.place, "\"{{uuid}}{{uuid}}\"");
            finding = finding.fix(fix);
        }
        findings.push(finding);
    }
}

fn is_one_uuid(template: &Template) -> bool {
    template.source().chars().filter(|character| !character.is_whitespace()).eq("{{uuid}}".chars())
}
