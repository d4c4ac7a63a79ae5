//! `unknown-variable`: a variable that Make does not provide.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_iml::Root;
use connspec_iml::ast::{Expr, ExprKind, Keyword, Path};

use super::item;
use super::kinds::each_node;
use crate::parameters::is_one_slip;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Phase, Site};

pub static RULE: Rule = Rule {
    code: "CS0818",
    name: "unknown-variable",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Expression, check),
};

const DOCUMENTATION: &str = r#"
A variable whose first name is none of those that Make provides: `parameters`, `connection`, `data`, `common`, `temp`,
`oauth`, `query`, `body`, `headers`, `statusCode`, `environment` and, outside connections, a few more. Also one that is
not there where it stands: `item` in a connection, before a module goes through the answer, or in the `output` or `trigger` of
a module or remote procedure that has no `iterate`; `oauth` outside connections; and a slip in a step of `pagination`.

## Why
An unknown name is undefined. Nothing fails: a header loses its token, a condition is never true, and the provider
answers 401.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{paramaters.apiKey}}" }
}
```
```jsonc bundle
{
  "communication": {
    "url": "https://api.acme.test/me",
    "headers": { "authorization": "Bearer {{apiKey}}" }
  },
  "parameters": [{ "name": "apiKey", "type": "password" }]
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
}
```

## Fix
The variable that is meant, where one is near or a form field has the name.

## Source
iml.md §5, §8; communication.md §4.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    each_node(site.template, &mut |expr| {
        if let ExprKind::Path(path) = &expr.kind
            && !is_explained(site, expr)
        {
            match path.known {
                None => unknown(site, path, findings),
                Some(_) if site.phase.is_connection() => of_modules(site, path, findings),
                Some(_) => outside_connections(site, expr, path, findings),
            }
        }
    });
}

/// Whether the parser already remarks on what stands here: a name with a dash, a format without quotes, words with
/// no operator between them.
fn is_explained(site: &Site<'_>, expr: &Expr) -> bool {
    let explains = |code: &str| !matches!(code, "mixed-comparison" | "argument-count");
    site.template.findings().iter().any(|remark| explains(remark.code) && remark.span.contains(expr.span))
}

fn unknown(site: &Site<'_>, path: &Path, findings: &mut Findings) {
    let name = path.root.resolve(site.template.source());
    let elsewhere = match site.phase {
        // `baseurl-reference` tells more.
        phase if phase.is_connection() => name == "baseUrl",
        _ => MORE_OUTSIDE_CONNECTIONS.contains(&name),
    };
    if name == "undefined" || elsewhere {
        return;
    }
    let place = site.place(path.root.span);
    let mut finding = RULE
        .finding(format!("there is no variable `{name}`"))
        .at(place)
        .why("an unknown name is undefined, and nothing fails: the value is simply empty")
        .in_block(&site.block);
    if name.bytes().all(|byte| byte.is_ascii_digit()) {
        finding = finding.help("a number in front of a dot is a module of a scenario, which an app does not see");
    } else if is_form_field(site, name) {
        let meant = format!("parameters.{name}");
        finding = finding
            .help(format!("did you mean `{meant}`, the form field?"))
            .fix(Fix::suggestion(format!("write `{meant}`")).replace(place, meant));
    } else if let Some(meant) = nearest(name, known(site, path)) {
        finding = finding
            .help(format!("did you mean `{meant}`?"))
            .fix(Fix::suggestion(format!("write `{meant}`")).replace(place, meant));
    } else if name.contains("${") {
        finding = finding.help("backticks are for names: there are no template strings; write 'text' + variable");
    } else if let Some(help) = other_way(name) {
        finding = finding.help(help);
    } else {
        finding = finding.help(format!("variables start with {}", CONNECTION_ROOTS.join(", ")));
    }
    findings.push(finding);
}

/// Variables that modules, webhooks and triggers have and connections do not (communication.md §4).
const OF_MODULES: &[&str] = &["item", "iterate", "output", "pagination", "webhook", "payload", "trigger"];

fn of_modules(site: &Site<'_>, path: &Path, findings: &mut Findings) {
    let name = path.root.resolve(site.template.source());
    if !OF_MODULES.contains(&name) {
        return;
    }
    findings.push(
        RULE.finding(format!("there is no variable `{name}` in a connection"))
            .at(site.place(path.root.span))
            .why("only modules and webhooks have it: here it is undefined, and nothing fails")
            .help("what the answer holds is read from `body`")
            .in_block(&site.block),
    );
}

/// What `oauth` has (communication.md §4).
const OF_OAUTH: &[&str] = &["scope", "redirectUri", "localRedirectUri", "makeRedirectUri"];

/// What `pagination` has (communication.md §4).
const OF_PAGINATION: &[&str] = &["page", "offset", "limit"];

/// Whether a module or remote procedure evaluates this before it goes through the items of the answer.
fn is_before_items(site: &Site<'_>) -> bool {
    match site.path() {
        ["response", directive, ..] => matches!(*directive, "valid" | "error" | "temp"),
        [directive, ..] => matches!(*directive, "url" | "baseUrl" | "method" | "headers" | "qs" | "body"),
        [] => false,
    }
}

/// A root that base, modules and remote procedures do not have, or not where it stands.
fn outside_connections(site: &Site<'_>, expr: &Expr, path: &Path, findings: &mut Findings) {
    let sends = || site.phase == Phase::Base || matches!(site.part.name.as_str(), "communication" | "api" | "epoch");
    let finding = match path.root.resolve(site.template.source()) {
        "oauth" if sends() => of_oauth(site, expr, path),
        "item" if sends() && item::is_without_iterate(site, expr) => RULE
            .finding("there is no `item` without `iterate`")
            .at(site.place(path.root.span))
            .why("it is an element of what `iterate` goes through: without it there is none, and nothing fails")
            .help("add `iterate` with the list, such as `{{body.items}}`, or read `body`"),
        "item" if sends() && is_before_items(site) => RULE
            .finding("there is no `item` outside `iterate` and `output`")
            .at(site.place(path.root.span))
            .why("it is an element of what `iterate` goes through: here it is undefined, and nothing fails")
            .help("what the module was given is read from `parameters`, the answer from `body`"),
        "pagination" => match of_pagination(site, expr) {
            Some(finding) => finding,
            None => return,
        },
        _ => return,
    };
    findings.push(finding.in_block(&site.block));
}

fn of_oauth(site: &Site<'_>, expr: &Expr, path: &Path) -> Diagnostic {
    let place = site.place(path.root.span);
    let finding = RULE
        .finding("there is no variable `oauth` outside connections")
        .at(place)
        .why("only the blocks of an OAuth connection have it: here it is undefined, and nothing fails");
    match site.read_at(expr.span).and_then(|read| read.key()).filter(|key| !OF_OAUTH.contains(key)) {
        Some(key) => finding
            .help(format!("did you mean `connection.{key}`?"))
            .fix(Fix::suggestion(format!("read `connection.{key}`")).replace(place, "connection")),
        None => {
            finding.help("store what is needed in `response.data` of the connection, and read it from `connection`")
        }
    }
}

/// A slip in a step of `pagination`.
fn of_pagination(site: &Site<'_>, expr: &Expr) -> Option<Diagnostic> {
    let key = site.read_at(expr.span)?.key().filter(|key| !OF_PAGINATION.contains(key))?;
    let meant = OF_PAGINATION.iter().find(|known| is_one_slip(key.as_bytes(), known.as_bytes()))?;
    let place = site.place(expr.span);
    let finding = RULE
        .finding(format!("`pagination` has no `{key}`"))
        .at(place)
        .why("an unknown name is undefined: the same page is asked for again, or none")
        .help(format!("did you mean `pagination.{meant}`?"));
    if site.template.source()[expr.span.range()] != *format!("pagination.{key}") {
        return Some(finding);
    }
    let meant = format!("pagination.{meant}");
    Some(finding.fix(Fix::suggestion(format!("read `{meant}`")).replace(place, meant)))
}

fn is_form_field(site: &Site<'_>, name: &str) -> bool {
    let own = site.app.connections.iter().find(|definition| definition.parts.communication.source == site.part.source);
    own.filter(|_| site.phase.is_connection()).is_some_and(|definition| definition.parameters.field(name).is_some())
}

/// How to say what a name of another language says.
fn other_way(name: &str) -> Option<&'static str> {
    Some(match name {
        "omit" | "skip" => "write `ignore`, which leaves the value out",
        "nil" | "none" | "None" => "write `null`",
        "emptyObject" | "emptyobject" | "emptycollection" => "write `{}` as JSON in `temp`, and name that",
        _ => return None,
    })
}

/// What a connection may name (connection.md §13).
const CONNECTION_ROOTS: &[&str] = &[
    "parameters",
    "connection",
    "data",
    "common",
    "temp",
    "oauth",
    "query",
    "body",
    "headers",
    "statusCode",
    "environment",
    "now",
];

/// Roots of modules, remote procedures and webhooks that the language itself does not know.
const MORE_OUTSIDE_CONNECTIONS: &[&str] = &["internal", "interface", "verification", "rpc"];

/// What may stand here, for "did you mean"; values such as `uuid` only where no step follows.
fn known(site: &Site<'_>, path: &Path) -> impl Iterator<Item = &'static str> {
    let roots = Root::names().filter(|_| !matches!(site.phase, Phase::Basic));
    let roots = roots.chain(CONNECTION_ROOTS.iter().copied());
    roots.chain(VALUES.iter().copied().filter(|value| path.segments.is_empty() && Keyword::named(value).is_some()))
}

const VALUES: &[&str] =
    &["timestamp", "uuid", "random", "emptystring", "emptyarray", "newline", "null", "true", "false"];
