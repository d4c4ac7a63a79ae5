//! `bearer-missing`: an access token without its scheme.

use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_spec::Node;
use hashbrown::{HashMap, HashSet};

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
The scheme that another header has in front of it is suggested, or else `Bearer`.

## Source
RFC 6750 §2.1.
"#;

/// Services that document the token alone.
const ALONE: &[&str] = &["monday.com", "clickup.com"];

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let base = whole.others.iter().filter(|other| other.component.is_none()).flat_map(|base| &base.sites);
    let of_base: Schemes<'_> = base.filter_map(behind_scheme).collect();
    whole.connections.iter().for_each(|connection| examine(connection, &of_base, findings));
    let bases = whole.others.iter().filter(|other| other.is_base());
    for site in bases.flat_map(|base| &base.sites).filter(|site| is_authorization(site)) {
        let key = whole_key(site);
        let address = site.owner.get("baseUrl").and_then(Node::as_str).unwrap_or_default();
        if ALONE.iter().any(|host| address.contains(host)) {
            continue;
        }
        let Some(key) = key else { continue };
        let scheme = whole.connections.iter().find_map(|connection| schemes(connection).get(key).copied());
        let is_token = || whole.connections.iter().any(|connection| access_tokens(connection).contains(key));
        if let Some(scheme) = scheme.or_else(|| is_token().then_some(BEARER)) {
            findings.push(finding(site, scheme));
        }
    }
}

/// The key of the store that is all of a text.
fn whole_key<'a>(site: &Site<'a>) -> Option<&'a str> {
    symbolic::whole(site.template).and_then(|expr| store_key(site.template, expr))
}

/// Keys of the store with the scheme they are sent behind.
type Schemes<'a> = HashMap<&'a str, &'a str>;

const BEARER: &str = "Bearer";

/// The keys that the connection sends behind a scheme.
fn schemes<'a>(connection: &Connection<'a>) -> Schemes<'a> {
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

fn finding(site: &Site<'_>, scheme: &str) -> Diagnostic {
    let text = serde_json::Value::from(format!("{scheme} {}", site.template.source())).to_string();
    let is_bearer = scheme.eq_ignore_ascii_case(BEARER);
    let (what, fix) =
        if is_bearer { ("access token", "send it as a bearer token") } else { ("credential", "send it as elsewhere") };
    RULE.finding(format!("the {what} is sent without a scheme"))
        .at(site.node.place)
        .why("the header is a scheme and the token: most services refuse this with 401")
        .help(format!("write `{scheme}` and a space in front of it"))
        .fix(Fix::suggestion(fix).replace(site.node.place, text))
        .in_block(&site.block)
}

/// The key of the store that an `authorization` header sends behind a scheme, with the scheme.
fn behind_scheme<'a>(site: &Site<'a>) -> Option<(&'a str, &'a str)> {
    if !is_authorization(site) {
        return None;
    }
    let source = site.template.source();
    let is_scheme = |start: &str| start.len() > 1 && start.trim_end().bytes().all(|byte| byte.is_ascii_alphabetic());
    let scheme = source.split("{{").next().filter(|start| start.ends_with(' ') && is_scheme(start))?;
    let expression = site.template.expressions().next()?;
    let is_all = expression.span.range() == (scheme.len()..source.len());
    let key = store_key(site.template, &expression.expr).filter(|_| is_all)?;
    Some((key, scheme.trim_end()))
}

fn examine(connection: &Connection<'_>, of_base: &Schemes<'_>, findings: &mut Findings) {
    let (here, access_tokens) = (schemes(connection), access_tokens(connection));
    for request in connection.each_request().filter(|request| matches!(request.phase, Phase::Info | Phase::Invalidate))
    {
        if request.goes_to(ALONE) {
            continue;
        }
        for site in request.sites().iter().filter(|site| is_authorization(site)) {
            let Some(key) = whole_key(site) else { continue };
            let elsewhere = here.get(key).or_else(|| of_base.get(key)).copied();
            if let Some(scheme) = elsewhere.or_else(|| access_tokens.contains(key).then_some(BEARER)) {
                findings.push(finding(site, scheme));
            }
        }
    }
}
