//! `connection-without-verification`: nobody asks whether the credentials are right.

use connspec_diagnostics::Severity;
use connspec_spec::{Field, Kind, Node};

use crate::request::{address_as_method, opening};
use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_field, is_secret_key, is_secret_name, normal};
use crate::sending::Request;
use crate::site::{Holding, Phase, Read, Site};
use crate::subject::Connection;
use crate::symbolic::STORE_ROOTS;

pub static RULE: Rule = Rule {
    code: "CS0114",
    name: "connection-without-verification",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A connection that never asks the service whether the credentials are right: a basic one without a request, an OAuth one
without `info`. Also one whose request for that sends nothing of what the user typed or was granted: no credential in a header, the
query, the body or the url.

## Why
Wrong credentials are accepted when the connection is made, and fail later in a scenario. Make's review wants a request
to the app's own API that fails on wrong credentials.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token" },
  "info": { "url": "https://api.acme.test/me", "headers": { "authorization": "Bearer {{connection.accessToken}}" } }
}
```

## Source
connection.md §4.6, §10, §14.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(root) = connection.communication().filter(|root| root.is_object() || root.is_array()) else { return };
    if connection.is_alias() {
        return;
    }
    let (message, help) = if connection.definition.kind == Kind::Basic {
        // A description made by hand has its request under a key of its own.
        let asks = |request: &Node| {
            request.get("url").is_some()
                || address_as_method(request).is_some()
                || request.members().iter().any(|member| member.value.get("url").is_some())
        };
        if connection.requests().any(|(_, _, request)| asks(request)) {
            without_credential(connection, findings);
            return;
        }
        ("this connection sends no request", "give it a `url` that only valid credentials can read, such as /me")
    } else {
        let info = root.get("info");
        let is_empty = |info: &Node| info.members().is_empty() && info.elements().is_empty();
        if info.is_some_and(|info| !is_empty(info)) {
            without_credential(connection, findings);
            return;
        }
        ("this connection has no `info`", "add `info` with a request that only a valid token can make, such as /me")
    };
    findings.push(
        RULE.finding(message)
            .at(opening(root))
            .why("nothing asks the service itself whether the credentials are right; Make's review wants that it is asked")
            .help(help),
    );
}

/// The request that verifies, when it sends no credential.
fn without_credential(connection: &Connection<'_>, findings: &mut Findings) {
    let phase = match connection.definition.kind {
        Kind::Basic => Phase::Basic,
        Kind::OAuth1 => return,
        _ => Phase::Info,
    };
    // A service that can be used without a key has nothing to verify for those who leave it empty.
    let is_optional =
        |field: &Field| !field.required && field.node.get("required").and_then(Node::as_bool) == Some(false);
    let fields = &connection.definition.parameters.fields;
    let has_credential =
        phase == Phase::Info || fields.iter().any(|field| is_secret_field(field) && !is_optional(field));
    let mut asked = connection.requests_of(phase).filter(|request| request.node.get("url").is_some()).peekable();
    let Some(first) = asked.peek().copied().filter(|_| has_credential) else { return };
    if asked.any(|request| sends_credential(connection, &request)) {
        return;
    }
    let url = first.node.member("url").map_or(opening(first.node), |url| url.key_place);
    findings.push(
        RULE.finding(format!("`{}` sends no credential", first.block))
            .at(url)
            .why("its answer does not tell whether the credentials are right: wrong ones fail later, in a scenario")
            .help("send the key or the token as the service wants it, such as in the header `authorization`")
            .in_block(first.block),
    );
}

/// Whether something of a request may be a credential: any expression that is sent, but for those that make the host or
/// the path of names that are no secrets, and headers that say what is understood.
fn sends_credential(connection: &Connection<'_>, request: &Request<'_, '_>) -> bool {
    let is_computed = |key: &str| {
        let sent = request.node.get(key);
        sent.is_some_and(|sent| sent.members().iter().any(|member| member.key.contains("{{")))
    };
    let is_signed = ["oauth", "aws", "{{...}}"].iter().any(|key| request.node.get(key).is_some());
    is_signed
        || ["headers", "qs", "body"].into_iter().any(is_computed)
        || request.sites().iter().any(|site| match site.path() {
            ["url"] => url_holds_credential(connection, site),
            ["headers", name] => !is_of_content(name) && (site.holds(Holding::Expression) || names_a_credential(name)),
            ["headers" | "qs" | "body", ..] => site.holds(Holding::Expression) || names_a_credential(site.key()),
            _ => false,
        })
}

fn names_a_credential(name: &str) -> bool {
    is_secret_name(name) || normal(name).contains("auth") || name.eq_ignore_ascii_case("cookie")
}

fn is_of_content(header: &str) -> bool {
    ["accept", "content-type", "user-agent", "accept-language", "accept-encoding"]
        .iter()
        .any(|known| header.eq_ignore_ascii_case(known))
}

fn url_holds_credential(connection: &Connection<'_>, site: &Site<'_>) -> bool {
    let source = site.template.source();
    let is_of_address = |read: &Read<'_>| {
        let key = read.key().filter(|_| STORE_ROOTS.contains(&read.root()) || read.root() == "common");
        key.is_some_and(|key| !is_secret_key(connection.definition, read.root(), key))
    };
    source.contains(['?', '@']) || site.holds(Holding::Call) || !site.reads().iter().all(is_of_address)
}
