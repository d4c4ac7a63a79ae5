//! `secret-in-query`: a token, password or client secret in a url.

use connspec_diagnostics::{Diagnostic, Severity};
use connspec_spec::Node;

use crate::logged::{Covers, SecretField, segments};
use crate::providers::{TOKEN_IN_PATH, TOKEN_IN_QUERY, is_one_of};
use crate::request::Address;
use crate::rule::{Check, Findings, Rule};
use crate::sanitize::list_of;
use crate::secrets::{is_secret_key, normal};
use crate::site::{Phase, Read, Site};
use crate::subject::Whole;
use crate::symbolic::STORE_ROOTS;
use crate::values::{Through, carried};

pub static RULE: Rule = Rule {
    code: "CS0704",
    name: "secret-in-query",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
An access or refresh token, a password or a client secret in `qs` or in the `url`.
Base, modules, remote procedures and the requests of webhooks are looked at too; there `parameters` and `data` are the
component's own, and what a user fills into them is not looked at.

An API key there is reported only where the app sends the same key to the same host in a header too: where a service
takes its key from the query only, the author has no choice. Nor is that reported which a provider documents so: HubSpot's
information about a token, which stands in the address; and, where `log.sanitize` hides it, `access_token` in the query of
Meta's graph (Facebook, Instagram, Threads), with the client's secret where tokens are exchanged there.

## Why
Urls are written into the logs of every server and proxy on the way, and into the browser's history. OAuth forbids
client secrets there, and since RFC 9700 access tokens as well; a header does the same in every service that speaks OAuth.

## Example
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token", "method": "POST" },
  "info": {
    "url": "https://api.acme.test/me",
    "qs": { "access_token": "{{connection.accessToken}}" }
  }
}
```

## Instead
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token", "method": "POST" },
  "info": {
    "url": "https://api.acme.test/me",
    "headers": { "authorization": "Bearer {{connection.accessToken}}" }
  }
}
```

## Source
RFC 6749 §2.3.1, RFC 6750 §2.3, RFC 9700 §4.3.2; pitfalls.md 117; communication.md §4.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let of_connections = whole.connections.iter().flat_map(|connection| &connection.sites);
    let sites = of_connections.chain(whole.other_sites());
    for site in sites.filter(|site| matches!(site.path().first().copied(), Some("qs" | "url"))) {
        let Some((read, what)) = secret(site) else {
            if let Some(finding) = key_of_a_header(whole, site) {
                findings.push(finding);
            }
            continue;
        };
        if is_documented(whole, site, what) {
            continue;
        }
        let seen = if site.phase == Phase::Authorize {
            "this url goes through the user's browser: it stays in the history, and anybody on the way can read it"
        } else {
            "every server and proxy on the way may write the url into its log"
        };
        let help = match what {
            "a token" => "send it as the header `authorization: Bearer …`, unless the service takes it nowhere else",
            _ => "send it in the body of a POST, or in the header `authorization`",
        };
        findings.push(
            RULE.finding(format!("{what} in the {}", if site.path()[0] == "qs" { "query" } else { "url" }))
                .at(read.place)
                .why(seen)
                .help(help)
                .in_block(&site.block),
        );
    }
}

/// The secret that the text carries, and what it is.
fn secret<'s, 'a>(site: &'s Site<'a>) -> Option<(&'s Read<'a>, &'static str)> {
    let of_connection = |read: &&Read| match read.root() {
        "connection" | "common" | "temp" => true,
        "parameters" | "data" => site.phase.is_connection(),
        _ => false,
    };
    let mut reads = carried(site, Through::Unchanged).into_iter().filter(of_connection);
    reads.find_map(|read| {
        let what = match normal(read.key()?).as_str() {
            "accesstoken" | "refreshtoken" => "a token",
            // What a component keeps under such a name may be one it was asked to set.
            "password" | "passwd" | "userpassword" if site.phase.is_connection() || read.root() != "temp" => {
                "a password"
            }
            "clientsecret" | "consumersecret" => "a client secret",
            _ => return None,
        };
        Some((read, what))
    })
}

/// Whether the provider's documentation sends the secret there. Where another way would do as well, its own log must hide
/// it at least.
#[cold]
fn is_documented<'a>(whole: &Whole<'a>, site: &Site<'a>, what: &str) -> bool {
    let Some(host) = host_of(whole, site) else { return false };
    let written = || site.template.source();
    let is_path = |path: &&str| {
        let mut behind = written().split_once(path).into_iter().map(|(_, behind)| behind);
        behind.any(|behind| behind.starts_with("{{") && !behind.contains('?'))
    };
    let in_path = |(known, paths): &(&str, &[&str])| is_one_of(host, &[*known]) && paths.iter().any(&is_path);
    if what == "a token" && site.path() == ["url"] && TOKEN_IN_PATH.iter().any(in_path) {
        return true;
    }
    if site.phase == Phase::Authorize || !is_one_of(host, TOKEN_IN_QUERY) {
        return false;
    }
    let of_owner = || site.owner.get("url").and_then(Node::as_str).unwrap_or_default().split('?').next();
    let exchanges = || of_owner().is_some_and(|address| address.trim_end_matches('/').ends_with("access_token"));
    let is_named = match (site.path(), what) {
        (["qs", "access_token" | "fb_exchange_token" | "input_token"], "a token") => true,
        (["url"], "a token") => written().contains("?access_token=") || written().contains("&access_token="),
        (["qs", "client_secret"] | ["url"], "a client secret") => exchanges(),
        _ => false,
    };
    is_named && is_hidden(whole, site)
}

/// Whether `log.sanitize` of the request, or of the base it inherits, hides the text.
fn is_hidden(whole: &Whole<'_>, site: &Site<'_>) -> bool {
    let base = whole.app.base.as_ref().filter(|_| !site.phase.is_connection()).and_then(|part| part.node.as_ref());
    let lists = [Some(site.owner), base].into_iter().flatten().filter_map(list_of);
    let paths: Vec<_> = lists.flat_map(Node::elements).filter_map(Node::as_str).map(segments).collect();
    let path = std::iter::once("request").chain(site.path().iter().copied()).collect();
    Covers::of(&paths).hide(&SecretField { path, place: site.node.place })
}

/// A key of the connection that the app sends to the same host in a header as well.
fn key_of_a_header<'a>(whole: &Whole<'a>, site: &Site<'a>) -> Option<Diagnostic> {
    // A browser that is sent to a page takes no header along.
    if site.reads().is_empty() || site.phase == Phase::Authorize {
        return None;
    }
    let sent = carried(site, Through::Unchanged);
    let read = sent.into_iter().find(|read| stored_key(site, read).is_some_and(|key| is_secret(whole, key)))?;
    let key = stored_key(site, read)?;
    let host = host_of(whole, site)?;
    let of_connections = whole.connections.iter().flat_map(|connection| &connection.sites);
    let mut headers = of_connections.chain(whole.other_sites()).filter(|site| matches!(site.path(), ["headers", _]));
    let header = headers.find(|header| {
        let mut reads = header.reads().iter();
        reads.any(|read| stored_key(header, read) == Some(key))
            && carried(header, Through::Unchanged).into_iter().any(|read| stored_key(header, read) == Some(key))
            && host_of(whole, header).is_some_and(|other| other.eq_ignore_ascii_case(host))
    })?;
    let what = if site.path()[0] == "qs" { "query" } else { "url" };
    Some(
        RULE.finding(format!("`{key}` in the {what}, and elsewhere in a header"))
            .at(read.place)
            .why("every server and proxy on the way may write the url into its log; the service takes the key in a header")
            .help(format!("send it in the header `{}`, as `{}` does", header.key(), header.block))
            .also(header.node.place, "sent in a header here")
            .in_block(&site.block),
    )
}

/// The key of the connection's store that is read: its form's in its own texts, `connection.x` elsewhere.
fn stored_key<'a>(site: &Site<'_>, read: &Read<'a>) -> Option<&'a str> {
    let is_of_store = read.root() == "connection" || (site.phase.is_connection() && STORE_ROOTS.contains(&read.root()));
    read.key().filter(|_| is_of_store && read.segments.len() == 2)
}

fn is_secret(whole: &Whole<'_>, key: &str) -> bool {
    whole.connections.iter().any(|connection| is_secret_key(connection.definition, "connection", key))
}

/// The host that a text is sent to, where it is written out: its own, or the base's.
fn host_of<'a>(whole: &Whole<'a>, site: &Site<'a>) -> Option<&'a str> {
    let of_address = |node: &'a Node| Address::of(node.template()?).host().map(|(host, _)| host);
    let of_base = || whole.app.base.as_ref()?.node.as_ref()?.get("baseUrl");
    let own = site.owner.get("url");
    let is_relative = own.is_none_or(|url| url.as_str().is_some_and(|url| url.starts_with('/')));
    match own.and_then(of_address) {
        None if is_relative && !site.phase.is_connection() => of_address(of_base()?),
        host => host,
    }
}
