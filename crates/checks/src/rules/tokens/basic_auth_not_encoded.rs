//! `basic-auth-not-encoded`: user and password as they are.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::ast::Piece;

use super::header::{is_authorization, one_expression};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0522",
    name: "basic-auth-not-encoded",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Expression, check),
};

const DOCUMENTATION: &str = r#"
An `authorization` header with `Basic` and `user:password` that no function encodes.

## Why
HTTP Basic wants the Base64 of the pair. What is sent here is no valid header: every request is refused with 401.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Basic {{parameters.user}}:{{parameters.password}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Basic {{base64(parameters.user + ':' + parameters.password)}}" }
}
```

## Fix
`base64` around the pair is suggested.

## Source
RFC 7617 §2.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !is_authorization(site) {
        return;
    }
    let source = site.template.source();
    let is_basic = source.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "));
    let joins = site.template.ast().iter().any(|piece| match piece {
        Piece::Text(span) => source[span.range()].contains(':'),
        Piece::Expression(expression) => {
            let text = &source[expression.span.range()];
            text.contains("':'") || text.contains("\":\"")
        }
    });
    if !is_basic || !joins || site.template.has_calls() || site.reads().is_empty() {
        return;
    }
    let mut finding = RULE
        .finding("the credentials of `Basic` are not encoded")
        .at(site.node.place)
        .why("HTTP Basic wants the Base64 of `user:password`: every request is refused")
        .help("write `Basic {{base64(user + ':' + password)}}`")
        .in_block(&site.block);
    if let Some(pair) = one_expression(site.template, 6) {
        let text = format!("{}{{{{base64({pair})}}}}", &source[..6]);
        let encoded = serde_json::Value::from(text).to_string();
        finding = finding.fix(Fix::suggestion("encode the pair").replace(site.node.place, encoded));
    }
    findings.push(finding);
}
