//! `oauth1-signature-enum`: a signature method Make does not have.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0904",
    name: "oauth1-signature-enum",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A `signature_method` other than `HMAC-SHA1`, `RSA-SHA1` and `PLAINTEXT`, or a `transport_method` other than `header`,
`query` and `body`.

## Why
Make signs with these three only; `HMAC-SHA256`, which some services offer, is not among them. The request cannot be
signed.

## Example
```jsonc connection
{
  "oauth": { "consumer_key": "{{common.consumerKey}}", "signature_method": "HMAC-SHA256" },
  "requestToken": { "url": "https://api.acme.test/oauth/request_token" },
  "accessToken": { "url": "https://api.acme.test/oauth/access_token" }
}
```

## Instead
```jsonc connection
{
  "oauth": { "consumer_key": "{{common.consumerKey}}", "signature_method": "HMAC-SHA1" },
  "requestToken": { "url": "https://api.acme.test/oauth/request_token" },
  "accessToken": { "url": "https://api.acme.test/oauth/access_token" }
}
```

## Source
Make's editor schema and documentation of `oauth`; RFC 5849 §3.4; communication.md §5, pitfalls.md 140.
"#;

const METHODS: &[&str] = &["HMAC-SHA1", "RSA-SHA1", "PLAINTEXT"];
const TRANSPORTS: &[&str] = &["header", "query", "body"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(root) = connection.communication() else { return };
    let shared = std::iter::once((None, root));
    let own =
        connection.requests().map(|(_, block, node)| (Some(block), node)).filter(|(_, node)| node.place != root.place);
    for (block, node) in shared.chain(own) {
        let Some(signing) = node.get("oauth") else { continue };
        for (key, known) in [("signature_method", METHODS), ("transport_method", TRANSPORTS)] {
            let Some(value) = signing.get(key) else { continue };
            let Some(written) = value.as_str().filter(|written| !written.contains("{{")) else { continue };
            if known.contains(&written) {
                continue;
            }
            let mut finding = RULE
                .finding(format!("`{written}` is no {}", key.replace('_', " ")))
                .at(value.place)
                .why("Make cannot sign the request this way")
                .help(format!("use {}", known.join(", ")));
            if let Some(block) = block {
                finding = finding.in_block(block);
            }
            findings.push(finding);
        }
    }
}
