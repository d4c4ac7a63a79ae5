//! `not-editable`: a form field that cannot be changed once the connection exists.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Field;
use hashbrown::HashSet;
use serde_json::json;

use crate::edit;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_field, normal};
use crate::site::Read;
use crate::site::Site;
use crate::subject::Connection;
use crate::subject::Whole;
use crate::symbolic::STORE_ROOTS;

pub static RULE: Rule = Rule {
    code: "CS0611",
    name: "not-editable",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::App(check),
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

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let of_others = urls(whole.others.iter().flat_map(|other| &other.sites));
    for connection in &whole.connections {
        let hosts = Hosts { here: urls(&connection.sites), there: &of_others };
        let fields = connection.definition.parameters.fields.iter();
        let candidates = fields.filter(|field| field.node.get("editable").is_none() && takes_value(field));
        for field in candidates.filter(|field| !is_named_like_host(field) && !hosts.read(&field.name)) {
            examine(connection, field, findings);
        }
    }
}

fn examine(connection: &Connection<'_>, field: &Field, findings: &mut Findings) {
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

fn takes_value(field: &Field) -> bool {
    !field.name.is_empty()
        && !matches!(field.kind.as_str(), "banner" | "html" | "separator" | "hidden" | "collection" | "array")
}

fn is_named_like_host(field: &Field) -> bool {
    let name = normal(&field.name);
    !is_secret_field(field) && HOSTS.iter().any(|host| name.contains(host))
}

/// The keys of the store that urls read: such a field may decide where requests go.
struct Hosts<'s> {
    here: HashSet<Option<&'s str>>,
    there: &'s HashSet<Option<&'s str>>,
}

impl Hosts<'_> {
    fn read(&self, key: &str) -> bool {
        [&self.here, self.there].into_iter().any(|keys| keys.contains(&None) || keys.contains(&Some(key)))
    }
}

/// The keys that urls read, and what urls may be made of; none for the store as a whole.
fn urls<'s, 'a: 's>(sites: impl IntoIterator<Item = &'s Site<'a>>) -> HashSet<Option<&'s str>> {
    let sites = sites.into_iter();
    let urls = sites.filter(|site| matches!(site.key(), "url" | "baseUrl") || site.is_of_temp());
    let of_store = |read: &&Read| STORE_ROOTS.contains(&read.root());
    urls.flat_map(|site| site.reads()).filter(of_store).map(Read::key).collect()
}
