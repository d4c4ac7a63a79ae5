//! `integration-needs-safe`: a value that autoescaping may change.

use connspec_diagnostics::{Fix, Severity, Span};
use connspec_spec::dialect::template::Operand;
use connspec_spec::dialect::{FormItem, REDIRECT_URL};

use crate::integration::{Integration, Role};
use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;

use super::integration_unknown_variable::Names;

pub static RULE: Rule = Rule {
    code: "CS1119",
    name: "integration-needs-safe",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A value in an address, a header, `data`, or a comparison, put out without `|safe` or a filter that leaves nothing to
escape. For secrets people or services choose freely (passwords, client secrets) and for names of people and things
(`O'Brien`, `R&D`) this is a warning, for everything else a remark. What nothing fills is left to
`integration-unknown-variable`.

## Why
Autoescaping is on: `& < > " '` in a value become `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&#x27;`, and that is what is
sent. The secret is refused, the name is wrong for ever.

## Example
```jsonc connection
{
  "initial_data_form": [{ "id": "CLIENT_SECRET", "name": "Secret", "description": "A secret", "secret": true }],
  "execute": [{
    "url": "https://api.acme.test/users",
    "method": "POST",
    "headers": { "Authorization": "Basic me:{{ CLIENT_SECRET }}" }
  }]
}
```

## Instead
```jsonc connection
{
  "initial_data_form": [{ "id": "CLIENT_SECRET", "name": "Secret", "description": "A secret", "secret": true }],
  "execute": [{
    "url": "https://api.acme.test/users",
    "method": "POST",
    "headers": { "Authorization": "Basic me:{{ CLIENT_SECRET|safe }}" }
  }]
}
```

## Fix
`|safe` in headers and comparisons and `|escapejs|safe` in `data` are safe: what was right stays right. `|urlencode` in
an address is suggested, since the value may be encoded already; in its host `|safe`, since a port follows a colon.

## Source
chiefonboarding.md §3, templates; Django's documentation of autoescaping.
"#;

/// Filters after which nothing is left that is escaped.
const HARMLESS: &[&str] = &["safe", "urlencode", "escapejs", "slugify", "length", "wordcount", "divisibleby"];

/// Fields of a person that hold names of people and things.
const NAMES: &[&str] = &["first_name", "last_name", "position", "department", "manager", "buddy"];

/// Secrets that hold any character.
const FREE: &[&str] = &["secret", "password", "passwd", "passphrase", "pwd", "pass"];

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let names = Names::of(integration);
    let texts = integration.texts.iter().filter(|text| !matches!(text.role, Role::Message | Role::HeaderName));
    for text in texts.filter(|text| !text.template.source().contains("autoescape")) {
        for output in text.template.outputs() {
            let Operand::Variable(variable) = &output.operand else { continue };
            let name = variable.path[0].as_str();
            let is_made_up = name == REDIRECT_URL || integration.asked(name).is_some_and(FormItem::is_generated);
            if is_made_up || names.lack(variable, text) || HARMLESS.iter().any(|filter| output.has_filter(filter)) {
                continue;
            }
            let is_host = text.role == Role::Address && in_host(&text.template.source()[..output.span.start as usize]);
            let end = text.place(Span::at(output.span.end as usize));
            let fix = match text.role {
                Role::Address if !is_host => Fix::suggestion("encode it: `|urlencode`").replace(end, "|urlencode"),
                Role::Data => Fix::safe("send it as it is: `|escapejs|safe`").replace(end, "|escapejs|safe"),
                _ => Fix::safe("send it as it is: `|safe`").replace(end, "|safe"),
            };
            let shown = variable.path.join(".");
            let mut finding = RULE
                .finding(format!("autoescaping may change `{shown}`"))
                .at(text.place(variable.span))
                .why("`& < > \" '` in the value are sent as `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&#x27;`")
                .help(match text.role {
                    Role::Address if !is_host => "write `|urlencode`",
                    Role::Data => "write `|escapejs|safe`: a quote or a backslash must not end the JSON text",
                    _ => "write `|safe`",
                })
                .in_block(&text.block)
                .fix(fix);
            let is_free = integration.asked(name).is_some() && FREE.iter().any(|word| normal(name).ends_with(word));
            if !is_free && !NAMES.contains(&name) {
                finding.severity = Severity::Info;
            }
            findings.push(finding);
        }
    }
}

/// Whether what stands behind this beginning of an address belongs to its host, where a port may follow a colon.
fn in_host(before: &str) -> bool {
    let authority = before.split_once("://").map_or(before, |(_, authority)| authority);
    !authority.contains(['/', '?', '#'])
}
