//! `oauth1-missing-urlencoded-response`: a token answer that is not read as form text.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;
use serde_json::json;

use crate::edit;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0901",
    name: "oauth1-missing-urlencoded-response",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`requestToken` or `accessToken` reads `body.oauth_token` without a `response.type` that says form text. It is an error
where the type makes one text of the answer.

## Why
OAuth 1 answers with form text (`oauth_token=…&oauth_token_secret=…`), which servers mostly send as `text/html` or
`text/plain`. Read automatically it stays one text, `body.oauth_token` is undefined, and nothing is stored. Only where
the server says `application/x-www-form-urlencoded` it is read rightly.

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
`"type": "urlencoded"` is suggested.

## Source
RFC 5849 §2.1, §2.3; Make's own template; communication.md (`response.type`), connection.md §11, pitfalls.md 137.
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
        let kind = response.value.get("type");
        let is_text = kind.and_then(Node::as_str).is_some_and(|kind| matches!(kind, "text" | "string" | "raw"));
        let is_automatic = kind.is_none_or(|kind| kind.as_str() == Some("automatic"));
        let Some(read) = read.filter(|_| is_automatic || is_text) else { continue };
        let sources = &connection.app.sources;
        let (help, edits) = match kind {
            Some(kind) => {
                ("write `\"type\": \"urlencoded\"`", edit::replace_value(sources, kind, &json!("urlencoded")))
            }
            None => (
                "add `\"type\": \"urlencoded\"`",
                edit::insert_member(sources, &response.value, "type", &json!("urlencoded")),
            ),
        };
        let mut finding = RULE
            .finding(format!("`{block}` does not read its answer as form text"))
            .at(response.key_place)
            .why("OAuth 1 answers with form text, mostly sent as text/html: without the type the body stays one text")
            .help(help)
            .also(read.place, "this is undefined then")
            .in_block(block)
            .fix(Fix::suggestion("read the answer as form text").with_edits(edits));
        if is_text {
            finding.severity = Severity::Error;
        }
        findings.push(finding);
    }
}
