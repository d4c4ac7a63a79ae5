//! `redirect-uri-hardcoded`: a callback that only one Make instance has.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use super::callback::{OWN, names_a_callback};
use crate::edit::replace_value;
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0303",
    name: "redirect-uri-hardcoded",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The address of the callback is written out instead of read from `oauth`.

## Why
Each Make zone and each private instance has an address of its own. With a fixed one the browser comes back to another
instance than the one the user is on, which does not know the attempt.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "redirect_uri": "https://www.make.com/oauth/cb/app" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "redirect_uri": "{{oauth.localRedirectUri}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Fix
`https://www.make.com/oauth/cb/app` becomes `{{oauth.localRedirectUri}}`: safe, on make.com both are the same, unless
another place reads one of the variables. For any other address the variable is suggested: what is registered with the provider must follow.

## Source
Make's documentation of `oauth.localRedirectUri`; connection.md §4.2.
"#;

const ON_MAKE: &str = "https://www.make.com/oauth/cb/app";

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    // Next to a variable the two would differ after the change.
    let is_consistent = !connection
        .reads_of("oauth")
        .any(|(_, read)| read.key().is_some_and(|key| key.to_lowercase().ends_with("redirecturi")));
    for site in connection.sites.iter().filter(|site| is_sent(site) && names_a_callback(site.template.source())) {
        let mut finding = RULE
            .finding("the address of the callback is written out")
            .at(site.node.place)
            .why("each Make zone and each private instance has its own; elsewhere the browser comes back to the wrong one")
            .help("read `{{oauth.localRedirectUri}}`, and register that address with the provider")
            .in_block(&site.block);
        if site.key() != "url" && site.template.is_literal() {
            let edits = replace_value(&connection.definition.sources, site.node, &json!(OWN));
            let title = "read the instance's own address";
            let fix = if is_consistent && site.template.source() == ON_MAKE {
                Fix::safe(title)
            } else {
                Fix::suggestion(title)
            };
            finding = finding.fix(fix.with_edits(edits));
        }
        findings.push(finding);
    }
}

fn is_sent(site: &Site<'_>) -> bool {
    matches!(site.path().first().copied(), Some("url" | "qs" | "body" | "temp"))
}
