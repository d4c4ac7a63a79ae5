//! `type-shape-mismatch`: a declared type that does not fit the blocks.

use connspec_diagnostics::Severity;
use connspec_spec::DeclaredKind;
use connspec_spec::vocabulary::{OAUTH1_BLOCKS, OAUTH2_BLOCKS};

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0101",
    name: "type-shape-mismatch",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A declared type that does not fit the blocks: blocks of OAuth under a basic connection, or a lone request under an
OAuth connection.

## Why
Make looks for a request in a basic connection, and for blocks in an OAuth connection. Where it finds neither it sends
nothing, and every credential a user enters is accepted.

## Example
```jsonc bundle
{
  "type": "basic",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } }
}
```

## Instead
```jsonc bundle
{
  "type": "oauth",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } }
}
```

## Source
connection.md §1.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(root) = connection.communication() else { return };
    let declared = connection.definition.declared_kind.as_ref();
    let block = root.members().iter().find(|member| {
        let key = member.key.as_str();
        key == "oauth" && root.get("requestToken").is_some()
            || OAUTH2_BLOCKS.contains(&key)
            || OAUTH1_BLOCKS.contains(&key)
    });
    let url = root.member("url");
    let is_request = url.is_some() || root.elements().iter().any(|request| request.get("url").is_some());
    let finding = match (declared, block) {
        (Some(declared), Some(block)) if declared.kind == DeclaredKind::Basic => RULE
            .finding(format!("a basic connection with the block `{}`", block.key))
            .at(declared.place)
            .also(block.key_place, "only OAuth connections have blocks")
            .why("Make looks for a request here and finds none: nothing is sent, and any credentials are accepted")
            .help("declare the type oauth, or write the request without a block around it"),
        (Some(declared), None) if declared.kind == DeclaredKind::OAuth && is_request => RULE
            .finding("an OAuth connection without blocks")
            .at(declared.place)
            .why("Make looks for blocks here and finds none: nothing is sent, and any credentials are accepted")
            .help("declare the type basic, or put the request into the block it belongs to: token, info, …"),
        (_, Some(block)) if url.is_some() => {
            let Some(url) = url else { return };
            RULE.finding(format!("`url` beside the block `{}`", block.key))
                .at(url.key_place)
                .also(block.key_place, "only OAuth connections have blocks")
                .why("a connection is one request or a set of blocks; Make runs one of the two and never the other")
                .help("put the request into the block it belongs to, or take the blocks away")
        }
        _ => return,
    };
    findings.push(finding);
}
