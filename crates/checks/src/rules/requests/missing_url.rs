//! `missing-url`: a block that sends nothing.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Place, Severity};
use connspec_spec::{ComponentKind, Member, Node, NodeValue};

use crate::forms::declared_type;
use crate::other_request::{GoesBy, OtherRequest};
use crate::request::{address_as_method, opening};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Phase, Read};
use crate::subject::{Connection, Whole};

pub static RULE: Rule = Rule {
    code: "CS0203",
    name: "missing-url",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A block without any `url`. A request of a module, a remote procedure or a webhook that says what to send, or reads the
answer, and has no `url` either, nor has the base that it inherits.

## Why
A request without an address is not sent, and Make goes on as if it had been: no token is fetched, nothing is stored, no
error is shown. An empty `info`, `refresh` or `invalidate` (`{}`) is taken as left out on purpose, and so is a request of a
module that only computes something: Make has such steps.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "method": "POST", "body": { "code": "{{temp.code}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token", "method": "POST", "body": { "code": "{{temp.code}}" } }
}
```

## Source
communication.md §3 (5), §5 `url`; corpus-notes.md A8.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    whole.connections.iter().for_each(|connection| of_connection(connection, findings));
    for request in whole.each_other_request().filter(|request| !request.is_of_base() && lacks_url(request)) {
        // What comes in at a webhook is read, and answered, without a request.
        if matches!(module_type(&request), Some("instant_trigger" | "responder")) {
            continue;
        }
        let Some((says, place)) = says_what_to_send(request.node).or_else(|| reads_answer(&request)) else { continue };
        findings.push(
            RULE.finding(format!("a request {says} and has no `url`"))
                .at(place)
                .why("a request without an address is not sent, and nothing says so: the module goes on without its answer")
                .help("give it a `url`")
                .in_block(request.block()),
        );
    }
}

/// Whether a request certainly goes nowhere: neither it nor the base has an address, and no key is a slip for one.
fn lacks_url(request: &OtherRequest<'_, '_>) -> bool {
    const INSTEAD: &[&str] = &["endpoint", "isc", "agency", "uri", "href", "address"];
    let may_be_url =
        |member: &Member| INSTEAD.contains(&member.key.as_str()) || nearest(&member.key, ["url"]).is_some();
    let is_empty = |url: &Node| url.as_str() == Some("");
    let has_url = match request.goes_by("url") {
        GoesBy::Default => false,
        GoesBy::Value(url) => !is_empty(url),
        GoesBy::Unknown => true,
    };
    !has_url
        && !is_in_method(request.node)
        && !request.node.members().iter().any(|member| member.key != "url" && may_be_url(member))
}

/// What shows that a request is to be sent, and where: it has a body, or a method that is not the usual one.
fn says_what_to_send(request: &Node) -> Option<(&'static str, Place)> {
    let is_said = |node: &Node| match &node.value {
        NodeValue::Null => false,
        NodeValue::Text(text) => !text.value.is_empty(),
        NodeValue::Object(members) => !members.is_empty(),
        _ => true,
    };
    let is_get = |method: &Node| method.as_str().is_some_and(|method| method.trim().eq_ignore_ascii_case("GET"));
    let body = request.member("body").filter(|body| is_said(&body.value)).map(|body| ("has a `body`", body.key_place));
    let method = request.member("method").filter(|method| is_said(&method.value) && !is_get(&method.value));
    body.or_else(|| method.map(|method| ("has a `method`", method.key_place)))
}

fn module_type<'a>(request: &OtherRequest<'_, 'a>) -> Option<&'a str> {
    let module = request.other.component.filter(|component| component.kind == ComponentKind::Module)?;
    declared_type(module)?.as_str()
}

/// Where the first request of a component reads its own answer. What a webhook is called with is read by the same names.
fn reads_answer(request: &OtherRequest<'_, '_>) -> Option<(&'static str, Place)> {
    let asks = match request.other.component?.kind {
        ComponentKind::Module => module_type(request).is_some(),
        ComponentKind::Rpc => true,
        _ => false,
    };
    let is_first = request.index.is_none_or(|index| index == 0);
    let sites = request.sites().iter().filter(|_| asks && is_first);
    let mut read = sites.filter(|site| matches!(site.path(), ["response", directive, ..] if *directive != "error"));
    let is_of_answer = |read: &Read<'_>| matches!(read.root(), "body" | "headers" | "statusCode");
    read.any(|site| site.reads().iter().any(is_of_answer)).then(|| ("reads its answer", opening(request.node)))
}

fn of_connection(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(root) = connection.communication() else { return };
    if root.get("url").is_some() {
        return;
    }
    for member in root.effective_members() {
        let Some(phase) = Phase::of_block(&member.key) else { continue };
        let block = &member.value;
        let is_empty = block.is_null() || (block.members().is_empty() && block.elements().is_empty());
        let may_be_empty = matches!(phase, Phase::Info | Phase::Refresh | Phase::Invalidate | Phase::Preauthorize);
        // A step of a list may only compute something for the next.
        let has_url = has_url(block) || block.elements().iter().any(has_url);
        if phase == Phase::SharedOAuth || has_url || (is_empty && may_be_empty) {
            continue;
        }
        findings.push(
            RULE.finding(format!("`{}` has no `url`", member.key))
                .at(member.key_place)
                .why("a request without an address is not sent, and nothing says so: the connection goes on without its answer")
                .help(match block.get("temp") {
                    Some(_) if phase == Phase::Preauthorize => {
                        "move its `temp` to `authorize`, which is the place for what needs no request"
                    }
                    _ => "give it a `url`, or remove the block",
                })
                .in_block(&member.key),
        );
    }
}

fn has_url(request: &Node) -> bool {
    request.get("url").is_some_and(|url| !url.is_null() && url.as_str() != Some("")) || is_in_method(request)
}

/// Whether its address stands in the place of its method, of which `directive-value-unknown` tells.
fn is_in_method(request: &Node) -> bool {
    address_as_method(request).is_some()
}
