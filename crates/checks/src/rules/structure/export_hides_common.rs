//! `export-hides-common`: an export, which never contains common data.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0118",
    name: "export-hides-common",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A connection in an export that reads common data.

## Why
Make leaves common data out of an exported archive. Whether the key exists cannot be told from it, and importing the
archive elsewhere gives a connection whose `common` is empty.

## Example
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me", "headers": { "x-app": "{{common.appKey}}" } }
```
```jsonc file=connections/acme/metadata.json
{ "name": "acme", "type": "basic" }
```

## Instead
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me", "headers": { "x-app": "{{parameters.appKey}}" } }
```
```jsonc file=connections/acme/metadata.json
{ "name": "acme", "type": "basic" }
```

## Source
app-layout.md B.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let definition = connection.definition;
    if definition.common_is_visible() || definition.parts.common.is_some() {
        return;
    }
    if let Some((site, read)) = connection.reads_of("common").next() {
        findings.push(
            RULE.finding("common data are read, and an export does not contain them")
                .at(read.place)
                .why("whether the key exists cannot be told, and after an import elsewhere it does not")
                .help("fill in the common data after importing, or lay a common.imljson beside the file")
                .in_block(&site.block),
        );
    }
}
