//! `unknown-function`: a function that neither the language nor the app has.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_iml::ast::{Call, ExprKind, Keyword};
use connspec_iml::foreign::{other_way, same_arguments};
use connspec_iml::functions::{self, Standing};
use connspec_spec::{App, ComponentKind, Layout};

use super::kinds::each_node;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0805",
    name: "unknown-function",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Call, check),
};

const DOCUMENTATION: &str = r#"
A call of a function that is neither built in nor one of the app's custom functions. Where the files do not show which
custom functions there are, it is a warning in a connection alone, and advice in an app whose functions may lie elsewhere,
unless the name tells what was meant.

## Why
Make stops with an error when it evaluates the expression. Names from other languages are usual (`append`,
`toLowerCase`, `encodeURIComponent`), and custom functions are switched off for new apps until Make's support enables
them.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-user": "{{toLowerCase(parameters.user)}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-user": "{{lower(parameters.user)}}" }
}
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me", "headers": { "x-user": "{{normalized(parameters.user)}}" } }
```
```jsonc file=connections/acme/metadata.json
{ "name": "acme", "label": "Acme", "type": "basic" }
```
```jsonc file=functions/normalized/code.js
function normalized(text) { return text.trim().toLowerCase(); }
```
```jsonc file=metadata.json
{ "name": "acme", "label": "Acme", "version": 1 }
```
```jsonc file=base.imljson
{}
```

## Fix
The function that is meant, where its arguments are the same.

## Source
iml.md §9, §12 C20; pitfalls.md 131.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    each_node(site.template, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind
            && call.function.is_none()
        {
            unknown(site, call, findings);
        }
    });
}

fn unknown(site: &Site<'_>, call: &Call, findings: &mut Findings) {
    let name = call.name.resolve(site.template.source());
    // What Make may have, but no publication describes, is not called wrong.
    if functions::named(name).is_some() || own_functions(site).any(|own| own == name) {
        return;
    }
    let mut finding = RULE
        .finding(format!("there is no function `{name}`"))
        .at(site.place(call.name.span))
        .why("Make stops with an error when it evaluates this expression")
        .in_block(&site.block);
    if Keyword::named(name).is_some() {
        finding = finding.help(format!("`{name}` is a value: write it without parentheses"));
    } else if let Some(meant) = same_arguments(name).or_else(|| near(site, name)) {
        finding = finding
            .help(format!("did you mean `{meant}`?"))
            .fix(Fix::suggestion(format!("call `{meant}`")).replace(site.place(call.name.span), meant));
    } else {
        let known_elsewhere = other_way(name);
        if !shows_functions(site.app) {
            finding.severity = if known_elsewhere.is_some() { Severity::Warning } else { severity_of_doubt(site.app) };
            if finding.severity == Severity::Info {
                finding.message = format!("the language has no function `{name}`, and no file here defines one");
            }
        }
        finding = finding.help(known_elsewhere.unwrap_or(
            "if it is a custom function, it must lie in the app's folder; otherwise `connspec eval --functions` lists what there is",
        ));
    }
    findings.push(finding);
}

/// The function whose name is near, unless the name is known to say something else.
fn near<'s>(site: &Site<'s>, name: &str) -> Option<&'s str> {
    if other_way(name).is_some() {
        return own_functions(site).find(|own| nearest(name, [*own]).is_some());
    }
    nearest(name, names(site))
}

/// Whether the files show which custom functions the app has: it has some, or its `makecomapp.json` lists what it has.
fn shows_functions(app: &App) -> bool {
    let has_some = app.components.iter().any(|component| component.kind == ComponentKind::Function);
    has_some || (app.layout == Layout::LocalDevelopment && !app.components.is_empty())
}

/// An app with modules and without a single function may have its functions elsewhere; a connection alone hardly.
fn severity_of_doubt(app: &App) -> Severity {
    if app.components.is_empty() { Severity::Warning } else { Severity::Info }
}

/// The custom functions of the app; none when only a part of it is at hand.
fn own_functions<'a>(site: &Site<'a>) -> impl Iterator<Item = &'a str> {
    let components = site.app.components.iter();
    components.filter(|component| component.kind == ComponentKind::Function).map(|component| component.name.as_str())
}

/// What may be called, for "did you mean".
fn names<'a>(site: &Site<'a>) -> impl Iterator<Item = &'a str> {
    let built_in = functions::all().filter(|function| function.standing == Standing::Documented);
    built_in.map(|function| function.name).chain(own_functions(site))
}
