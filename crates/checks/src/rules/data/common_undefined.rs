//! `common-undefined`: common data read that nobody defines.

use std::collections::BTreeSet;

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Severity};

use super::common_data;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Read, Site};
use crate::subject::{Connection, Whole};
use crate::values::{needed, unguarded};

pub static RULE: Rule = Rule {
    code: "CS0613",
    name: "common-undefined",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`common.x` in a connection whose common data have no x, and whose `install` fills none in. Where `if` or `ifempty` chooses
it, as `ifempty(parameters.x, common.x)` does, it is a warning; where they only ask about it, it is left alone.

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
    let known = Known { keys: &keys, elsewhere: &of_connections, add: "add it to the app's common data" };
    whole.others.iter().flat_map(|other| &other.sites).for_each(|site| known.examine(site, findings));
}

fn of_connection(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(keys) = common_data::keys(connection.definition) else { return };
    // What the app's common data have is reported as a confusion of the two.
    let of_app = common_data::of_part(connection.app.common.as_ref()).unwrap_or_default();
    let known = Known { keys: &keys, elsewhere: &of_app, add: "add it to the connection's common data" };
    connection.sites.iter().for_each(|site| known.examine(site, findings));
}

/// The common data that a text can read.
struct Known<'k> {
    keys: &'k BTreeSet<String>,
    /// Those it cannot, which another rule tells.
    elsewhere: &'k BTreeSet<String>,
    add: &'k str,
}

impl Known<'_> {
    fn lack<'a>(&self, read: &Read<'a>) -> Option<&'a str> {
        let key = read.key().filter(|_| read.root() == "common")?;
        (!self.keys.contains(key) && !self.elsewhere.contains(key)).then_some(key)
    }

    fn examine(&self, site: &Site<'_>, findings: &mut Findings) {
        if !site.reads().iter().any(|read| self.lack(read).is_some()) {
            return;
        }
        let relied_on = unguarded(site);
        for read in needed(site) {
            let Some(key) = self.lack(read) else { continue };
            let mut found = finding(site, read, key, self.keys, self.add);
            if !relied_on.contains(&read) {
                found.severity = Severity::Warning;
                found.why = "neither common data nor `install` define it: where it is chosen, it is undefined".into();
            }
            findings.push(found);
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
