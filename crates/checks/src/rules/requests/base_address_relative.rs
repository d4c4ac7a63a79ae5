//! `base-address-relative`: a base whose address nothing can be put in front of.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use super::absolute::{is_absolute, without_scheme};
use crate::edit::replace_value;
use crate::request::Address;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Other;

pub static RULE: Rule = Rule {
    code: "CS0229",
    name: "base-address-relative",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Other(check),
};

const DOCUMENTATION: &str = r#"
A `baseUrl` of the app's base that does not begin with `https://` or `http://`, or a `url` there that is a host without
it, with no `baseUrl` beside it.

## Why
Modules and remote procedures put `baseUrl` in front of their addresses, and nothing stands in front of it: every one of
them stops with an invalid URL. The connection has addresses of its own and is made all the same.

## Example
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": { "base": "general/base.iml.json" },
  "components": { "connection": { "acme": { "connectionType": "basic", "codeFiles": {
    "communication": "c/acme.communication.iml.json" } } } }
}
```
```jsonc file=general/base.iml.json
{ "baseUrl": "api.acme.test/v1" }
```
```jsonc file=c/acme.communication.iml.json
{ "url": "https://api.acme.test/v1/me" }
```

## Instead
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": { "base": "general/base.iml.json" },
  "components": { "connection": { "acme": { "connectionType": "basic", "codeFiles": {
    "communication": "c/acme.communication.iml.json" } } } }
}
```
```jsonc file=general/base.iml.json
{ "baseUrl": "https://api.acme.test/v1" }
```
```jsonc file=c/acme.communication.iml.json
{ "url": "https://api.acme.test/v1/me" }
```

## Fix
An address that begins with a host gets its `https://`, as a suggestion. What begins with an expression is left alone.

## Source
communication.md §5 `url`, §6.
"#;

fn check(base: &Other<'_>, findings: &mut Findings) {
    if !base.is_base() {
        return;
    }
    for site in &base.sites {
        let is_base_url = match site.path() {
            ["baseUrl"] => true,
            // Beside a `baseUrl` it is joined to that one.
            ["url"] if site.owner.get("baseUrl").is_none() => false,
            _ => continue,
        };
        let start = Address::of(site.template).literal_start().trim_start();
        if is_absolute(start, site.template.is_literal()) {
            continue;
        }
        let whole = without_scheme(site.node.as_str().unwrap_or_default()).map(|rest| format!("https://{rest}"));
        if whole.is_none() && !is_base_url {
            continue;
        }
        let key = site.key();
        let finding = RULE.finding(match whole {
            Some(_) => format!("`https://` is missing in front of the `{key}`"),
            None => format!("a relative `{key}` in base"),
        });
        let finding = match &whole {
            Some(whole) => {
                let edits = replace_value(&site.app.sources, site.node, &json!(whole));
                let fix = Fix::suggestion("begin with `https://`").with_edits(edits);
                finding.help(format!("write `{whole}`")).fix(fix)
            }
            None => finding.help("write the whole address, beginning with `https://`"),
        };
        findings.push(
            finding
                .at(site.node.place)
                .why("modules and remote procedures begin with it, and nothing stands in front: all of them stop with an invalid URL")
                .in_block(&site.block),
        );
    }
}
