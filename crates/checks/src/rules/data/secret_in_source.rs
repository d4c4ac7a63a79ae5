//! `secret-in-source`: a key, secret or password written into the definition.

use connspec_diagnostics::{Diagnostic, Severity, Span};
use connspec_iml::Signs;
use connspec_iml::ast::{Expr, ExprKind, Piece};
use connspec_spec::Node;

use crate::rule::{Check, Findings, Rule};
use crate::rules::expressions::kinds::each_node;
use crate::secrets::{IssuedKey, is_client_secret, is_secret_name, is_written_out, issued_keys, looks_generated};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0616",
    name: "secret-in-source",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Text, check),
};

const DOCUMENTATION: &str = r#"
A literal that looks like a generated key, token or secret, under a name that says it is one: in a header, a query or
body field, in the query of a url, or within an expression in place of a variable. As `client_secret` any literal is one,
whatever it looks like. A private key in PEM is one anywhere, and so is a key whose beginning tells that a service issued
it (`ghp_…`, `glpat-…`, `AKIA…`), under whatever name and in the middle of any text. The value itself is shown nowhere,
here or in any other finding.

Left alone are what people write in the place of a key (`YOUR_API_KEY`), keys that services call public, and Google's key
in a request to Firebase, which only names the project.

## Why
Everybody who can read the app can use it, every user of the app sends it, and it cannot be changed without changing
the app. Common data are made for this: they are encrypted and not shown.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-api-key": "k7Fq2pZx9LmN4vRt8WbY" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-api-key": "{{common.apiKey}}" }
}
```

## Source
The review of apps; pitfalls.md 110. The forms of keys are those the services document.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    // Nothing is written out in a variable.
    let is_expression = site.template.whole_expression().is_some();
    if is_expression && !has_quotes(site) {
        return;
    }
    let is_sent = matches!(site.path().first().copied(), Some("headers" | "qs" | "body" | "url" | "temp" | "oauth"));
    let named = if is_sent { literals(site) } else { Vec::new() };
    for (name, span) in &named {
        findings.push(finding(site, *span, format!("`{name}` is written into the definition"), help(name)));
    }
    for key in issued_keys(site.template.source()) {
        let span = Span::new(key.range.start, key.range.end);
        let is_named = named.iter().any(|(_, named)| named.start < span.end && span.start < named.end);
        if !is_named && !is_of_firebase(site, &key) {
            let message = format!("a key is written into the definition: `{}…`", key.prefix);
            findings.push(finding(site, span, message, help(key.prefix)));
        }
    }
}

#[cold]
fn finding(site: &Site<'_>, span: Span, message: String, help: &'static str) -> Diagnostic {
    RULE.finding(message)
        .at(site.place(span))
        .why("everybody who can read the app can use it, and it cannot be changed without changing the app")
        .help(help)
        .in_block(&site.block)
}

/// Whether it is the key that names a project to Firebase, which every program of the project holds.
fn is_of_firebase(site: &Site<'_>, key: &IssuedKey) -> bool {
    const HOSTS: &[&str] = &["identitytoolkit.googleapis.com", "securetoken.googleapis.com", "firebase"];
    let mut addresses = ["url", "baseUrl"].iter().filter_map(|key| site.owner.get(key)).filter_map(Node::as_str);
    key.prefix == "AIza" && addresses.any(|address| HOSTS.iter().any(|host| address.contains(host)))
}

fn help(name: &str) -> &'static str {
    if crate::secrets::normal(name).ends_with("verifier") {
        "make a new one for each connection: `{{uuid}}{{uuid}}` in `authorize.temp`"
    } else {
        "put it into common data and read `common.…`; and have this one revoked"
    }
}

/// The literals of the text that are secrets, with the name each goes by.
fn literals<'a>(site: &Site<'a>) -> Vec<(&'a str, Span)> {
    let source = site.template.source();
    let mut found = Vec::new();
    for piece in site.template.ast() {
        let Piece::Text(span) = piece else { continue };
        let text = &source[span.range()];
        let start = span.range().start;
        for (name, value) in parameters(site, text, start == 0) {
            found.push((name, Span::new(start + value.0, start + value.1)));
        }
        let is_whole = !site.holds(Holding::Expression);
        if site.path()[0] != "url" && is_secret_name(site.key()) && (is_whole || !is_client_secret(site.key())) {
            let value =
                text.trim_start_matches("Bearer ").trim_start_matches("Basic ").trim_start_matches("Token ").trim();
            let at = start + text.find(value).unwrap_or_default();
            found.push((site.key(), Span::new(at, at + value.len())));
        }
    }
    found.retain(|(name, span)| is_written_out(name, &source[span.range()]));
    found.extend(quoted(site));
    found
}

/// Whether any text can stand in an expression: few have one.
fn has_quotes(site: &Site<'_>) -> bool {
    const QUOTES: Signs = Signs::of("'\"");
    let (_, in_expressions) = site.signs();
    in_expressions.have_any(QUOTES)
}

/// The texts within expressions that are secrets: by the key they are sent under, the variable they stand in for, or as
/// a private key in PEM.
fn quoted<'a>(site: &Site<'a>) -> Vec<(&'a str, Span)> {
    let template = site.template;
    let mut found = Vec::new();
    if !has_quotes(site) {
        return found;
    }
    each_node(template, &mut |expr| {
        let literal = |expr: &Expr, name: &'a str| match &expr.kind {
            ExprKind::Text(text) if looks_generated(text.resolve(template.source())) => {
                is_secret_name(name).then_some((name, text.content))
            }
            _ => None,
        };
        match &expr.kind {
            ExprKind::Text(text) if text.resolve(template.source()).contains("PRIVATE KEY-----") => {
                found.push(("private key", text.content));
            }
            ExprKind::Call(call) if call.name.resolve(template.source()) == "ifempty" => {
                let Some((value, fallback)) = call.arguments.first().zip(call.arguments.get(1)) else { return };
                let read = site.read_at(value.span).and_then(|read| read.segments.last());
                let by_variable = read.and_then(|name| literal(fallback, name));
                found.extend(by_variable.or_else(|| literal(fallback, site.key())));
            }
            ExprKind::Call(call) if call.name.resolve(template.source()) == "jwt" => {
                found.extend(call.arguments.get(1).and_then(|key| literal(key, "secret")));
            }
            _ => {}
        }
    });
    let whole = template.expressions().filter_map(|expression| match &expression.expr.kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    });
    found.extend(
        whole
            .filter(|text| is_written_out(site.key(), text.resolve(template.source())))
            .map(|text| (site.key(), text.content)),
    );
    found
}

/// The parameters of a literal query, or of a form written as a text: name, and from where to where the value goes.
fn parameters<'a>(site: &Site<'_>, text: &'a str, is_first: bool) -> Vec<(&'a str, (usize, usize))> {
    let is_form = is_first && site.path() == ["body"];
    const BEFORE_NAMES: Signs = Signs::of("?&");
    let (in_texts, _) = site.signs();
    if !is_form && !in_texts.have_any(BEFORE_NAMES) {
        return Vec::new();
    }
    let first = is_form.then_some(0);
    let mut found = Vec::new();
    for start in first.into_iter().chain(text.match_indices(['?', '&']).map(|(at, _)| at + 1)) {
        let rest = &text[start..];
        let rest = &rest[..rest.find(['&', '#', '?']).unwrap_or(rest.len())];
        if let Some((name, value)) = rest.split_once('=') {
            let start = start + name.len() + 1;
            found.push((name, (start, start + value.len())));
        }
    }
    found
}
