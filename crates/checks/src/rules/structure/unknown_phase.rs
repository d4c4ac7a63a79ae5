//! `unknown-phase`: a block that no connection has.

use std::cell::LazyCell;

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Place, Severity};
use connspec_spec::vocabulary::{OAUTH1_BLOCKS, OAUTH2_BLOCKS, REQUEST_DIRECTIVES};
use connspec_spec::{Member, Node};

use crate::edit::rename_member;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::subject::{Connection, Whole};

pub static RULE: Rule = Rule {
    code: "CS0102",
    name: "unknown-phase",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::AsWritten(check),
};

const DOCUMENTATION: &str = r#"
A key at the top of an OAuth connection that is none of its blocks. Also `accessToken`, a block of OAuth 1, in the place of
`token`: beside a `response_type` or a `grant_type`, which only OAuth 2 sends.

## Why
Make knows the blocks by their names. A block with another name is never run, and nothing says so: the connection
looks complete, and its revoke or its refresh simply does not happen. What only follows from a slip in its name is not told
besides.

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

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for root in whole.connections.iter().filter_map(Connection::communication) {
        of_section(root, findings);
    }
}

fn of_section(root: &Node, findings: &mut Findings) {
    let is_request = root.get("url").is_some();
    if is_request || !root.is_object() || !root.members().iter().any(|member| is_known(&member.key)) {
        return;
    }
    let blocks = LazyCell::new(|| Blocks::of(root));
    for member in root.members().iter().filter(|member| !is_known(&member.key) || member.key == OF_OAUTH1) {
        match blocks.says_oauth2 {
            Some(evidence) if member.key == OF_OAUTH1 => findings.push(of_other_protocol(member, evidence)),
            _ if member.key == OF_OAUTH1 => {}
            _ => findings.push(unknown(&blocks, member)),
        }
    }
}

fn unknown(blocks: &Blocks, member: &Member) -> Diagnostic {
    let finding = RULE
        .finding(format!("`{}` is no block of a connection", member.key))
        .at(member.key_place)
        .why("Make runs the blocks it knows by name; this one never runs, and nothing says so")
        .in_block(&member.key);
    match blocks.meant(member) {
        Some(block) => finding.help(format!("did you mean `{block}`?")).fix(rename(member, block)),
        None if REQUEST_DIRECTIVES.iter().any(|word| member.key == word.name) => {
            finding.help("this is a directive of a request: move it into the block it belongs to")
        }
        None => finding.help(format!("the blocks are {}", OAUTH2_BLOCKS.join(", "))),
    }
}

/// `accessToken` beside what only OAuth 2 sends.
fn of_other_protocol(member: &Member, evidence: Place) -> Diagnostic {
    RULE.finding(format!("`{OF_OAUTH1}` is a block of OAuth 1, and this connection is OAuth 2"))
        .at(member.key_place)
        .also(evidence, "only OAuth 2 sends this")
        .why("with it the connection counts as OAuth 1: nothing redeems the code, `refresh` and `invalidate` never run")
        .help("did you mean `token`?")
        .fix(rename(member, "token"))
        .in_block(&member.key)
}

fn rename(member: &Member, block: &str) -> Fix {
    Fix::suggestion(format!("rename `{}` to `{block}`", member.key)).with_edits(rename_member(member, block))
}

fn is_known(key: &str) -> bool {
    OAUTH2_BLOCKS.contains(&key) || OAUTH1_BLOCKS.contains(&key) || key == "oauth"
}

/// The block of OAuth 1 that is named like the thing `token` fetches.
const OF_OAUTH1: &str = "accessToken";

/// Where a connection with `authorize`, and `accessToken` for its `token`, says that it is OAuth 2: by what only that sends.
fn says_oauth2(root: &Node) -> Option<Place> {
    let exchange = root.get(OF_OAUTH1)?;
    let authorize = root.get("authorize")?;
    if root.get("requestToken").is_some() || root.get("token").is_some() {
        return None;
    }
    let sent = |request: &Node, name: &str| {
        let mut sent = ["qs", "body"].into_iter().filter_map(|part| request.get(part)?.member(name));
        sent.next().map(|member| member.key_place)
    };
    let requests = std::slice::from_ref(exchange).iter().chain(exchange.elements());
    sent(authorize, "response_type").or_else(|| requests.filter_map(|request| sent(request, "grant_type")).next())
}

/// What is known of the blocks of a section when one has a name that none has.
pub(crate) struct Blocks {
    /// Those it has not.
    free: Vec<&'static str>,
    is_oauth1: bool,
    says_oauth2: Option<Place>,
}

impl Blocks {
    pub(crate) fn of(root: &Node) -> Self {
        let blocks = OAUTH2_BLOCKS.iter().chain(OAUTH1_BLOCKS).copied();
        let free = blocks.filter(|block| root.get(block).is_none()).collect();
        Self { free, is_oauth1: root.get("requestToken").is_some(), says_oauth2: says_oauth2(root) }
    }

    /// The block that a member stands for whose key is none, or is one of the other protocol.
    pub(crate) fn meant(&self, member: &Member) -> Option<&'static str> {
        if member.key == OF_OAUTH1 {
            return self.says_oauth2.map(|_| "token");
        }
        if is_known(&member.key) {
            return None;
        }
        let of_oauth1 = (self.is_oauth1 && normal(&member.key) == "accesstoken").then_some(OF_OAUTH1);
        let usual = of_oauth1.or_else(|| usual(&member.key)).filter(|block| self.free.contains(block));
        usual.or_else(|| nearest(&member.key, self.free.iter().copied()))
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
