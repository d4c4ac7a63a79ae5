//! `common-undefined`: common data read that nobody defines.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};

use super::common_data;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;
use crate::values::unguarded;

pub static RULE: Rule = Rule {
    code: "CS0613",
    name: "common-undefined",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`common.x` in a connection whose common data have no x, and whose `install` fills none in.

Where the files do not show common data (an export, or a project that keeps them out), nothing is reported.

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

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(keys) = common_data::keys(connection.definition) else { return };
    // What the app's common data have is reported as a confusion of the two.
    let of_app = common_data::of_part(connection.app.common.as_ref()).unwrap_or_default();
    for site in &connection.sites {
        for read in unguarded(site).into_iter().filter(|read| read.root() == "common") {
            let Some(key) = read.key().filter(|key| !keys.contains(*key) && !of_app.contains(*key)) else { continue };
            let mut finding = RULE
                .finding(format!("common data have no `{key}`"))
                .at(read.place)
                .why("neither common data nor `install` define it: it is undefined")
                .in_block(&site.block);
            finding = match nearest(key, keys.iter().map(String::as_str)) {
                Some(near) if read.segments.len() == 2 => finding.help(format!("did you mean `common.{near}`?")).fix(
                    Fix::suggestion(format!("read `common.{near}`")).replace(read.place, format!("common.{near}")),
                ),
                _ => finding.help("add it to the connection's common data"),
            };
            findings.push(finding);
        }
    }
}
