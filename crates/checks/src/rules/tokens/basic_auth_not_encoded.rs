//! `basic-auth-not-encoded`: user and password as they are.

use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_iml::ast::{Expr, Piece};

use super::header::{is_authorization, is_encoded_pair, is_pair, one_expression, summands};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};
use crate::symbolic::{bare, call, ends_as, steps, text, whole};

pub static RULE: Rule = Rule {
    code: "CS0522",
    name: "basic-auth-not-encoded",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Expression, check),
};

const DOCUMENTATION: &str = r#"
An `authorization` header with `Basic` and `user:password` that no function encodes, or another one than `base64`:
`md5(…)`, `encodeURL(…)`; or with the Base64 of the pair in capitals or encoded again. A warning: `Basic` and the digest of
something else, a signed token or the access token of OAuth 2, which only a service of its own rules takes so.

## Why
HTTP Basic wants the Base64 of the pair. What is sent here is no valid header: every request is refused with 401.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Basic {{parameters.user}}:{{parameters.password}}" }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Basic {{md5(parameters.user + ':' + parameters.password)}}" }
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
`base64` around the pair, or in the place of the other function, is suggested.

## Source
RFC 6750 §2.1; RFC 7617 §2.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !is_authorization(site) {
        return;
    }
    if let Some(finding) = encoded_otherwise(site) {
        findings.push(finding);
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

const DIGESTS: &[&str] = &["md5", "sha1", "sha256", "sha384", "sha512"];
/// Functions that leave a text as it is or write it in another way, but not in Base64.
const OTHERS: &[&str] = &["encodeURL", "lower", "upper", "trim", "toString", "toBinary", "escapeHTML"];
/// Functions after which Base64 is another text.
const SPOILING: &[&str] = &["lower", "upper", "encodeURL", "base64"];

/// `Basic` with what another function than `base64` makes.
fn encoded_otherwise(site: &Site<'_>) -> Option<Diagnostic> {
    let template = site.template;
    let expr = credential(site)?;
    if is_access_token(site, expr) {
        return Some(of_another_scheme(
            site,
            expr,
            "the access token",
            "write `Bearer` and the token, or the scheme that the service names",
        ));
    }
    if !site.holds(Holding::Call) {
        return None;
    }
    let (name, arguments) = call(template, expr)?;
    let first = arguments.first()?;
    // Signed with a key it is a scheme of the service's own.
    let is_digest = DIGESTS.contains(&name) && arguments.len() < 3;
    let place = site.place(expr.span);
    let finding = |message: String| RULE.finding(message).at(place).in_block(&site.block);
    let wanted = "HTTP Basic wants the Base64 of `user:password`: every request is refused";
    if is_pair(template, first) && (is_digest || OTHERS.contains(&name)) {
        let pair = &template.source()[first.span.range()];
        let finding = finding(format!("`{name}` does not encode the credentials of `Basic`"))
            .why(wanted)
            .help("write `Basic {{base64(user + ':' + password)}}`");
        let is_plain = site.app.sources.slice(place) == &template.source()[expr.span.range()];
        let fix = || Fix::suggestion("encode the pair").replace(place, format!("base64({pair})"));
        return Some(if is_plain { finding.fix(fix()) } else { finding });
    }
    if is_encoded_pair(template, first) && (is_digest || SPOILING.contains(&name)) {
        let pair = &template.source()[first.span.range()];
        let finding = finding(format!("`{name}` makes another text of the encoded pair"))
            .why(wanted)
            .help("leave it as `base64` gives it");
        let is_plain = site.app.sources.slice(place) == &template.source()[expr.span.range()];
        let fix = || Fix::suggestion("leave it as it is").replace(place, pair);
        return Some(if is_plain { finding.fix(fix()) } else { finding });
    }
    let is_base64 = || arguments.get(1).is_some_and(|encoding| text(template, encoding) != Some("hex"));
    let what = match name {
        "jwt" => "a signed token",
        _ if is_digest && !is_base64() => "a digest",
        _ => return None,
    };
    let help = "write `Basic {{base64(user + ':' + password)}}`, or the scheme that the service names";
    Some(of_another_scheme(site, expr, what, help))
}

fn of_another_scheme(site: &Site<'_>, expr: &Expr, what: &str, help: &str) -> Diagnostic {
    let mut finding = RULE
        .finding(format!("{what} is sent as `Basic`"))
        .at(site.place(expr.span))
        .why("HTTP Basic is the Base64 of `user:password`: a service that reads it so refuses every request")
        .help(help)
        .in_block(&site.block);
    finding.severity = Severity::Warning;
    finding
}

/// Whether an expression is the access token that was stored, by its name; a form may ask for anything under it.
fn is_access_token(site: &Site<'_>, expr: &Expr) -> bool {
    let is_own = |root: &str, key: &str| {
        matches!(root, "connection" | "data") && ends_as(key, "accesstoken") && !is_form_field(site, key)
    };
    matches!(steps(site.template, expr), Some([root, key]) if is_own(root, key))
}

fn is_form_field(site: &Site<'_>, key: &str) -> bool {
    site.app.connections.iter().any(|definition| definition.parameters.field(key).is_some())
}

/// The only expression behind `Basic`.
fn credential<'a>(site: &Site<'a>) -> Option<&'a Expr> {
    let template = site.template;
    let is_basic = |scheme: &str| scheme.eq_ignore_ascii_case("basic ");
    if let [Piece::Text(scheme), Piece::Expression(expression)] = template.ast() {
        return is_basic(&template.source()[scheme.range()]).then_some(bare(&expression.expr));
    }
    match summands(whole(template)?).as_slice() {
        [scheme, credential] if text(template, scheme).is_some_and(is_basic) => Some(credential),
        _ => None,
    }
}
