//! `common-undefined`: common data read that nobody defines.

use std::collections::BTreeSet;

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Severity};

use super::common_data;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Read, Site};
use crate::subject::{Connection, Whole};
use crate::values::unguarded;

pub static RULE: Rule = Rule {
    code: "CS0613",
    name: "common-undefined",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`common.x` in a connection whose common data have no x, and whose `install` fills none in.

Where the files do not show common data (an export, or a project that keeps them out), nothing is reported.
In base and components the app's own common data are asked, when they are at hand.

## Why
It is undefined: the client secret, or whatever it was to be, is missing, and the provider answers `invalid_client`.

## Example
```jsonc bundle
{
  "type": "oauth",
  "common": { "clientId": "…" },
  "communication": {
    "token": { "url": "https://api.acme.test/oauth/token", "method": "POST", "body": { "client_id": "{{common.client_id}}" } }
  }
}
```

## Instead
```jsonc bundle
{
  "type": "oauth",
  "common": { "clientId": "…" },
  "communication": {
    "token": { "url": "https://api.acme.test/oauth/token", "method": "POST", "body": { "client_id": "{{common.clientId}}" } }
  }
}
```

## Fix
A near key is suggested.

## Source
connection.md §2; app-layout.md; pitfalls.md 107.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    whole.connections.iter().for_each(|connection| of_connection(connection, findings));
    of_app(whole, findings);
}

/// What base and components read of the app's common data, when those are at hand. What a connection's have is reported
/// as a confusion of the two.
fn of_app(whole: &Whole<'_>, findings: &mut Findings) {
    let keys = common_data::of_part(whole.app.common.as_ref()).filter(|keys| !keys.is_empty());
    let Some(keys) = keys else { return };
    let of_connections: BTreeSet<_> = whole.app.connections.iter().filter_map(common_data::keys).flatten().collect();
    for site in whole.others.iter().flat_map(|other| &other.sites) {
        for read in unguarded(site).into_iter().filter(|read| read.root() == "common") {
            if let Some(key) = read.key().filter(|key| !keys.contains(*key) && !of_connections.contains(*key)) {
                findings.push(finding(site, read, key, &keys, "add it to the app's common data"));
            }
        }
    }
}

fn of_connection(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(keys) = common_data::keys(connection.definition) else { return };
    // What the app's common data have is reported as a confusion of the two.
    let of_app = common_data::of_part(connection.app.common.as_ref()).unwrap_or_default();
    for site in &connection.sites {
        for read in unguarded(site).into_iter().filter(|read| read.root() == "common") {
            let Some(key) = read.key().filter(|key| !keys.contains(*key) && !of_app.contains(*key)) else { continue };
            findings.push(finding(site, read, key, &keys, "add it to the connection's common data"));
        }
    }
}

fn finding(site: &Site<'_>, read: &Read<'_>, key: &str, keys: &BTreeSet<String>, add: &str) -> Diagnostic {
    let finding = RULE
        .finding(format!("common data have no `{key}`"))
        .at(read.place)
        .why("neither common data nor `install` define it: it is undefined")
        .in_block(&site.block);
    match nearest(key, keys.iter().map(String::as_str)) {
        Some(near) if read.segments.len() == 2 => finding
            .help(format!("did you mean `common.{near}`?"))
            .fix(Fix::suggestion(format!("read `common.{near}`")).replace(read.place, format!("common.{near}"))),
        _ => finding.help(add.to_owned()),
    }
}
