//! `missing-client-auth`: a token request that does not say which client asks.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Member;
use serde_json::json;

use super::lives::refresh;
use crate::edit::insert_member;
use crate::misnamed::misnamed;
use crate::request::{header, headers_are_computed};
use crate::rule::{Check, Findings, Rule};
use crate::rules::expressions::kinds::each_node;
use crate::secrets::{is_client_secret, is_secret_key};
use crate::sending::{Request, Sent};
use crate::site::{Phase, Read, Site};
use crate::subject::Connection;
use crate::symbolic::{call, plain};

pub static RULE: Rule = Rule {
    code: "CS0521",
    name: "missing-client-auth",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`token` redeems a code, or asks with `client_credentials`, and names no client: no `client_id`, no `authorization`
header. Also: `client_credentials` with a `client_id` and nothing that could prove it, no secret, no header, no assertion;
and of `token` and `refresh` at the same host one sends a `client_secret` and the other proves nothing, or sends the secret
without the `client_id` that the other one sends.

## Why
The provider must know who asks: it answers `invalid_client` or `invalid_request`. The grant `client_credentials` is for
clients alone that can keep a secret. The password grant may go without, and so may a login of a service's own.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "authorization_code", "code": "{{temp.code}}" }
  }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "body": {
      "grant_type": "authorization_code",
      "code": "{{temp.code}}",
      "client_id": "{{parameters.clientId}}",
      "client_secret": "{{parameters.clientSecret}}"
    }
  }
}
```

## Fix
The secret that the form or the common data have, or that the other request sends, is suggested.

## Source
RFC 6749 §2.3, §3.2.1, §4.1.3, §4.4, §6.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    nobody(connection, findings);
    without_secret(connection, findings);
    only_in_one(connection, findings);
}

/// A request that names no client at all.
fn nobody(connection: &Connection<'_>, findings: &mut Findings) {
    for token in connection.requests_of(Phase::Token).filter(|token| token.node.get("url").is_some()) {
        let redeems = connection.exchanges_code()
            && token.sends("code").is_there()
            && token.sends("grant_type").literal() == Some("authorization_code");
        let for_itself = token.sends("grant_type").literal() == Some("client_credentials");
        if !(redeems || for_itself) || may_name_a_client(&token) {
            continue;
        }
        findings.push(
            RULE.finding(format!("`{}` does not say which client asks", token.block))
                .at(token.key_place())
                .why("the provider answers `invalid_client`: it must know who asks")
                .help("send `client_id` and `client_secret` in the body, or an `authorization` header")
                .in_block(token.block),
        );
    }
}

/// Whether anything the request sends may tell the client: a header of any kind of authorization, a parameter named
/// like a client, a value that comes from the form or from common data, or something computed.
fn may_name_a_client(token: &Request<'_, '_>) -> bool {
    let names = |name: &str| {
        let name = plain(name);
        ["client", "authorization", "assertion", "appid", "key", "secret"].iter().any(|part| name.contains(part))
    };
    let tells = |site: &&Site<'_>| {
        site.path().iter().any(|key| names(key) || key.contains("{{"))
            || site.reads().iter().any(|read| matches!(read.root(), "parameters" | "common" | "data" | "connection"))
    };
    let mut sent = token
        .sites()
        .iter()
        .filter(|site| !site.is_response_side() && site.path().first().is_some_and(|key| *key != "condition"));
    let has_certificate = token.node.get("ca").is_some() || token.node.get("oauth").is_some();
    has_certificate || !token.sends("client_id").is_absent() || sent.any(|site| tells(&site))
}

/// `client_credentials` with the id of the client alone.
fn without_secret(connection: &Connection<'_>, findings: &mut Findings) {
    let requests = connection.each_request().filter(|request| matches!(request.phase, Phase::Token | Phase::Refresh));
    for request in requests.filter(|request| request.sends("grant_type").literal() == Some("client_credentials")) {
        if !request.sends("client_id").is_there() || may_prove_itself(connection, &request) {
            continue;
        }
        let mut finding = RULE
            .finding(format!("`{}` asks for itself, and sends no client secret", request.block))
            .at(request.key_place())
            .why("this grant is for clients that prove who they are: the provider answers `invalid_client`")
            .help("send `client_secret` in the body, or id and secret in an `authorization` header")
            .in_block(request.block);
        let body = request.node.get("body").filter(|body| body.is_object());
        if let (Some(body), Some(secret)) = (body, known_secret(connection)) {
            let value = json!(format!("{{{{{secret}}}}}"));
            let edits = insert_member(&connection.definition.sources, body, "client_secret", &value);
            finding = finding.fix(Fix::suggestion(format!("send `{secret}`")).with_edits(edits));
        }
        findings.push(finding);
    }
}

/// The variable with the secret of the client, where a form or the common data have one.
fn known_secret(connection: &Connection<'_>) -> Option<String> {
    let definition = connection.definition;
    let is_plain = |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let of_form = || definition.parameters.fields.iter().map(|field| ("parameters", field.name.as_str()));
    let of_common = || definition.common.keys().map(|name| ("common", name.as_str()));
    let mut known = of_form().chain(of_common());
    let (root, name) = known.find(|(_, name)| is_client_secret(name) && is_plain(name))?;
    Some(format!("{root}.{name}"))
}

/// Whether anything the request sends may prove who the client is, by its name, by the variable it is made of, or
/// because a function makes it.
fn may_prove_itself<'a>(connection: &Connection<'a>, request: &Request<'_, 'a>) -> bool {
    const WORDS: &[&str] = &[
        "secret",
        "assert",
        "auth",
        "pass",
        "pwd",
        "key",
        "sign",
        "token",
        "cert",
        "jwt",
        "hash",
        "hmac",
        "cookie",
        "credential",
        "code",
        "session",
        "login",
        "user",
    ];
    const HARMLESS: &[&str] = &["join", "distinct", "merge", "if", "ifempty", "trim", "lower", "encodeURL", "toString"];
    let speaks_of_proof = |name: &str| {
        let name = plain(name);
        WORDS.iter().any(|word| name.contains(word))
    };
    let comes_from_proof = |read: &Read<'_>| {
        let (root, name) = (read.root(), read.segments.last().map_or("", |name| name.as_str()));
        let is_known = matches!(root, "parameters" | "connection" | "data" | "common" | "oauth");
        !is_known || speaks_of_proof(name) || is_secret_key(connection.definition, root, name)
    };
    let is_made = |site: &Site<'_>| {
        let mut is_made = false;
        each_node(site.template, &mut |expr| {
            is_made |= call(site.template, expr).is_some_and(|(name, _)| !HARMLESS.contains(&name));
        });
        is_made
    };
    let proves = |site: &Site<'_>| match site.path() {
        ["condition", ..] | ["response", ..] | ["type" | "method" | "encodeUrl", ..] => false,
        [place, keys @ ..] => {
            let written = site.template.source();
            let parameters = match *place {
                "url" => written.split_once('?').map_or("", |(_, query)| query),
                "body" if keys.is_empty() => written,
                _ => "",
            };
            keys.iter().any(|key| key.contains("{{") || speaks_of_proof(key))
                || speaks_of_proof(&parameters.replace("client_credentials", ""))
                || (*place == "url" && written.contains('@'))
                || (*place != "url" && (site.reads().iter().any(comes_from_proof) || is_made(site)))
        }
        [] => true,
    };
    let is_elsewhere = ["ca", "oauth", "aws"].iter().any(|key| request.node.get(key).is_some());
    is_elsewhere
        || headers_are_computed(request.node)
        || !request.sends("client_secret").is_absent()
        || request.sites().iter().any(proves)
        || !misnamed(connection, request).is_empty()
}

/// The secret in the exchange and not in the renewal, or the other way round (RFC 6749 §6).
fn only_in_one(connection: &Connection<'_>, findings: &mut Findings) {
    let is_grant = |request: &Request<'_, '_>, grants: &[&str]| {
        request.sends("grant_type").literal().is_some_and(|grant| grants.contains(&grant))
    };
    let token = connection.requests_of(Phase::Token).find(|token| is_grant(token, &["authorization_code", "password"]));
    let renewal = refresh(connection).filter(|renewal| is_grant(renewal, &["refresh_token"]));
    let (Some(token), Some(renewal)) = (token, renewal) else { return };
    if renewal.host().is_none() || renewal.host() != token.host() {
        return;
    }
    secret_of_nobody(connection, [&token, &renewal], findings);
    let (with, without) = match (token.sends("client_secret"), renewal.sends("client_secret")) {
        (Sent::Member(_), Sent::Absent) => (&token, &renewal),
        (Sent::Absent, Sent::Member(_)) => (&renewal, &token),
        _ => return,
    };
    // Otherwise it may show who it is in another way, or names no client at all.
    if without.sends("client_id").is_absent() || proves_itself_otherwise(connection, without) {
        return;
    }
    let Sent::Member(secret) = with.sends("client_secret") else { return };
    let mut finding = RULE
        .finding(format!("`{}` sends no `client_secret`, and `{}` does", without.block, with.block))
        .at(without.key_place())
        .why("a client that has a secret must prove itself each time: the provider answers `invalid_client`")
        .help("send `client_secret` here as well")
        .also(secret.key_place, "sent here")
        .in_block(without.block);
    if let (Some(body), Some(value)) = (without.node.get("body").filter(|body| body.is_object()), secret.value.as_str())
    {
        let edits = insert_member(&connection.definition.sources, body, "client_secret", &json!(value));
        finding = finding.fix(Fix::suggestion("send the secret").with_edits(edits));
    }
    findings.push(finding);
}

/// The secret without the id that the other request sends beside it (RFC 6749 §2.3.1).
fn secret_of_nobody<'a>(connection: &Connection<'a>, requests: [&Request<'_, 'a>; 2], findings: &mut Findings) {
    let [token, renewal] = requests;
    let (with, without) = match (token.sends("client_id"), renewal.sends("client_id")) {
        (Sent::Member(_), Sent::Absent) => (token, renewal),
        (Sent::Absent, Sent::Member(_)) => (renewal, token),
        _ => return,
    };
    let (Sent::Member(_), Sent::Member(secret)) = (with.sends("client_secret"), without.sends("client_secret")) else {
        return;
    };
    let is_named_otherwise = |member: &&Member| {
        let name = plain(&member.key);
        name != "clientsecret" && ["client", "appid", "appkey", "assertion"].iter().any(|part| name.contains(part))
    };
    let objects = ["qs", "body"].into_iter().filter_map(|key| without.node.get(key));
    if header(without.node, "authorization").is_some()
        || headers_are_computed(without.node)
        || objects.flat_map(|object| object.effective_members()).any(|member| is_named_otherwise(&member))
        || !misnamed(connection, without).is_empty()
    {
        return;
    }
    let Sent::Member(id) = with.sends("client_id") else { return };
    let mut finding = RULE
        .finding(format!(
            "`{}` sends `client_secret` without `client_id`, and `{}` sends both",
            without.block, with.block
        ))
        .at(secret.key_place)
        .why("a secret says nothing of whose it is: the provider answers `invalid_client`")
        .help("send `client_id` here as well")
        .also(id.key_place, "sent here")
        .in_block(without.block);
    if let (Some(body), Some(value)) = (without.node.get("body").filter(|body| body.is_object()), id.value.as_str()) {
        let edits = insert_member(&connection.definition.sources, body, "client_id", &json!(value));
        finding = finding.fix(Fix::suggestion("send the id").with_edits(edits));
    }
    findings.push(finding);
}

fn proves_itself_otherwise<'a>(connection: &Connection<'a>, request: &Request<'_, 'a>) -> bool {
    let is_otherwise =
        |member: &&Member| plain(&member.key).contains("assertion") || plain(&member.key).contains("secret");
    let objects = ["qs", "body"].into_iter().filter_map(|key| request.node.get(key));
    header(request.node, "authorization").is_some()
        || headers_are_computed(request.node)
        || request.node.get("ca").is_some()
        || objects.flat_map(|object| object.effective_members()).any(|member| is_otherwise(&member))
        || !misnamed(connection, request).is_empty()
}
