//! `integration-ignored-key`: a key within a request or a form that has no effect.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;

use crate::edit::{remove_member, rename_member};
use crate::integration::{Integration, Stage, named};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1102",
    name: "integration-ignored-key",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A key within a request, a form entry, `oauth`, `polling`, `continue_if` or a notification that is not known there, or
one that works in `execute` only and stands in another request.

## Why
The validator looks at the keys of the top alone, so nobody says that `header` or `statuscode` does nothing.

## Example
```jsonc connection
{
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST", "header": { "Accept": "text/plain" } }]
}
```

## Instead
```jsonc connection
{
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST", "headers": { "Accept": "text/plain" } }]
}
```

## Fix
A key that is nearly right is renamed, any other taken out: suggested.

## Source
chiefonboarding.md §1: unknown keys inside nested objects are not rejected; the table of a request.
"#;

const REQUEST: &[&str] = &[
    "url",
    "method",
    "data",
    "headers",
    "cast_data_to_json",
    "status_code",
    "extra_headers",
    "files",
    // An older version's; others may still heed it.
    "fail_when_4xx_response_code",
];
const EXECUTE: &[&str] = &["store_data", "continue_if", "polling", "save_as_file"];
const LOOKED_AT: &[&str] = &["expected"];
const FORM: &[&str] =
    &["id", "name", "type", "items", "url", "data_from", "choice_value", "choice_name", "options_source"];
const ASKED: &[&str] = &["id", "name", "description", "secret"];
const USER: &[&str] = &["id", "name", "description"];
const OAUTH: &[&str] = &["authenticate_url", "access_token", "refresh", "without_code"];
const POLLING: &[&str] = &["interval", "amount"];
const CONDITION: &[&str] = &["response_notation", "value"];
const MESSAGE: &[&str] = &["type", "to", "subject", "message"];

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let mut look = Look { integration, findings };
    look.at("oauth", integration.root.get("oauth"), &[OAUTH], &[]);
    for (stage, item) in integration.requests() {
        let block = named(&item.pointer);
        let (known, elsewhere): (&[&[&str]], &[&str]) = match stage {
            Stage::Execute(_) => (&[REQUEST, EXECUTE], LOOKED_AT),
            Stage::Exists | Stage::Revoke(_) => (&[REQUEST, LOOKED_AT], EXECUTE),
            _ => (&[REQUEST], EXECUTE),
        };
        look.at(&block, Some(&item.node), known, elsewhere);
        look.at(&format!("{block}.polling"), item.node.get("polling"), &[POLLING], &[]);
        look.at(&format!("{block}.continue_if"), item.node.get("continue_if"), &[CONDITION], &[]);
    }
    for (form, item) in integration.forms() {
        let known: (&[&[&str]], &[&str]) = match form {
            // What fetches the choices is a request like any other.
            "form" if item.request.is_some() => (&[FORM, REQUEST], EXECUTE),
            "form" => (&[FORM], &[]),
            "initial_data_form" => (&[ASKED], &[]),
            _ => (&[USER], &[]),
        };
        look.at(&named(&item.pointer), Some(&item.node), known.0, known.1);
    }
    let messages = integration.root.get("post_execute_notification");
    for (index, node) in messages.map(Node::elements).unwrap_or_default().iter().enumerate() {
        look.at(&named(&format!("/post_execute_notification/{index}")), Some(node), &[MESSAGE], &[]);
    }
}

struct Look<'a, 'f> {
    integration: &'a Integration<'a>,
    findings: &'f mut Findings,
}

impl Look<'_, '_> {
    fn at(&mut self, block: &str, node: Option<&Node>, known: &[&[&str]], elsewhere: &[&str]) {
        let Some(node) = node else { return };
        let names = || known.iter().flat_map(|names| names.iter().copied());
        for member in node.effective_members().filter(|member| names().all(|name| member.key != name)) {
            let key = &member.key;
            let finding = RULE.finding(format!("`{key}` has no effect here")).at(member.key_place).in_block(block);
            let removal =
                || Fix::suggestion("take it out").with_edits(remove_member(self.integration.sources(), node, member));
            let free = names().filter(|name| node.get(name).is_none());
            self.findings.push(if elsewhere.contains(&key.as_str()) {
                finding.why("only other requests of a manifest heed it").help("take it out").fix(removal())
            } else {
                let finding = finding.why("it is not known, and the validator lets it pass");
                match meant(key).filter(|name| free.clone().any(|free| free == *name)).or_else(|| nearest(key, free)) {
                    Some(near) => finding
                        .help(format!("did you mean `{near}`?"))
                        .fix(Fix::suggestion(format!("rename it to `{near}`")).with_edits(rename_member(member, near))),
                    None => finding.help("take it out").fix(removal()),
                }
            });
        }
    }
}

/// What other tools call a key.
fn meant(key: &str) -> Option<&'static str> {
    Some(match key {
        "body" | "json" | "payload" => "data",
        "refresh_token" | "token_refresh" => "refresh",
        "token" => "access_token",
        "authorize_url" | "authorization_url" | "auth_url" => "authenticate_url",
        _ => return None,
    })
}
