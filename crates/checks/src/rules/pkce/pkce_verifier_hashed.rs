//! `pkce-verifier-hashed`: the verifier is sent as a digest, as only the challenge is.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::Template;
use connspec_iml::ast::{Call, Expr, ExprKind, Visitor};
use smol_str::SmolStr;

use super::challenge;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Sent;
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{steps, whole};

pub static RULE: Rule = Rule {
    code: "CS0420",
    name: "pkce-verifier-hashed",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`token` sends as `code_verifier` the digest of the text that the challenge was made of.

## Why
The provider makes the digest itself, and compares it with the challenge. The digest of a digest is another one: it
answers `invalid_grant`.

## Example
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
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "code_verifier": "{{sha256(temp.verifier, 'base64')}}" }
  }
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
The text itself is suggested.

## Source
RFC 7636 §4.2, §4.5.
"#;

const HASHES: &[&str] = &["sha256", "sha1", "sha512", "md5"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some((_, sent)) = challenge(connection) else { return };
    let Some(challenge) = made_by(connection, &sent) else { return };
    for token in connection.requests_of(Phase::Token) {
        let Sent::Member(member) = token.sends("code_verifier") else { continue };
        let Some(site) = connection.site_of(&member.value) else { continue };
        let hashes = Hashes::of(site.template);
        let Some(hash) = hashes.first() else { continue };
        let same = site.reads().iter().find(|read| read.root() == "temp" && reads(&challenge, read.segments));
        // A challenge that is the digest of a digest belongs to a verifier that is one.
        let Some(read) = same.filter(|_| Hashes::of(&challenge).len() <= hashes.len()) else { continue };
        let text = read.segments.join(".");
        findings.push(
            RULE.finding(format!("the `code_verifier` is a digest of `{text}`, as the challenge is"))
                .at(site.place(hash.span))
                .why("the provider makes the digest of what is sent here, and finds another than the challenge: `invalid_grant`")
                .help(format!("send `{{{{{text}}}}}` itself"))
                .fix(
                    Fix::suggestion(format!("send `{text}` itself"))
                        .replace(member.value.place, format!("\"{{{{{text}}}}}\"")),
                )
                .in_block(token.block),
        );
    }
}

/// The expression that makes the challenge: what is sent, or what the `temp` key that is sent was made by.
fn made_by(connection: &Connection<'_>, sent: &Sent<'_>) -> Option<Template> {
    let template = sent.template()?;
    let kept = whole(&template).and_then(|expr| steps(&template, expr));
    let Some([root, key]) = kept.filter(|steps| steps[0] == "temp") else { return Some(template) };
    let mut writes = connection.names.writes_of("temp", key).filter(|write| write.phase.is_some_and(Phase::keeps_temp));
    let first = writes.next()?;
    let made = connection.site_of(first.value?)?.template;
    // A key with a value of its own is the verifier itself: the challenge is `plain`.
    let is_verifier = made.variables().is_empty();
    debug_assert_eq!(root, "temp");
    writes.next().is_none().then(|| if is_verifier { template.clone() } else { made.clone() })
}

fn reads(template: &Template, segments: &[SmolStr]) -> bool {
    template.variables().iter().any(|variable| variable.segments == segments)
}

/// The calls in a text that make digests.
struct Hashes<'t> {
    template: &'t Template,
    found: Vec<&'t Expr>,
}

impl<'t> Hashes<'t> {
    fn of(template: &'t Template) -> Vec<&'t Expr> {
        let mut hashes = Self { template, found: Vec::new() };
        template.visit(&mut hashes);
        hashes.found
    }
}

impl<'t> Visitor<'t> for Hashes<'t> {
    fn call(&mut self, call: &'t Call, node: &'t Expr) {
        let is_hash = HASHES.contains(&call.name.resolve(self.template.source()));
        if is_hash && matches!(node.kind, ExprKind::Call(_)) {
            self.found.push(node);
        }
    }
}
