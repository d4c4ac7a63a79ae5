//! `url-and-qs-both`: two queries of which one is lost.

use connspec_diagnostics::{Severity, Span};
use connspec_iml::Template;

use crate::request::Address;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0206",
    name: "url-and-qs-both",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A query in `url` and a `qs` beside it.

## Why
Where there is a `qs`, even an empty one, Make's documented rule drops the query of the `url`; newer versions merge the
two. Either way the file does not say what is sent.

## Example
```jsonc connection
{ "url": "https://api.acme.test/me?fields=id", "qs": { "key": "{{parameters.apiKey}}" } }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me", "qs": { "fields": "id", "key": "{{parameters.apiKey}}" } }
```

## Source
communication.md §5 `qs`. Our runner's switch for it is `qsPolicy`.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests() {
        let Some((url, text)) = request.get("url").and_then(|url| Some((url, url.as_str()?))) else { continue };
        let Some(qs) = request.member("qs").filter(|qs| !qs.value.is_null()) else { continue };
        let template = Template::parse(text);
        let Some(start) = Address::of(&template).query_start() else { continue };
        // `…?` with nothing behind it is no query.
        if start + 1 == text.len() {
            continue;
        }
        findings.push(
            RULE.finding("a query in `url` and a `qs`")
                .at(url.place_of(Span::new(start, text.len())))
                .also(qs.key_place, "this replaces it")
                .why("where there is a `qs`, Make drops the query of the `url`; newer versions merge the two")
                .help("move the query into `qs`")
                .in_block(&block),
        );
    }
}
