//! `expression-without-braces`: a variable written as plain text.

use connspec_diagnostics::{Fix, Severity, Span};
use connspec_iml::Template;
use connspec_iml::ast::ExprKind;
use connspec_spec::{Node, Part};

use super::braces::variable_at;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_name, normal};
use crate::site::{Holding, Site};
use crate::symbolic::whole;

pub static RULE: Rule = Rule {
    code: "CS0807",
    name: "expression-without-braces",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Text, check),
};

const DOCUMENTATION: &str = r#"
A text that is a variable and nothing else, or under `condition` and `valid` an expression, without `{{ }}`: `body.access_token` in `response.data`,
`parameters.apiKey` in a header, `Basic base64(parameters.key)` under `authorization`. Also the call of a function with such a variable in it, and where an
expiry is stored what is counted from now (`now + 3600`). In a query or a body such words may be the provider's own (`data.customer`); there only
`parameters`, `connection`, `common` and `temp` count, the last three with a name that the app has or that is a secret's
(`connection.created` is an event). In an `output` of a module or remote procedure the answer counts, its
`item`, `parameters` and `temp`, unless it is a list that is written out; in a `trigger` the answer and its `item`, in
`limit` what the module is given, and in `pagination` the answer and the page as well. Where a webhook is registered,
`webhook.url` and `webhook.id`. A path without braces as `iterate` is left alone: Make takes it, and its documentation
writes it so.

## Why
It is a text: the words `body.access_token` are stored as the token.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/login",
  "response": { "data": { "token": "body.access_token" } }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Basic base64(parameters.user + ':' + parameters.password)" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/login",
  "response": { "data": { "token": "{{body.access_token}}" } }
}
```

## Fix
The braces are suggested; not applied by itself, for the text may be meant.

## Source
pitfalls.md 133; communication.md §4, §7.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    if site.holds(Holding::Expression) {
        return;
    }
    let text = site.template.source();
    if is_condition(site) && is_expression(text) {
        report(site, Span::new(0, text.len()), findings);
        return;
    }
    if let Some(credential) = credential(site, text) {
        report(site, credential, findings);
        return;
    }
    if is_date(site, text) || is_call(site, text) {
        report(site, Span::new(0, text.len()), findings);
        return;
    }
    let is_variable = text.contains('.') && variable_at(text, 0) == Some(text.len()) && !text.starts_with(' ');
    if !is_variable || !may_hold(site, text.split(['.', '[']).next().unwrap_or_default()) || is_word(site, text) {
        return;
    }
    report(site, Span::new(0, text.len()), findings);
}

/// Where the credential of an `authorization` header stands that is an expression, or a variable: behind its scheme.
fn credential(site: &Site<'_>, text: &str) -> Option<Span> {
    let ["headers", name] = site.path() else { return None };
    let (scheme, rest) = text.split_once(' ')?;
    let is_scheme = ["basic", "bearer", "token"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    if !name.eq_ignore_ascii_case("authorization") || !is_scheme || rest.starts_with(' ') {
        return None;
    }
    let is_variable = variable_at(rest, 0) == Some(rest.len()) && rest.contains('.');
    let root = rest.split(['.', '[']).next().unwrap_or_default();
    let is_meant = is_expression(rest) || (is_variable && may_hold(site, root));
    is_meant.then(|| Span::new(scheme.len() + 1, text.len()))
}

/// Whether a text under a name of an expiry is a date that is computed: `addSeconds(now, 3600)`, `now + 3600`.
fn is_date(site: &Site<'_>, text: &str) -> bool {
    let is_wanted = match site.path() {
        ["response", "data" | "temp", key] => normal(key).contains("expir"),
        ["response", "expires"] => true,
        _ => false,
    };
    let counts_from = |word: &str| text.split(|letter: char| !letter.is_alphanumeric()).any(|part| part == word);
    if !is_wanted || !(counts_from("now") || counts_from("timestamp")) {
        return false;
    }
    let template = Template::parse(format!("{{{{{text}}}}}"));
    template.findings().is_empty()
        && whole(&template).is_some_and(|expr| match &expr.kind {
            ExprKind::Keyword(_) | ExprKind::Binary(_) => true,
            ExprKind::Call(call) => call.function.is_some(),
            _ => false,
        })
}

/// Whether a text is the call of a function of Make and nothing else, which reads what there is at this place:
/// `ifempty(body.refresh_token, data.refreshToken)`.
fn is_call(site: &Site<'_>, text: &str) -> bool {
    if !text.ends_with(')') || text.starts_with('(') || !text.contains('.') {
        return false;
    }
    let template = Template::parse(format!("{{{{{text}}}}}"));
    let is_of_make =
        || whole(&template).is_some_and(|expr| matches!(&expr.kind, ExprKind::Call(call) if call.function.is_some()));
    let reads = || template.variables().iter().any(|read| read.segments.len() > 1 && may_hold(site, &read.segments[0]));
    template.findings().is_empty() && is_of_make() && reads()
}

/// Whether a truth value is asked for.
fn is_condition(site: &Site<'_>) -> bool {
    matches!(
        site.path(),
        ["condition"]
            | ["condition" | "repeat" | "pagination", "condition"]
            | ["response", "iterate", "condition"]
            | ["response", "valid"]
            | ["response", "valid", "condition"]
    )
}

/// Whether a text is an expression with an operator or a call in it, which reads a variable: `data.expires < now`.
fn is_expression(text: &str) -> bool {
    if text.contains("{{") || text.trim().is_empty() {
        return false;
    }
    let template = Template::parse(format!("{{{{{text}}}}}"));
    let reads =
        template.variables().iter().any(|variable| variable.segments.len() > 1 || variable.segments[0] == "statusCode");
    let is_sound = template.findings().is_empty();
    let is_more = template.expressions().any(|expression| {
        matches!(expression.expr.kind, ExprKind::Binary(_) | ExprKind::Call(_) | ExprKind::Unary(..))
    });
    reads && is_sound && is_more
}

fn report(site: &Site<'_>, span: Span, findings: &mut Findings) {
    let text = &site.template.source()[span.range()];
    let (start, end) = (site.place(Span::at(span.range().start)), site.place(Span::at(span.range().end)));
    findings.push(
        RULE.finding(format!("`{text}` is a text without braces, not an expression"))
            .at(site.place(span))
            .why("the words themselves are used, not the value they name")
            .help(format!("write {{{{{text}}}}}"))
            .fix(Fix::suggestion("put it between `{{` and `}}`").replace(start, "{{").replace(end, "}}"))
            .in_block(&site.block),
    );
}

/// Whether a text of a query or a body is rather a word of the service's own, such as the event `connection.created`: it
/// goes deeper than any variable of its root, or nothing in the app has such a name.
fn is_word(site: &Site<'_>, text: &str) -> bool {
    let Some((root, key)) = text.split_once('.') else { return false };
    let is_sent = matches!(site.path(), ["qs" | "body", ..] | ["pagination", "qs" | "body", ..]);
    if !is_sent || !matches!(root, "connection" | "common" | "temp") {
        return false;
    }
    let app = site.app;
    let is_written_in = |part: &Part| {
        let (source, quoted) = (app.sources.get(part.source).text(), format!("\"{key}\""));
        let mut found = source.match_indices(&quoted);
        found.any(|(at, _)| source[at + quoted.len()..].trim_start().starts_with(':'))
    };
    let mut connections = app.connections.iter();
    let is_name = match root {
        "common" => connections.any(|one| one.common.contains_key(key)) || normal(key) == "clientid",
        "connection" => {
            connections.any(|one| one.parameters.field(key).is_some() || is_written_in(&one.parts.communication))
        }
        _ => is_written_in(site.part),
    };
    key.contains('.') || !(is_name || is_secret_name(key))
}

/// Whether a variable with this root is what such a text must mean here.
fn may_hold(site: &Site<'_>, root: &str) -> bool {
    let input = matches!(root, "parameters" | "connection" | "common" | "temp");
    let answer = matches!(root, "body" | "headers" | "query" | "data" | "oauth" | "environment");
    match site.path() {
        ["qs" | "body" | "url", ..] if is_address_of_webhook(site) => true,
        ["url" | "headers" | "temp" | "condition", ..] => input || root == "data",
        ["qs" | "body" | "baseUrl", ..] => input,
        ["response", "output" | "wrapper", ..] => may_be_put_out(site, root),
        ["response", "limit"] => input || answer,
        ["response", "iterate", "condition"] | ["response", "trigger", "id" | "date"] => {
            input || answer || root == "item"
        }
        ["pagination", "qs" | "body", key, ..] => input || root == "pagination" || (answer && !names_fields(key)),
        ["pagination", ..] => input || answer || root == "pagination",
        ["response", "data" | "temp" | "expires" | "uid" | "metadata" | "scope" | "valid", ..] => input || answer,
        _ => false,
    }
}

/// Whether a parameter says which parts of the answer are wanted: `expand=body.storage` is the service's own.
fn names_fields(parameter: &str) -> bool {
    let parameter = normal(parameter);
    ["field", "expand", "select", "include", "sort", "order", "filter"].iter().any(|word| parameter.contains(word))
}

/// Whether a variable with this root is what a text in an output must mean. A list that is written out offers constants,
/// as the kinds of events, and without an answer or an `iterate` there is no `body` and no `item`.
fn may_be_put_out(site: &Site<'_>, root: &str) -> bool {
    let response = |key: &str| site.owner.get("response").and_then(|response| response.get(key));
    let is_list = || response("output").is_some_and(Node::is_array);
    let is_there = match root {
        "parameters" | "temp" => true,
        "body" | "headers" => site.owner.get("url").is_some(),
        "item" => response("iterate").is_some(),
        _ => false,
    };
    is_there && !is_list()
}

/// Whether a text names what Make has for the service to call.
fn is_address_of_webhook(site: &Site<'_>) -> bool {
    matches!(site.template.source(), "webhook.url" | "webhook.id")
        && matches!(site.part.name.as_str(), "attach" | "detach" | "update")
}
