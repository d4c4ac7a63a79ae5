//! `pkce-double-encoding`: the challenge is encoded once too often.

use connspec_diagnostics::{Fix, Severity, Span};
use connspec_iml::Template;
use connspec_iml::ast::{Call, Expr, Visitor};

use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};
use crate::symbolic::{call, text};

pub static RULE: Rule = Rule {
    code: "CS0402",
    name: "pkce-double-encoding",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Call, check),
};

const DOCUMENTATION: &str = r#"
`base64url(sha256(…, 'base64'))`, or `base64` around a digest that is text already.

## Why
The challenge is the digest itself in the alphabet of URLs. Make's own example wraps the Base64 text of the digest in
`base64url`, which is only right where that function changes the alphabet alone; two integrations report that it does
not. `base64(sha256(…))` encodes the hexadecimal text of the digest and is never right. The provider rejects the
verifier. Replacing `+`, `/` and `=` works everywhere.

## Example
```jsonc connection
{
  "authorize": {
    "temp": { "verifier": "{{uuid}}{{uuid}}" },
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "code_challenge": "{{base64url(sha256(temp.verifier, 'base64'))}}", "code_challenge_method": "S256" }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code_verifier": "{{temp.verifier}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "temp": { "verifier": "{{uuid}}{{uuid}}" },
    "url": "https://api.acme.test/oauth/authorize",
    "qs": {
      "code_challenge": "{{replace(replace(replace(sha256(temp.verifier, 'base64'), '+', '-'), '/', '_'), '=', '')}}",
      "code_challenge_method": "S256"
    }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code_verifier": "{{temp.verifier}}" } }
}
```

## Fix
The chain of `replace` is suggested.

## Source
RFC 7636 §4.2; connection.md §4.4.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !site.phase.is_connection() {
        return;
    }
    let mut wrapped = Wrapped { template: site.template, key: site.key(), found: Vec::new() };
    site.template.visit(&mut wrapped);
    for Encoded { whole, subject, is_hex } in wrapped.found {
        let subject = &site.template.source()[subject.range()];
        let chain = format!("replace(replace(replace(sha256({subject}, 'base64'), '+', '-'), '/', '_'), '=', '')");
        let place = site.place(whole);
        let message = if is_hex {
            "the digest is encoded twice"
        } else {
            "the digest may be encoded twice, by `base64url` again"
        };
        let why = if is_hex {
            "`sha256` gives hexadecimal text here: its Base64 is not the challenge, and the provider rejects the verifier"
        } else {
            "where `base64url` encodes the text again, the provider rejects the verifier; reports say it does, or is missing"
        };
        findings.push(
            RULE.finding(message)
                .at(place)
                .why(why)
                .help(format!("write `{chain}`"))
                .fix(Fix::suggestion("replace `+`, `/` and `=` instead").replace(place, chain))
                .in_block(&site.block),
        );
    }
}

struct Encoded {
    whole: Span,
    subject: Span,
    is_hex: bool,
}

struct Wrapped<'t> {
    template: &'t Template,
    key: &'t str,
    found: Vec<Encoded>,
}

impl<'t> Visitor<'t> for Wrapped<'t> {
    fn call(&mut self, outer: &'t Call, node: &'t Expr) {
        let name = outer.name.resolve(self.template.source());
        let [argument] = outer.arguments.as_slice() else { return };
        let Some(("sha256", [subject, encoding @ ..])) = call(self.template, argument) else { return };
        let encoding = encoding.iter().map(|encoding| text(self.template, encoding)).collect::<Vec<_>>();
        let is_base64 = encoding == [Some("base64")];
        let is_hex = encoding.is_empty() || encoding == [Some("hex")];
        // Elsewhere `base64` of a hexadecimal digest may be what a signature asks for.
        let is_challenge = crate::symbolic::plain(self.key).contains("challenge");
        if (name == "base64url" && (is_base64 || is_hex)) || (name == "base64" && is_challenge && (is_base64 || is_hex))
        {
            self.found.push(Encoded { whole: node.span, subject: subject.span, is_hex });
        }
    }
}
