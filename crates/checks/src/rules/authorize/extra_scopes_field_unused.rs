//! `extra-scopes-field-unused`: scopes a user adds and nobody sends.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::Template;
use connspec_iml::ast::{Call, Expr, Visitor};
use connspec_spec::model::Field;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;
use crate::symbolic::{bare, plain, store_key};

pub static RULE: Rule = Rule {
    code: "CS0312",
    name: "extra-scopes-field-unused",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The form has a field for additional scopes that nothing reads; or it is optional and merged without a list to stand in.

## Why
Make does not add the field's scopes to `oauth.scope`. Left empty, it is undefined, and `merge` refuses what is no list:
no one can connect without filling it in.

## Example
```jsonc bundle
{
  "type": "oauth",
  "parameters": [{ "name": "scopes", "type": "array", "label": "Additional scopes" }],
  "communication": {
    "authorize": {
      "url": "https://api.acme.test/oauth/authorize",
      "qs": { "scope": "{{join(oauth.scope, ' ')}}" }
    },
    "token": { "url": "https://api.acme.test/oauth/token" }
  }
}
```

## Instead
```jsonc bundle
{
  "type": "oauth",
  "parameters": [{ "name": "scopes", "type": "array", "label": "Additional scopes" }],
  "communication": {
    "authorize": {
      "url": "https://api.acme.test/oauth/authorize",
      "qs": { "scope": "{{join(distinct(merge(oauth.scope, ifempty(parameters.scopes, emptyarray))), ' ')}}" }
    },
    "token": { "url": "https://api.acme.test/oauth/token" }
  }
}
```

## Fix
`ifempty(…, emptyarray)` around the field is suggested.

## Source
connection.md §8; iml.md §10.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if !connection.exchanges_code() {
        return;
    }
    for field in connection.definition.parameters.fields.iter().filter(|field| adds_scopes(field)) {
        let is_read = connection.reads_of_store().any(|(_, read)| read.key().is_none_or(|key| key == field.name));
        if is_read {
            unguarded(connection, field, findings);
            continue;
        }
        let place = field.node.get("name").map_or(field.place, |name| name.place);
        findings.push(
            RULE.finding(format!("nothing sends the scopes of the field `{}`", field.name))
                .at(place)
                .why("Make does not add them to `oauth.scope`: what the user enters has no effect")
                .help(format!(
                    "send `{{{{join(distinct(merge(oauth.scope, ifempty(parameters.{}, emptyarray))), ' ')}}}}`",
                    field.name
                )),
        );
    }
}

/// Whether the field is for scopes beyond the default ones.
fn adds_scopes(field: &Field) -> bool {
    matches!(plain(&field.name).as_str(), "scopes" | "additionalscopes" | "extrascopes" | "customscopes")
}

/// An optional list that is merged as it is.
fn unguarded(connection: &Connection<'_>, field: &Field, findings: &mut Findings) {
    if field.required || field.default.is_some() {
        return;
    }
    for site in &connection.sites {
        let mut merged = Merged { template: site.template, key: &field.name, found: Vec::new() };
        site.template.visit(&mut merged);
        for argument in merged.found {
            let place = site.place(argument.span);
            let written = &site.template.source()[argument.span.range()];
            let guarded = format!("ifempty({written}, emptyarray)");
            findings.push(
                RULE.finding(format!("the optional field `{}` is merged as it is", field.name))
                    .at(place)
                    .why("left empty it is undefined, and `merge` refuses what is no list")
                    .help(format!("write `{guarded}`"))
                    .fix(Fix::suggestion("merge an empty list instead").replace(place, guarded))
                    .in_block(&site.block),
            );
        }
    }
}

struct Merged<'t, 'k> {
    template: &'t Template,
    key: &'k str,
    found: Vec<&'t Expr>,
}

impl<'t> Visitor<'t> for Merged<'t, '_> {
    fn call(&mut self, call: &'t Call, _: &'t Expr) {
        if call.name.resolve(self.template.source()) != "merge" {
            return;
        }
        let arguments = call.arguments.iter().map(bare);
        let is_it = |argument: &&Expr| store_key(self.template, argument).is_some_and(|key| key == self.key);
        self.found.extend(arguments.filter(is_it));
    }
}
