//! `header-case-duplicate`: one header in two spellings.

use connspec_diagnostics::{Fix, Severity};
use smallvec::SmallVec;

use connspec_spec::Member;

use crate::edit::remove_member;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0220",
    name: "header-case-duplicate",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
The same header twice, spelt with other capitals.
Base and modules are looked at too.

## Why
Header names are compared without regard to case: one of the two is lost, and which one is not written anywhere.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "Authorization": "Bearer {{parameters.apiKey}}", "authorization": "{{parameters.apiKey}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
}
```

## Fix
Removes the second when both have the same value: safe.

## Source
RFC 9110 §5.1; communication.md §5 `headers`.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for (block, request) in whole.all_requests() {
        let Some(headers) = request.get("headers") else { continue };
        let written = headers.effective_members().filter(|member| !member.key.contains("{{"));
        let mut alike: SmallVec<[&Member; 8]> = written.collect();
        alike.sort_by(|one, other| lower(&one.key).cmp(lower(&other.key)));
        for pair in alike.windows(2).filter(|pair| pair[0].key.eq_ignore_ascii_case(&pair[1].key)) {
            let (earlier, member) = (pair[0], pair[1]);
            let mut finding = RULE
                .finding(format!("the header `{}` stands twice", member.key))
                .at(member.key_place)
                .also(earlier.key_place, "the same header")
                .why("header names are compared without regard to case: only one of the two is sent")
                .help("keep one of them")
                .in_block(&*block);
            if earlier.value.to_json() == member.value.to_json() {
                let edits = remove_member(&whole.app.sources, headers, member);
                finding = finding.fix(Fix::safe("remove the second").with_edits(edits));
            }
            findings.push(finding);
        }
    }
}

fn lower(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().map(|byte| byte.to_ascii_lowercase())
}
