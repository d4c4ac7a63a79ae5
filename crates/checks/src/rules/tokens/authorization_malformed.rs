//! `authorization-malformed`: an `Authorization` header that is no scheme and credential.

use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_iml::ast::{Expr, ExprKind, Keyword, Piece};
use connspec_spec::Node;

use super::header::{is_authorization, is_encoded_pair, summands};
use crate::parameters::is_one_slip;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Phase, Site};
use crate::symbolic::{call, steps, text, whole};

pub static RULE: Rule = Rule {
    code: "CS0527",
    name: "authorization-malformed",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Expression, check),
};

const DOCUMENTATION: &str = r#"
The scheme of an `Authorization` header is misspelt, or no single space stands between it and what follows: `Bearer{{…}}`,
`Bearer: {{…}}`, `Bearer={{…}}`, `Bearer '{{…}}'`; it stands there twice; or behind it stands a collection, `{{connection}}`,
and none of its members. Also the Base64 of a pair without `Basic`, which outside requests for
tokens is a warning: a service may want it so; and in a request for tokens that of `id:secret` under `Bearer`. Another
word, however near (`Dealer`, `Auth`), is a scheme of the service's own and left alone.

## Why
The header is a scheme, a space and the credential. Services refuse anything else with 401, and say nothing of the space.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer{{parameters.apiKey}}" }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearrer {{parameters.apiKey}}" }
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
The scheme with one space is suggested.

## Source
RFC 9110 §11.4; RFC 6749 §2.3.1; RFC 6750 §2.1.
"#;

const SCHEMES: &[&str] = &["Bearer", "Basic", "Digest", "OAuth"];
/// What people write for a scheme with more than one slip, in small letters.
const MISSPELT: &[(&str, &str)] = &[
    ("bareer", "Bearer"),
    ("barear", "Bearer"),
    ("baerar", "Bearer"),
    ("berear", "Bearer"),
    ("beaerr", "Bearer"),
    ("bacis", "Basic"),
    ("baisic", "Basic"),
];

/// The scheme that a misspelt word stands for. `Token`, `Key`, `Auth` and other words are schemes of their own.
fn meant_scheme(word: &str) -> Option<&'static str> {
    const SHORTEST: usize = 4;
    let word = word.to_ascii_lowercase();
    let by_slip = || {
        let is_near = |scheme: &&&str| is_one_slip(word.as_bytes(), scheme.to_ascii_lowercase().as_bytes());
        SCHEMES.iter().find(is_near).copied().filter(|_| word.len() >= SHORTEST && word != "auth")
    };
    MISSPELT.iter().find(|(written, _)| *written == word).map(|(_, scheme)| *scheme).or_else(by_slip)
}

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !is_authorization(site) {
        return;
    }
    if let Some(finding) = without_scheme(site).or_else(|| pair_under_bearer(site)) {
        findings.push(finding);
        return;
    }
    let source = site.template.source();
    let Some(Piece::Text(first)) = site.template.ast().first() else { return };
    let start = &source[first.range()];
    if start.len() == source.len() {
        return;
    }
    let length = start.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(start.len());
    let (word, behind) = start.split_at(length);
    let known = SCHEMES.iter().copied().find(|scheme| scheme.eq_ignore_ascii_case(word));
    let Some(scheme) = known.or_else(|| meant_scheme(word)) else { return };
    let message = match behind {
        " " if known.is_some() => {
            collection(site).into_iter().for_each(|finding| findings.push(finding));
            return;
        }
        _ if behind.starts_with(' ') && behind.trim().eq_ignore_ascii_case(scheme) => {
            format!("`{scheme}` stands there twice")
        }
        " " => format!("`{word}` is no scheme"),
        "" if brings_space(site, site.template.expressions().next().map(|expression| &expression.expr)) => return,
        "" => format!("no space stands behind `{word}`"),
        _ if behind.trim().is_empty() => format!("more than one space stands behind `{word}`"),
        _ if behind.trim() == "+" => format!("a `+` stands behind `{word}`, and is sent"),
        _ if behind.starts_with(':') => format!("a colon stands behind `{word}`"),
        "=" | "-" | "_" if known.is_some() => format!("`{behind}` stands behind `{word}`, and no space"),
        _ if behind.trim().chars().all(|letter| "\"'<“‘`".contains(letter)) => {
            format!("quotes stand between `{word}` and the credential")
        }
        _ => return,
    };
    let place = site.place(*first);
    let mut finding =
        malformed(site, message).at(place).help(format!("write `{scheme}`, one space, and the expression"));
    if site.template.ast().len() == 2 {
        finding = finding
            .fix(Fix::suggestion(format!("write `{scheme}` and one space")).replace(place, format!("{scheme} ")));
    }
    findings.push(finding);
}

/// `Bearer {{connection}}`: all that is stored, instead of the token.
fn collection(site: &Site<'_>) -> Option<Diagnostic> {
    const COLLECTIONS: &[&str] = &["connection", "data", "parameters", "common", "temp", "oauth", "body", "headers"];
    let [Piece::Text(_), Piece::Expression(only)] = site.template.ast() else { return None };
    let [root] = steps(site.template, &only.expr)? else { return None };
    if !COLLECTIONS.contains(&root.as_str()) {
        return None;
    }
    let finding = malformed(site, format!("`{root}` is a collection, and no credential"));
    Some(finding.at(site.place(only.expr.span)).help(format!("name the member that is meant: `{root}.…`")))
}

/// `{{'Bearer' + data.accessToken}}`; and in a request for tokens the pair of `Basic` alone.
fn without_scheme(site: &Site<'_>) -> Option<Diagnostic> {
    let template = site.template;
    let expr = whole(template)?;
    // A login of the service's own, in `token` without a grant, may take the pair as it is.
    let is_own_login = || matches!(site.phase, Phase::Token | Phase::Refresh) && !asks_for_tokens(site);
    if is_encoded_pair(template, expr) && !is_own_login() {
        let place = site.node.place;
        let written = serde_json::Value::from(format!("Basic {}", template.source())).to_string();
        let mut finding = malformed(site, "no scheme stands in front of the encoded pair".into()).at(place);
        if !asks_for_tokens(site) {
            finding.severity = Severity::Warning;
        }
        let fix = Fix::suggestion("write `Basic` in front of it").replace(place, written);
        return Some(finding.help("write `Basic`, one space, and the expression").fix(fix));
    }
    let parts = summands(expr);
    let first = parts.first().filter(|_| parts.len() > 1)?;
    let written = text(template, first)?;
    let word = written.trim_end_matches([':', ' ']);
    if let Some(scheme) = SCHEMES.iter().find(|scheme| scheme.eq_ignore_ascii_case(word)) {
        let place = site.place(first.span);
        let message = match &written[word.len()..] {
            // The space may be a text of its own.
            "" if brings_space(site, parts.get(1).copied()) => return None,
            "" => format!("no space stands behind `{scheme}`"),
            behind if behind.starts_with(':') => format!("a colon stands behind `{scheme}`"),
            _ => return None,
        };
        let finding = malformed(site, message).at(place);
        let fix = Fix::suggestion("put a space behind it").replace(place, format!("'{scheme} '"));
        return Some(finding.help(format!("write `{scheme}`, one space, and the expression")).fix(fix));
    }
    let scheme = written.strip_suffix(' ').and_then(meant_scheme)?;
    let place = site.place(first.span);
    let finding = malformed(site, format!("`{word}` is no scheme")).at(place);
    let fix = Fix::suggestion(format!("write `{scheme}`")).replace(place, format!("'{scheme} '"));
    Some(finding.help(format!("write `{scheme}`, one space, and the expression")).fix(fix))
}

/// Whether an expression behind the scheme begins with the space that belongs there: `space`, a text or a key of `temp`
/// that begins so, or a choice among such.
fn brings_space(site: &Site<'_>, expr: Option<&Expr>) -> bool {
    let Some(first) = expr.and_then(|expr| summands(expr).first().copied()) else { return false };
    let is_blank = |text: &str| text.starts_with(' ');
    match &first.kind {
        ExprKind::Keyword(Keyword::Space) => true,
        ExprKind::Text(_) => text(site.template, first).is_some_and(is_blank),
        ExprKind::Path(_) => match steps(site.template, first) {
            Some([root, key]) if root == "temp" => {
                let written = site.owner.get("temp").and_then(|temp| temp.get(key)).and_then(Node::as_str);
                written.is_some_and(|written| is_blank(written) || written.starts_with("{{"))
            }
            _ => false,
        },
        ExprKind::Call(_) => match call(site.template, first) {
            Some(("if" | "switch", [_, choices @ ..])) => choices.iter().any(|choice| brings_space(site, Some(choice))),
            Some(("ifempty", choices)) => choices.iter().any(|choice| brings_space(site, Some(choice))),
            _ => false,
        },
        _ => false,
    }
}

/// `Bearer {{base64(id + ':' + secret)}}` in a request for tokens.
fn pair_under_bearer(site: &Site<'_>) -> Option<Diagnostic> {
    let [Piece::Text(scheme), Piece::Expression(pair)] = site.template.ast() else { return None };
    let written = &site.template.source()[scheme.range()];
    if !asks_for_tokens(site) || !written.eq_ignore_ascii_case("bearer ") || !is_encoded_pair(site.template, &pair.expr)
    {
        return None;
    }
    let place = site.place(*scheme);
    let finding = malformed(site, "a pair of id and secret is sent as `Bearer`".into()).at(place);
    Some(finding.help("its scheme is `Basic`").fix(Fix::suggestion("write `Basic`").replace(place, "Basic ")))
}

/// Whether the text belongs to an OAuth 2 request that fetches tokens.
fn asks_for_tokens(site: &Site<'_>) -> bool {
    let sends_grant =
        ["body", "qs"].iter().any(|place| site.owner.get(place).is_some_and(|sent| sent.get("grant_type").is_some()));
    matches!(site.phase, Phase::Token | Phase::Refresh) && sends_grant
}

fn malformed(site: &Site<'_>, message: String) -> Diagnostic {
    RULE.finding(message)
        .why("the header is a scheme, one space and the credential: services refuse this with 401")
        .in_block(&site.block)
}
