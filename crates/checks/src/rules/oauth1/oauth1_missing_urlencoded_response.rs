//! `oauth1-missing-urlencoded-response`: a token answer that is not read as form text.

use connspec_diagnostics::{Edit, Fix, Severity, SourceMap};
use connspec_spec::Node;
use serde_json::json;

use crate::edit;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0901",
    name: "oauth1-missing-urlencoded-response",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`requestToken` or `accessToken` reads `body.oauth_token` without `response.type`.

## Why
OAuth 1 answers with form text (`oauth_token=…&oauth_token_secret=…`), which servers mostly send as `text/html` or
`text/plain`. Read automatically it stays one text, `body.oauth_token` is undefined, and nothing is stored.

## Example
```jsonc connection
{
  "requestToken": {
    "url": "https://api.acme.test/oauth/request_token",
    "response": { "temp": { "token": "{{body.oauth_token}}" } }
  },
  "accessToken": { "url": "https://api.acme.test/oauth/access_token" }
}
```

## Instead
```jsonc connection
{
  "requestToken": {
    "url": "https://api.acme.test/oauth/request_token",
    "response": { "type": "urlencoded", "temp": { "token": "{{body.oauth_token}}" } }
  },
  "accessToken": { "url": "https://api.acme.test/oauth/access_token" }
}
```

## Fix
Adding `"type": "urlencoded"` is suggested.

## Source
RFC 5849 §2.1, §2.3; Make's own template; connection.md §11, pitfalls.md 137.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for of_block in connection.each_request() {
        let (phase, block, request) = (of_block.phase, of_block.block, of_block.node);
        if !matches!(phase, Phase::RequestToken | Phase::AccessToken) {
            continue;
        }
        let Some(response) = request.member("response").filter(|response| response.value.is_object()) else { continue };
        let read = of_block
            .sites()
            .iter()
            .flat_map(|site| site.reads())
            .find(|read| read.root() == "body" && read.key().is_some_and(|key| key.starts_with("oauth_token")));
        let (Some(read), None) = (read, response.value.get("type")) else { continue };
        findings.push(
            RULE.finding(format!("`{block}` does not read its answer as form text"))
                .at(response.key_place)
                .why("OAuth 1 answers with form text, mostly sent as text/html: without the type the body stays one text")
                .help("add `\"type\": \"urlencoded\"`")
                .also(read.place, "this is undefined then")
                .in_block(block)
                .fix(
                    Fix::suggestion("read the answer as form text")
                        .with_edits(typed(&connection.app.sources, &response.value)),
                ),
        );
    }
}

fn typed(sources: &SourceMap, response: &Node) -> Vec<Edit> {
    edit::insert_member(sources, response, "type", &json!("urlencoded"))
}
