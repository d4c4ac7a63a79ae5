//! `double-encoding`: a path that is encoded twice.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::ast::ExprKind;

use crate::request::{Address, Url, literal, urls};
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::subject::Connection;
use crate::symbolic::{call, whole};

pub static RULE: Rule = Rule {
    code: "CS0209",
    name: "double-encoding",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`encodeURL()` in the path of an address, around a value of `qs` or around one of a form: Make encodes them as well.

## Why
`encodeUrl` is on unless it is switched off: the percent signs of `encodeURL()` are encoded once more, and the service
reads `%2520` where a blank was meant.

## Example
```jsonc connection
{ "url": "https://api.acme.test/users/{{encodeURL(parameters.name)}}" }
```
```jsonc connection
{ "url": "https://api.acme.test/users", "qs": { "name": "{{encodeURL(parameters.name)}}" } }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/users/{{parameters.name}}" }
```

## Fix
Taking the function away is suggested; `"encodeUrl": false` is the other way, for values with a slash.

## Source
communication.md §5 `encodeUrl`.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    connection.each_request().for_each(|request| parameters(&request, findings));
    for Url { block, request, node: url, text, template, .. } in urls(connection) {
        let encode = request.get("encodeUrl");
        if encode.is_some_and(|encode| encode.as_bool() != Some(true) && !encode.is_null()) {
            continue;
        }
        let query = Address::of(template).query_start().unwrap_or(text.len());
        let in_path = template.expressions().filter(|expression| expression.span.range().start < query);
        for expression in in_path {
            let ExprKind::Call(call) = &expression.expr.kind else { continue };
            let [argument] = call.arguments.as_slice() else { continue };
            if call.name.resolve(text) != "encodeURL" {
                continue;
            }
            let place = url.place_of(expression.expr.span);
            let inner = connection.app.sources.slice(url.place_of(argument.span));
            findings.push(
                RULE.finding("a path that is encoded twice")
                    .at(place)
                    .why("Make encodes the path itself: the percent signs of encodeURL() become %25")
                    .help("take encodeURL() away, or switch `encodeUrl` off when the value may hold a slash")
                    .in_block(block)
                    .fix(Fix::suggestion("take encodeURL() away").replace(place, inner)),
            );
        }
    }
}

/// Values of `qs`, and of the body of a form: Make encodes both.
fn parameters(request: &Request<'_, '_>, findings: &mut Findings) {
    let is_form = literal(request.node, "type") == Some("urlencoded");
    for site in request.sites() {
        let what = match site.path() {
            ["qs", _, ..] => "query",
            ["body", _, ..] if is_form => "form",
            _ => continue,
        };
        let Some(expr) = whole(site.template) else { continue };
        let Some(("encodeURL", [argument])) = call(site.template, expr) else { continue };
        let place = site.place(expr.span);
        findings.push(
            RULE.finding(format!("a value of a {what} that is encoded twice"))
                .at(place)
                .why(format!("Make encodes a {what} itself: the percent signs of encodeURL() become %25"))
                .help("take encodeURL() away")
                .in_block(&site.block)
                .fix(
                    Fix::suggestion("take encodeURL() away")
                        .replace(place, &site.template.source()[argument.span.range()]),
                ),
        );
    }
}
