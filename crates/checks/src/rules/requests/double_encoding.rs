//! `double-encoding`: a path that is encoded twice.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::ast::ExprKind;

use crate::request::{Address, literal};
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::subject::Whole;
use crate::symbolic::{call, whole as whole_expression};

pub static RULE: Rule = Rule {
    code: "CS0209",
    name: "double-encoding",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`encodeURL()` in the path of an address, around a value of `qs` or around one of a form: Make encodes them as well.
Modules, remote procedures and the requests of webhooks are looked at too, with the `encodeUrl` and the `type` that they
take from the base.

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
communication.md §5 `encodeUrl`, §6.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for request in whole.connections.iter().flat_map(|connection| connection.each_request()) {
        let encode = request.node.get("encodeUrl");
        let encodes_url = encode.is_none_or(|encode| encode.as_bool() == Some(true) || encode.is_null());
        parameters(request.sites(), encodes_url, literal(request.node, "type") == Some("urlencoded"), findings);
        if let Some(url) = request.url_site().filter(|_| encodes_url) {
            path(url, findings);
        }
    }
    for request in whole.each_other_request() {
        let (encodes_url, sites) = (request.encodes_url(), request.sites());
        parameters(sites, encodes_url, request.sends_form(), findings);
        if encodes_url {
            sites.iter().filter(|site| site.path() == ["url"]).for_each(|url| path(url, findings));
        }
    }
}

fn path(url: &Site<'_>, findings: &mut Findings) {
    let text = url.template.source();
    let query = Address::of(url.template).query_start().unwrap_or(text.len());
    let in_path = url.template.expressions().filter(|expression| expression.span.range().start < query);
    for expression in in_path {
        let ExprKind::Call(call) = &expression.expr.kind else { continue };
        let [argument] = call.arguments.as_slice() else { continue };
        if call.name.resolve(text) != "encodeURL" {
            continue;
        }
        let place = url.place(expression.expr.span);
        let inner = url.app.sources.slice(url.place(argument.span));
        findings.push(
            RULE.finding("a path that is encoded twice")
                .at(place)
                .why("Make encodes the path itself: the percent signs of encodeURL() become %25")
                .help("take encodeURL() away, or switch `encodeUrl` off when the value may hold a slash")
                .in_block(&*url.block)
                .fix(Fix::suggestion("take encodeURL() away").replace(place, inner)),
        );
    }
}

/// Values of `qs`, and of the body of a form: Make encodes both. With `encodeUrl` off it decodes the query again.
fn parameters(sites: &[Site<'_>], encodes_query: bool, is_form: bool, findings: &mut Findings) {
    for site in sites {
        let what = match site.path() {
            ["qs", _, ..] if encodes_query => "query",
            ["body", _, ..] if is_form => "form",
            _ => continue,
        };
        let Some(expr) = whole_expression(site.template) else { continue };
        let Some(("encodeURL", [argument])) = call(site.template, expr) else { continue };
        let place = site.place(expr.span);
        findings.push(
            RULE.finding(format!("a value of a {what} that is encoded twice"))
                .at(place)
                .why(format!("Make encodes a {what} itself: the percent signs of encodeURL() become %25"))
                .help("take encodeURL() away")
                .in_block(&*site.block)
                .fix(
                    Fix::suggestion("take encodeURL() away")
                        .replace(place, &site.template.source()[argument.span.range()]),
                ),
        );
    }
}
