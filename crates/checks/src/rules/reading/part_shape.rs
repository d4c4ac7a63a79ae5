//! `part-shape`: a section of the wrong shape. Found while reading.

use connspec_spec::rules::PART_SHAPE;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: PART_SHAPE.code,
    name: PART_SHAPE.name,
    severity: PART_SHAPE.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
A section that is no object or list as it should be: a form written as an object, common data as a list. The forms of
modules, remote procedures and webhooks and the `interface` of modules are looked at too, as warnings, and so are the
groups of `groups.json`: a list of objects with a text `label` and a list of names, `modules`. `{}` for a form without
fields is a warning where `makecomapp.json` names the file, and an error where a connection reads fields of it; an export has
it where there is nothing.

## Why
Make shows no form, or finds no common data: nothing can be filled in, and every key of it is empty.

## Example
```jsonc bundle
{
  "communication": { "url": "https://api.acme.test/me" },
  "parameters": { "name": "apiKey", "type": "password" }
}
```

## Instead
```jsonc bundle
{
  "communication": { "url": "https://api.acme.test/me" },
  "parameters": [{ "name": "apiKey", "type": "password" }]
}
```

## Source
connection.md §2; app-layout.md A, B; Make's editor schemas of parameters and groups.
"#;
