//! `integration-reserved-id`: an id that already means something else.

use connspec_diagnostics::Severity;
use connspec_spec::dialect::{NEXT_PAGE_TOKEN, REDIRECT_URL, USER_FIELDS};

use crate::integration::{Integration, named};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1114",
    name: "integration-reserved-id",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
An id of a form, or a name of `store_data`, that templates already know: a field of the person (`email`, `first_name`, …),
`oauth`, `redirect_url`, `responses`, `files`, `NEXT_PAGE_TOKEN`.

## Why
One of the two values hides the other: a template that means the person's address sends what the administrator typed.

## Example
```jsonc connection
{
  "initial_data_form": [{ "id": "email", "name": "Admin", "description": "Whose key it is", "secret": false }],
  "execute": [{ "url": "https://api.acme.test/users?user={{ email }}", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "initial_data_form": [{ "id": "ADMIN_EMAIL", "name": "Admin", "description": "Whose key it is", "secret": false }],
  "execute": [{ "url": "https://api.acme.test/users?user={{ email }}&by={{ ADMIN_EMAIL }}", "method": "POST" }]
}
```

## Source
chiefonboarding.md §3, context precedence; §7.
"#;

const OWN: [&str; 5] = ["oauth", REDIRECT_URL, "responses", "files", NEXT_PAGE_TOKEN];

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let ids = integration.forms().filter_map(|(form, item)| {
        let node = item.node.get("id")?;
        Some((item.id.as_str(), node.place, form.to_owned()))
    });
    let stored = integration.requests().into_iter().flat_map(|(_, item)| {
        item.store_data.iter().map(move |pair| (pair.value.0.as_str(), pair.key, named(&item.pointer)))
    });
    for (id, place, block) in ids.chain(stored) {
        let what = if USER_FIELDS.contains(&id) {
            "a field of the person"
        } else if OWN.contains(&id) {
            "a variable every template has"
        } else {
            continue;
        };
        findings.push(
            RULE.finding(format!("`{id}` is {what} already"))
                .at(place)
                .why("one of the two values hides the other")
                .help("give it a name of its own")
                .in_block(block),
        );
    }
}
