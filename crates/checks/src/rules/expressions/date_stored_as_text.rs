//! `date-stored-as-text`: the end of a token's life, made a text.

use connspec_diagnostics::{Diagnostic, Fix, Severity, Span};
use connspec_iml::ast::Piece;

use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::subject::Connection;
use crate::symbolic::{Sort, call, sort, store_comparisons, text, whole};

pub static RULE: Rule = Rule {
    code: "CS0843",
    name: "date-stored-as-text",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A date that is stored to be compared with another, or as `expires`, with a text around its braces
(`{{addSeconds(now, body.expires_in)}}s`), or formatted so that it reads as no date or as another day's midnight.

## Why
Only an expression that is the whole text keeps its type. A text is compared letter by letter, or as the date it happens
to read as: tokens are renewed too late, or each time.

## Example
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}s" } }
  },
  "refresh": { "condition": "{{data.expires < addMinutes(now, 5)}}", "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
  },
  "refresh": { "condition": "{{data.expires < addMinutes(now, 5)}}", "url": "https://api.acme.test/oauth/token" }
}
```

## Fix
The date alone is suggested.

## Source
iml.md §2.2, §7; pitfalls.md 154.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let conditions = connection.sites.iter().filter(|site| site.path() == ["condition"]);
    let compared: Vec<&str> = conditions
        .flat_map(|site| store_comparisons(site.template).into_iter().map(move |comparison| (site, comparison)))
        .filter(|(site, comparison)| sort(site.template, comparison.other) == Sort::Date)
        .map(|(_, comparison)| comparison.key)
        .collect();
    for site in &connection.sites {
        let is_date = match site.path() {
            ["response", "expires"] => true,
            ["response", "data", key] => compared.contains(key),
            _ => false,
        };
        if is_date {
            with_text(site).or_else(|| formatted(site)).into_iter().for_each(|finding| findings.push(finding));
        }
    }
}

/// A date with a text before or behind it.
fn with_text(site: &Site<'_>) -> Option<Diagnostic> {
    let source = site.template.source();
    let mut expressions = site.template.expressions();
    let (only, None) = (expressions.next()?, expressions.next()) else { return None };
    let text = site.template.ast().iter().find_map(|piece| match piece {
        Piece::Text(span) => Some(source[span.range()].trim()),
        Piece::Expression(_) => None,
    })?;
    (sort(site.template, &only.expr) == Sort::Date).then_some(())?;
    let what = if text.is_empty() { "a space".to_owned() } else { format!("`{text}`") };
    let all = site.place(Span::new(0, source.len()));
    Some(
        finding(site, format!("{what} beside the date makes it a text"), all)
            .fix(Fix::suggestion("keep the date alone").replace(all, &source[only.span.range()])),
    )
}

/// A date as `formatDate` writes it, where that does not read as the same date.
fn formatted(site: &Site<'_>) -> Option<Diagnostic> {
    let expr = whole(site.template)?;
    let Some(("formatDate", [date, format, ..])) = call(site.template, expr) else { return None };
    let format = text(site.template, format)?;
    let keeps_time = format.starts_with("YYYY-MM-DD") && format.contains("HH:mm");
    if keeps_time {
        return None;
    }
    let place = site.place(expr.span);
    let inner = &site.template.source()[date.span.range()];
    Some(
        finding(site, format!("a date as `{format}` is a text, which does not read as the same date"), place)
            .fix(Fix::suggestion("keep the date itself").replace(place, inner)),
    )
}

fn finding(site: &Site<'_>, message: String, place: connspec_diagnostics::Place) -> Diagnostic {
    RULE.finding(message)
        .at(place)
        .why("only an expression that is the whole text keeps its type: the comparison has nothing to do with the time")
        .help("store the date itself: `{{addSeconds(now, …)}}`")
        .in_block(&site.block)
}
