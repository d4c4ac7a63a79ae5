//! `integration-unclosed-tag`: a tag without its end, which goes out as text.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::dialect::Template;

use crate::integration::Integration;
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1140",
    name: "integration-unclosed-tag",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A tag that is begun and not closed on its line: `{{ TOKEN }`, `{{ TOKEN %}`, `{% if TEAM`. Braces around anything else
than a name or a tag of Django's are taken for text.

## Why
Django compiles it without a word and takes it for text, so the braces and the name are sent as they stand.

## Example
```jsonc connection
{
  "initial_data_form": [{ "id": "TOKEN", "name": "Token", "description": "A token", "secret": true }],
  "headers": { "Authorization": "Bearer {{ TOKEN }" },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "initial_data_form": [{ "id": "TOKEN", "name": "Token", "description": "A token", "secret": true }],
  "headers": { "Authorization": "Bearer {{ TOKEN }}" },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Fix
The end is suggested where the text compiles with it.

## Source
chiefonboarding.md §3, templates; Django's lexer, `django.template.base.tag_re`.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for text in integration.texts.iter().filter(|text| text.template.error().is_none()) {
        let tags = text.template.unclosed();
        let source = text.template.source();
        let mut mended = source.to_owned();
        tags.iter().rev().for_each(|tag| mended.replace_range(tag.span.range(), &tag.closed));
        let compiles = Template::parse(&mended).error().is_none();
        for tag in tags {
            let written = &source[tag.span.range()];
            let place = text.place(tag.span);
            let finding = RULE
                .finding(format!("`{}` is never closed", written.replace('\n', " ")))
                .at(place)
                .why(if written.contains('\n') {
                    "a tag ends on the line it begins on; Django takes this for text and sends it as it stands"
                } else {
                    "Django takes it for text and sends it as it stands"
                })
                .help(format!("write `{}`", tag.closed))
                .in_block(&text.block);
            findings.push(if compiles {
                finding.fix(Fix::suggestion(format!("write `{}`", tag.closed)).replace(place, tag.closed))
            } else {
                finding
            });
        }
    }
}
