//! `not-editable`: a form field that cannot be changed once the connection exists.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Field;
use serde_json::json;

use crate::edit;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_field, normal};
use crate::subject::{Connection, Other};

pub static RULE: Rule = Rule {
    code: "CS0611",
    name: "not-editable",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A form field without `editable`, unless it decides which host is called.

## Why
When a password or a key changes, the user must make a new connection and put it into every scenario. With
`editable: true` the value is replaced in place. A host must stay as it is: whoever may edit it could send the stored
secrets to a server of theirs.

## Example
```jsonc bundle
{
  "type": "basic",
  "parameters": [{ "name": "apiKey", "type": "password" }],
  "communication": { "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apiKey}}" } }
}
```

## Instead
```jsonc bundle
{
  "type": "basic",
  "parameters": [{ "name": "apiKey", "type": "password", "editable": true }],
  "communication": { "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apiKey}}" } }
}
```

## Fix
Sets `editable` to true. Safe for secrets; suggested for other fields, whose use the files may not show.

## Source
Make's documentation of connection parameters; connection.md §2, pitfalls.md 105.
"#;

/// Parts of names, in normal form, of fields that decide where requests go.
const HOSTS: &[&str] = &[
    "url",
    "host",
    "domain",
    "server",
    "instance",
    "region",
    "endpoint",
    "shop",
    "site",
    "tenant",
    "account",
    "workspace",
    "environment",
    "company",
    "organization",
    "realm",
    "cluster",
    "project",
    "zone",
    "datacenter",
];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let fields = &connection.definition.parameters.fields;
    let candidates = fields.iter().filter(|field| field.node.get("editable").is_none() && takes_value(field));
    let others = Other::all(connection.app);
    for field in candidates.filter(|field| !decides_host(connection, &others, field)) {
        let edits = edit::insert_member(&connection.app.sources, &field.node, "editable", &json!(true));
        let title = "let users change it: `editable`";
        let fix = if is_secret_field(field) { Fix::safe(title) } else { Fix::suggestion(title) };
        findings.push(
            RULE.finding(format!("`{}` cannot be changed once the connection exists", field.name))
                .at(field.node.get("name").map_or(field.place, |name| name.place))
                .why("for a new value the user must make a new connection and put it into every scenario")
                .help("add `\"editable\": true`")
                .fix(fix.with_edits(edits)),
        );
    }
}

fn takes_value(field: &Field) -> bool {
    !field.name.is_empty() && !matches!(field.kind.as_str(), "banner" | "separator" | "hidden" | "collection" | "array")
}

/// Whether a field may decide where requests go: by its name, or because a url reads it.
fn decides_host(connection: &Connection<'_>, others: &[Other<'_>], field: &Field) -> bool {
    let name = normal(&field.name);
    let by_name = !is_secret_field(field) && HOSTS.iter().any(|host| name.contains(host));
    let sites = connection.sites.iter().chain(others.iter().flat_map(|other| &other.sites));
    let mut urls = sites.filter(|site| matches!(site.key(), "url" | "baseUrl") || site.directive().ends_with("temp"));
    let reads = |root: &str| matches!(root, "parameters" | "connection" | "data");
    by_name
        || urls.any(|site| {
            site.reads().iter().any(|read| reads(read.root()) && read.key().is_none_or(|key| key == field.name))
        })
}
