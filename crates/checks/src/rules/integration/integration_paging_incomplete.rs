//! `integration-paging-incomplete`: half of what paging needs.

use connspec_diagnostics::Severity;
use connspec_spec::Member;
use connspec_spec::dialect::NEXT_PAGE_TOKEN;

use crate::integration::{Integration, Stage};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1112",
    name: "integration-paging-incomplete",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
`next_page_token_from` without `next_page` or the other way round, a `next_page` in which `NEXT_PAGE_TOKEN` does not
occur, and either beside `next_page_from`, which wins.

## Why
Only the first page is fetched, or the same one again and again, and nobody is told.

## Example
```jsonc connection
{
  "execute": [{ "url": "https://api.acme.test/users", "method": "GET" }],
  "action": "create",
  "data_from": "people",
  "data_structure": { "email": "mail" },
  "next_page_token_from": "next"
}
```

## Instead
```jsonc connection
{
  "execute": [{ "url": "https://api.acme.test/users", "method": "GET" }],
  "action": "create",
  "data_from": "people",
  "data_structure": { "email": "mail" },
  "next_page_token_from": "next",
  "next_page": "https://api.acme.test/users?page={{ NEXT_PAGE_TOKEN }}"
}
```

## Source
chiefonboarding.md §4, paging.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let member = |key: &str| {
        let member = integration.root.member(key);
        member.filter(|member| member.value.as_str().is_some_and(|text| !text.is_empty()))
    };
    let (address, token, page) = (member("next_page_from"), member("next_page_token_from"), member("next_page"));
    let mut report = |member: &Member, message: &str, help: &str| {
        findings.push(
            RULE.finding(message)
                .at(member.key_place)
                .why("pages are missing, or the same one is fetched again, and nobody is told")
                .help(help),
        );
    };
    if address.is_some() {
        for member in [token, page].into_iter().flatten() {
            report(
                member,
                &format!("`{}` has no effect beside `next_page_from`", member.key),
                "keep one of the two ways",
            );
        }
        return;
    }
    match (token, page) {
        (Some(token), None) => report(token, "`next_page_token_from` has no `next_page`", "add the address of a page"),
        (None, Some(page)) => report(page, "`next_page` has no `next_page_token_from`", "say where the token stands"),
        (Some(_), Some(page)) => {
            let text = integration.texts.iter().find(|text| text.stage == Stage::NextPage);
            if text.is_some_and(|text| text.template.error().is_none() && !text.reads(NEXT_PAGE_TOKEN)) {
                report(page, "`next_page` does not hold the token", "put `{{ NEXT_PAGE_TOKEN }}` into it");
            }
        }
        (None, None) => {}
    }
}
