//! `quoted-boolean-or-number`: a boolean or a count that is sent as a text.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;

use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0808",
    name: "quoted-boolean-or-number",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Text, check),
};

const DOCUMENTATION: &str = r#"
`"true"`, `"false"` or a count such as `"limit": "10"` in a JSON body.

## Why
It is sent as a text. Many APIs take it; strict ones answer 400 without saying which field.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/sessions",
  "method": "POST",
  "body": { "remember": "true", "key": "{{parameters.apiKey}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/sessions",
  "method": "POST",
  "body": { "remember": true, "key": "{{parameters.apiKey}}" }
}
```

## Fix
The value without quotes is suggested; some APIs do want the text.

## Source
pitfalls.md 134.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    let text = site.template.source();
    let is_boolean = matches!(text, "true" | "false");
    let is_count = !text.is_empty() && text.len() < 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = is_count && (text == "0" || !text.starts_with('0')) && COUNTS.contains(&site.key());
    if !(is_boolean || is_number)
        || site.path().first() != Some(&"body")
        || !site.phase.is_connection()
        || !sends_json(site)
    {
        return;
    }
    findings.push(
        RULE.finding(format!("`\"{text}\"` is sent as a text"))
            .at(site.node.place)
            .why("strict APIs answer 400 to a text where they want a boolean or a number")
            .help(format!("write {text} without quotes, unless the API asks for a text"))
            .fix(Fix::suggestion("remove the quotes").replace(site.node.place, text))
            .in_block(&site.block),
    );
}

/// Keys whose values are counts; other digits may be identifiers or versions.
const COUNTS: &[&str] = &[
    "limit",
    "page",
    "per_page",
    "perPage",
    "pageSize",
    "page_size",
    "offset",
    "count",
    "expires_in",
    "expiresIn",
    "ttl",
];

/// Whether the request's body goes out as JSON.
fn sends_json(site: &Site<'_>) -> bool {
    let text = |key: &str| site.owner.get(key).and_then(Node::as_str);
    text("type").is_none_or(|kind| kind == "json")
        && text("method").is_some_and(|method| !method.eq_ignore_ascii_case("get"))
}
