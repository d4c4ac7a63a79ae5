//! `unbalanced-braces`: `{{` and `}}` that do not come in pairs.

use connspec_diagnostics::{Fix, Severity};

use super::braces::{self, Becomes};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0806",
    name: "unbalanced-braces",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Text, check),
};

const DOCUMENTATION: &str = r#"
Braces that do not come in pairs: a `{{` that is never closed, three or four braces where two are meant, a `}}` too
many behind an expression, single braces around a variable; a `}}` in a text that opens none, a warning unless a variable
stands in front of it. The braces of GraphQL and JSON texts are no mistake.

## Why
What is not closed is no expression: the text goes out with its braces, a request for `/users/{{parameters.id` is sent
as it stands, and the provider answers with an error that says nothing about it. Braces too many end up in the value.

## Example
```jsonc connection
{ "url": "https://api.acme.test/users/{{parameters.id}" }
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{{{parameters.apiKey}}}}" }
}
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/users/{{parameters.id}}" }
```
```jsonc connection
{
  "url": "https://api.acme.test/graphql",
  "method": "POST",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" },
  "body": { "query": "query { account { owner { email }}}" }
}
```

## Fix
Where the braces stand around one variable, the pair is suggested. It is not applied by itself: what was text is
evaluated from then on.

## Source
iml.md §2; pitfalls.md 132.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !braces::may_be_there(site.signs()) {
        return;
    }
    for mistake in braces::mistakes(site.template) {
        let why = match mistake.becomes {
            Becomes::Evaluated => "the braces too many are text and end up in the value",
            _ => "it is no expression: the text is used as it stands, with its braces",
        };
        let mut finding = RULE
            .finding(&mistake.message)
            .at(site.place(mistake.span))
            .why(why)
            .help("an expression stands between `{{` and `}}`; braces that are meant are written {{'{{'}}")
            .in_block(&site.block);
        if mistake.becomes == Becomes::TextPerhapsMeant {
            finding.severity = Severity::Warning;
        }
        if let Some((span, text)) = mistake.meant {
            let title =
                if text.is_empty() { "remove the braces too many" } else { "put the variable between `{{` and `}}`" };
            finding = finding.fix(Fix::suggestion(title).replace(site.place(span), text));
        }
        findings.push(finding);
    }
}
