//! `expires-unit`: seconds taken for minutes, or the other way round.

use connspec_diagnostics::{Diagnostic, Fix, Place, Severity};
use connspec_iml::Template;
use connspec_iml::ast::{BinaryOperator, Call, Expr, ExprKind, Keyword, Visitor};
use connspec_spec::vocabulary::COUNTING_MINUTES;

use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::{Holding, Phase, Site};
use crate::subject::Connection;
use crate::symbolic::{bare, is_duration, number, plain, steps};

pub static RULE: Rule = Rule {
    code: "CS0509",
    name: "expires-unit",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`expires_in` is added to now in another unit than the provider gives it in, perhaps after a multiplication
(`body.expires_in * 1000`); or a moment (`expires_at`) is added as if it were a life.

## Why
The standard counts `expires_in` in seconds. Added as minutes, a token of one hour seems to live for two and a half
days, and is not renewed before calls fail. The Custom App Academy counts minutes: added as seconds, its tokens seem
to have ended at once and are renewed before every call. Of other addresses on its host than those of its second and
third version only the course says so; there minutes are pointed out as advice. Hours and days that are made seconds of,
as `body.expires_in * 3600`, are left alone.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{addMinutes(now, body.expires_in)}}" } }
  }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
  }
}
```

## Fix
The function for the other unit is suggested.

## Source
RFC 6749 §5.1; academy-api.md (lifetimes).
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let requests = connection.each_request();
    for request in requests.filter(|request| matches!(request.phase, Phase::Token | Phase::Refresh)) {
        if is_told(connection, &request) {
            examine(&request, findings);
        }
    }
}

/// Whether the unit is told: by the standard, for what is OAuth, or by the provider. A login of a service's own may
/// count as it likes.
fn is_told(connection: &Connection<'_>, request: &Request<'_, '_>) -> bool {
    connection.exchanges_code() || request.sends("grant_type").is_there() || request.goes_to(COUNTING_MINUTES)
}

fn examine(request: &Request<'_, '_>, findings: &mut Findings) {
    let right = if request.goes_to(COUNTING_MINUTES) { "addMinutes" } else { "addSeconds" };
    for site in request.sites().iter().filter(|site| site.holds(Holding::Call) && site.is_under(&["response"])) {
        let mut added = Added { template: site.template, found: Vec::new() };
        site.template.visit(&mut added);
        for (call, amount) in added.found {
            let name = call.name.resolve(site.template.source());
            let place = site.place(call.name.span);
            let written = &site.template.source()[amount.span.range()];
            if let Some(turned) = converted(site, call, amount).filter(|_| right == "addSeconds") {
                findings.push(turned);
            } else if is_duration(site.template, amount) && name != right {
                let unit = if right == "addSeconds" { "seconds" } else { "minutes" };
                findings.push(
                    RULE.finding(format!("`{written}` is a number of {unit}, added with `{name}`"))
                        .at(place)
                        .why("the stored end is wrong by a factor of 60 or more: renewed never, or before every call")
                        .help(format!("write `{right}`"))
                        .fix(Fix::suggestion(format!("add it with `{right}`")).replace(place, right))
                        .in_block(&site.block),
                );
            } else if is_duration(site.template, amount) && right == "addMinutes" && !is_contract(request) {
                findings.push(doubt(site, place, written));
            } else if is_moment(site.template, amount) && is_now(call) {
                findings.push(
                    RULE.finding(format!("`{written}` is a moment, added to now like a life"))
                        .at(place)
                        .why("the sum lies decades ahead: the token is never renewed")
                        .help(format!("write `parseDate({written}, 'X')` if it counts seconds since 1970"))
                        .in_block(&site.block),
                );
            }
        }
    }
}

/// A life in seconds that is made milliseconds, minutes or hours of, and then added in a unit that does not go with it.
fn converted(site: &Site<'_>, call: &Call, amount: &Expr) -> Option<Diagnostic> {
    let ExprKind::Binary(binary) = &amount.kind else { return None };
    let template = site.template;
    let (life, factor) = match binary.operator {
        BinaryOperator::Multiply if is_duration(template, &binary.right) => (&binary.right, number(&binary.left)?),
        BinaryOperator::Multiply => (&binary.left, number(&binary.right)?),
        BinaryOperator::Divide => (&binary.left, 1.0 / number(&binary.right)?),
        _ => return None,
    };
    let name = call.name.resolve(template.source());
    // A life of minutes, hours, days or milliseconds is made seconds of in the first way; whoever does that knows the provider.
    let is_thousandth = (factor - 0.001).abs() < 1e-9;
    let is_longer_unit = [3600.0, 86_400.0].contains(&factor);
    let is_wrong = match name {
        "addSeconds" => (factor >= 1000.0 && !is_longer_unit) || (factor < 0.017 && !is_thousandth),
        "addMinutes" => factor >= 60.0,
        "addHours" | "addDays" => factor > 1.0,
        _ => false,
    };
    if !is_wrong || !is_duration(template, life) {
        return None;
    }
    let written = &template.source()[life.span.range()];
    let whole = &template.source()[amount.span.range()];
    let fix = Fix::suggestion("add the seconds as they are")
        .replace(site.place(call.name.span), "addSeconds")
        .replace(site.place(amount.span), written);
    let finding = RULE
        .finding(format!("`{whole}` is added with `{name}`, and `{written}` is a number of seconds"))
        .at(site.place(amount.span))
        .why("the stored end is wrong by a factor of 60 or more: renewed never, or before every call")
        .help(format!("write `addSeconds(…, {written})`"))
        .fix(fix)
        .in_block(&site.block);
    Some(finding)
}

/// The versions whose documentation says minutes; of what else lies on the host only a course tells.
fn is_contract(request: &Request<'_, '_>) -> bool {
    request.url().is_some_and(|url| ["/api/v2/", "/api/v3/"].iter().any(|version| url.contains(version)))
}

/// Advice where minutes are added and the unit is only hearsay.
fn doubt(site: &Site<'_>, place: Place, written: &str) -> Diagnostic {
    let mut finding = RULE
        .finding(format!("`{written}` is added as minutes, where the standard counts seconds"))
        .at(place)
        .why("the Academy's course says minutes; were it seconds, the token would seem to live 60 times too long")
        .help("look at the `expires_in` of an answer: 5 means minutes, 300 seconds")
        .in_block(&site.block);
    finding.severity = Severity::Info;
    finding
}

/// Whether the amount is added to now, and not to the start of 1970.
fn is_now(call: &Call) -> bool {
    call.arguments.first().is_some_and(|date| matches!(bare(date).kind, ExprKind::Keyword(Keyword::Now)))
}

/// Whether it is named like a moment: `expires_at`, `expires_on`.
fn is_moment(template: &Template, expr: &Expr) -> bool {
    let last = steps(template, expr).filter(|steps| steps[0] == "body").and_then(<[_]>::last);
    last.is_some_and(|last| matches!(plain(last).as_str(), "expiresat" | "expireson" | "expiryat"))
}

struct Added<'t> {
    template: &'t Template,
    found: Vec<(&'t Call, &'t Expr)>,
}

impl<'t> Visitor<'t> for Added<'t> {
    fn call(&mut self, call: &'t Call, _: &'t Expr) {
        let name = call.name.resolve(self.template.source());
        if let ([_, amount], "addSeconds" | "addMinutes" | "addHours" | "addDays") = (call.arguments.as_slice(), name) {
            self.found.push((call, bare(amount)));
        }
    }
}
