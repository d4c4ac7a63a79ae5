//! `unknown-phase`: a block that no connection has.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_spec::vocabulary::{OAUTH1_BLOCKS, OAUTH2_BLOCKS, REQUEST_DIRECTIVES};

use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0102",
    name: "unknown-phase",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A key at the top of an OAuth connection that is none of its blocks.

## Why
Make knows the blocks by their names. A block with another name is never run, and nothing says so: the connection
looks complete, and its revoke or its refresh simply does not happen.

## Example
```jsonc connection
{
  "authorise": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Fix
Where a known block is near, renaming the key is suggested. It is not applied by itself: a block that has never run
starts to run.

## Source
Make's editor schema for connections; connection.md §2, §4, §11.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(root) = connection.communication() else { return };
    let known = |key: &str| OAUTH2_BLOCKS.contains(&key) || OAUTH1_BLOCKS.contains(&key) || key == "oauth";
    let is_request = root.get("url").is_some();
    if is_request || !root.is_object() || !root.members().iter().any(|member| known(&member.key)) {
        return;
    }
    let blocks = OAUTH2_BLOCKS.iter().chain(OAUTH1_BLOCKS).copied();
    let free: Vec<&str> = blocks.filter(|block| root.get(block).is_none()).collect();
    for member in root.members().iter().filter(|member| !known(&member.key)) {
        let mut finding = RULE
            .finding(format!("`{}` is no block of a connection", member.key))
            .at(member.key_place)
            .why("Make runs the blocks it knows by name; this one never runs, and nothing says so")
            .in_block(&member.key);
        let is_oauth1 = root.get("requestToken").is_some();
        let of_oauth1 = (is_oauth1 && normal(&member.key) == "accesstoken").then_some("accessToken");
        let meant = of_oauth1.or_else(|| usual(&member.key)).filter(|block| free.contains(block));
        finding = match meant.or_else(|| nearest(&member.key, free.iter().copied())) {
            Some(block) => finding.help(format!("did you mean `{block}`?")).fix(
                Fix::suggestion(format!("rename `{}` to `{block}`", member.key))
                    .replace(member.key_place, format!("\"{block}\"")),
            ),
            None if REQUEST_DIRECTIVES.iter().any(|word| member.key == word.name) => {
                finding.help("this is a directive of a request: move it into the block it belongs to")
            }
            None => finding.help(format!("the blocks are {}", OAUTH2_BLOCKS.join(", "))),
        };
        findings.push(finding);
    }
}

/// What other tools call a block, in normal form.
fn usual(key: &str) -> Option<&'static str> {
    Some(match normal(key).as_str() {
        "userinfo" | "user" | "me" | "profile" | "test" | "verify" | "whoami" | "account" | "identity" => "info",
        "auth" | "authorization" | "consent" | "login" => "authorize",
        "accesstoken" | "gettoken" | "exchange" => "token",
        "refreshtoken" | "renew" | "tokenrefresh" => "refresh",
        "revoke" | "revocation" | "logout" | "disconnect" => "invalidate",
        _ => return None,
    })
}
