//! `bearer-missing`: an access token without its scheme.

use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_spec::Node;
use hashbrown::HashSet;

use super::header::is_authorization;
use super::lives::data_writes;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::site::Site;
use crate::subject::{Connection, Whole};
use crate::symbolic::{self, plain, steps, store_key};

pub static RULE: Rule = Rule {
    code: "CS0524",
    name: "bearer-missing",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
An `authorization` header holds the stored `access_token` and nothing else, or a stored token that another header of the
app sends behind a scheme.
The base is looked at too.

## Why
The header is a scheme and the token: `Bearer …`. Most services refuse a token without the scheme with 401. Services
that are known to want it so are left alone.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "accessToken": "{{body.access_token}}" } }
  },
  "info": { "url": "https://api.acme.test/me", "headers": { "authorization": "{{connection.accessToken}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "accessToken": "{{body.access_token}}" } }
  },
  "info": { "url": "https://api.acme.test/me", "headers": { "authorization": "Bearer {{connection.accessToken}}" } }
}
```

## Fix
`Bearer` in front of the token is suggested.

## Source
RFC 6750 §2.1.
"#;

/// Services that document the token alone.
const ALONE: &[&str] = &["monday.com", "clickup.com"];

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let base = whole.others.iter().filter(|other| other.component.is_none()).flat_map(|base| &base.sites);
    let of_base: HashSet<&str> = base.filter_map(behind_scheme).collect();
    whole.connections.iter().for_each(|connection| examine(connection, &of_base, findings));
    let bases = whole.others.iter().filter(|other| other.is_base());
    for site in bases.flat_map(|base| &base.sites).filter(|site| is_authorization(site)) {
        let key = whole_key(site);
        let is_token = |connection: &Connection<'_>| {
            key.is_some_and(|key| access_tokens(connection).contains(key) || schemes(connection).contains(key))
        };
        let address = site.owner.get("baseUrl").and_then(Node::as_str).unwrap_or_default();
        if !ALONE.iter().any(|host| address.contains(host)) && whole.connections.iter().any(is_token) {
            findings.push(finding(site));
        }
    }
}

/// The key of the store that is all of a text.
fn whole_key<'a>(site: &Site<'a>) -> Option<&'a str> {
    symbolic::whole(site.template).and_then(|expr| store_key(site.template, expr))
}

/// The keys that the connection sends behind a scheme.
fn schemes<'a>(connection: &Connection<'a>) -> HashSet<&'a str> {
    connection.sites.iter().filter_map(behind_scheme).collect()
}

/// The keys under which it stores the access token.
fn access_tokens<'a>(connection: &Connection<'a>) -> HashSet<&'a str> {
    let holds_access_token = |site: &Site<'_>| {
        let value = symbolic::whole(site.template).and_then(|expr| steps(site.template, expr));
        value.and_then(<[_]>::last).is_some_and(|last| plain(last) == "accesstoken")
    };
    let writes = data_writes(connection, Phase::Token).into_iter();
    writes.filter(|write| write.site.is_some_and(holds_access_token)).map(|write| write.member.key.as_str()).collect()
}

fn finding(site: &Site<'_>) -> Diagnostic {
    let text = serde_json::Value::from(format!("Bearer {}", site.template.source())).to_string();
    RULE.finding("the access token is sent without a scheme")
        .at(site.node.place)
        .why("the header is a scheme and the token: most services refuse this with 401")
        .help("write `Bearer` and a space in front of it")
        .fix(Fix::suggestion("send it as a bearer token").replace(site.node.place, text))
        .in_block(&site.block)
}

/// The key of the store that an `authorization` header sends behind a scheme.
fn behind_scheme<'a>(site: &Site<'a>) -> Option<&'a str> {
    if !is_authorization(site) {
        return None;
    }
    let source = site.template.source();
    let is_scheme = |start: &str| start.len() > 1 && start.trim_end().bytes().all(|byte| byte.is_ascii_alphabetic());
    let scheme = source.split("{{").next().filter(|start| start.ends_with(' ') && is_scheme(start))?;
    let expression = site.template.expressions().next()?;
    (expression.span.range() == (scheme.len()..source.len())).then(|| store_key(site.template, &expression.expr))?
}

fn examine(connection: &Connection<'_>, of_base: &HashSet<&str>, findings: &mut Findings) {
    let (here, access_tokens) = (schemes(connection), access_tokens(connection));
    for request in connection.each_request().filter(|request| matches!(request.phase, Phase::Info | Phase::Invalidate))
    {
        if request.goes_to(ALONE) {
            continue;
        }
        for site in request.sites().iter().filter(|site| is_authorization(site)) {
            let key = whole_key(site);
            let has_scheme_elsewhere = |key: &str| of_base.contains(key) || here.contains(key);
            if !key.is_some_and(|key| access_tokens.contains(key) || has_scheme_elsewhere(key)) {
                continue;
            }
            findings.push(finding(site));
        }
    }
}
