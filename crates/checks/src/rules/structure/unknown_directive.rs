//! `unknown-directive`: a key that no request or response has.

use smallvec::SmallVec;
use std::cell::LazyCell;
use std::sync::LazyLock;

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_spec::vocabulary::{
    DirectiveWord, InConnection, OAUTH_SIGNING, OAUTH2_BLOCKS, REQUEST_DIRECTIVES, RESPONSE_DIRECTIVES,
    request_directive, response_directive,
};
use connspec_spec::{ComponentKind, Member, Node};
use hashbrown::HashSet;

use super::other_directives;
use crate::rule::{Check, Findings, Rule};
use crate::subject::{Other, Whole};

pub static RULE: Rule = Rule {
    code: "CS0104",
    name: "unknown-directive",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::AsWritten(check),
};

const DOCUMENTATION: &str = r#"
A key of a request, of its `response`, or of a directive inside them (`log`, `valid`, `error`, `metadata`, …), that is no
directive. Base, modules and remote procedures are looked at too, and webhooks: what they do with a call, and the
requests that register them. There only slips are reported: what is near a directive, or another tool's name for one.

## Why
Make ignores keys it does not know. A `header` is not sent, a `params` is not put into the query, a `resposne` is never
read; the request simply goes out without it. What only follows from such a slip is not told besides: where that is an
error, the slip is one.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "header": { "authorization": "Bearer {{parameters.apiKey}}" }
}
```
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me" }
```
```jsonc file=webhooks/events/api.imljson
{ "response": { "status": 202 }, "output": "{{body}}" }
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
}
```
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me" }
```
```jsonc file=webhooks/events/api.imljson
{ "respond": { "status": 202 }, "output": "{{body}}" }
```

## Fix
`header` becomes `headers`: safe, nothing else can be meant. Any other near directive is suggested.

## Source
Make's editor schema for requests; communication.md §1, §5, §7, §9.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for connection in &whole.connections {
        for (_, block, request) in connection.requests() {
            examine_request(request, block, works_in_connection, findings);
        }
        if let Some(oauth) = connection.communication().and_then(|root| root.get("oauth")) {
            examine(oauth, signing(), "`oauth`", "oauth", findings);
        }
    }
    for other in &whole.others {
        let mut found = Findings::default();
        for (block, request) in other.requests() {
            examine_request(request, &block, |_| true, &mut found);
            other_directives::examine_request(request, &block, &mut found);
        }
        if other.is_of(ComponentKind::Webhook, &["communication", "api"]) && !other.is_one_file() {
            other_directives::examine_webhook(other, &mut found);
        }
        // What is no slip may be a layout's own, such as a module written as one file.
        let slips = found.into_vec().into_iter().filter(|finding| !finding.help.starts_with(KNOWN_HERE));
        // A responder says what is answered (communication.md §1, §6).
        let is_meant =
            |finding: &Diagnostic| is_responder(other) && ANSWERED.iter().any(|key| finding.message.starts_with(key));
        slips.filter(|finding| !is_meant(finding)).for_each(|finding| findings.push(finding));
    }
}

/// How the help begins where nothing better is known.
const KNOWN_HERE: &str = "known here are ";

/// What a responder has besides, as messages begin with it.
const ANSWERED: [&str; 3] =
    ["`respond`", "`headers` is no directive of `response`", "`body` is no directive of `response`"];

/// Whether a section belongs to a module of the type `responder`, by its metadata.
fn is_responder(other: &Other<'_>) -> bool {
    let metadata = other.component.and_then(|component| component.metadata.as_ref()?.node.as_ref());
    let kind = metadata.and_then(|node| ["moduleType", "moduleSubtype", "type"].iter().find_map(|key| node.get(key)));
    kind.and_then(Node::as_str) == Some("responder")
}

/// Whether a directive may be suggested.
type Offered = fn(&DirectiveWord) -> bool;

/// Whether a connection may have it.
pub(crate) fn works_in_connection(word: &DirectiveWord) -> bool {
    word.in_connection != InConnection::Forbidden
}

/// What a request may have.
pub(crate) static OF_REQUEST: LazyLock<Vec<&str>> =
    LazyLock::new(|| REQUEST_DIRECTIVES.iter().map(|word| word.name).chain(WHILE).collect());
/// What a `response` may have.
pub(crate) static OF_RESPONSE: LazyLock<Vec<&str>> =
    LazyLock::new(|| RESPONSE_DIRECTIVES.iter().map(|word| word.name).collect());

fn examine_request(request: &Node, block: &str, offered: Offered, findings: &mut Findings) {
    let is_known = |member: &Member| request_directive(&member.key).is_some();
    if !request.members().iter().all(is_known) {
        let is_offered = |name: &str| request_directive(name).is_none_or(offered);
        examine_all(request, (&OF_REQUEST, &is_offered), "a request", block, findings);
    }
    if let Some(response) = request.get("response") {
        let is_known = |member: &Member| response_directive(&member.key).is_some();
        if !response.members().iter().all(is_known) {
            let is_offered = |name: &str| response_directive(name).is_none_or(offered);
            examine_all(response, (&OF_RESPONSE, &is_offered), "`response`", block, findings);
        }
        for (key, known) in INSIDE_RESPONSE {
            if let Some(inner) = response.get(key) {
                examine_inside(key, inner, known, block, findings);
            }
        }
        if let Some(error) = response.get("error") {
            examine_error(error, block, findings);
        }
    }
    for (key, known) in INSIDE_REQUEST {
        if let Some(inner) = request.get(key) {
            examine_inside(key, inner, known, block, findings);
        }
    }
    if let Some(oauth) = request.get("oauth") {
        examine(oauth, signing(), "`oauth`", block, findings);
    }
}

/// Another name of `repeat`.
const WHILE: [&str; 1] = ["while"];

/// The keys of directives that are objects (communication.md §5, §7).
const INSIDE_REQUEST: &[(&str, &[&str])] =
    &[("log", &["sanitize"]), ("condition", &["condition", "default"]), ("repeat", &["condition", "delay", "limit"])];
const INSIDE_RESPONSE: &[(&str, &[&str])] =
    &[("valid", &["condition", "message", "type"]), ("metadata", &["type", "value"])];
const OF_ERROR: &[&str] = &["message", "type"];

fn signing() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| OAUTH_SIGNING.iter().map(|(name, _)| *name).collect());
    &NAMES
}

/// `error` has an entry for each status besides; what looks like one is for `error-status-range`.
fn examine_error(error: &Node, block: &str, findings: &mut Findings) {
    let is_status = |member: &Member| member.key.bytes().any(|byte| byte.is_ascii_digit() || byte == b'*');
    let (entries, words): (SmallVec<[_; 4]>, SmallVec<[_; 4]>) =
        error.members().iter().partition(|member| is_status(member));
    examine_members(&words, (OF_ERROR, &|_| true), "`error`", block, findings);
    entries.iter().for_each(|entry| examine(&entry.value, OF_ERROR, "a status of `error`", block, findings));
}

/// The directives inside the one of this key.
pub(super) fn examine_inside(key: &str, node: &Node, known: &[&'static str], block: &str, findings: &mut Findings) {
    if !holds_only(node, known) {
        examine(node, known, &format!("`{key}`"), block, findings);
    }
}

fn holds_only(node: &Node, known: &[&str]) -> bool {
    node.members().iter().all(|member| known.contains(&&*member.key))
}

pub(super) fn examine(node: &Node, known: &[&'static str], of: &str, block: &str, findings: &mut Findings) {
    // Most objects hold what is known and nothing else.
    if !holds_only(node, known) {
        examine_all(node, (known, &|_| true), of, block, findings);
    }
}

fn examine_all(node: &Node, words: Words<'_>, of: &str, block: &str, findings: &mut Findings) {
    examine_members(&node.members().iter().collect::<Vec<_>>(), words, of, block, findings);
}

/// The words of an object, and which of them may be suggested.
type Words<'w> = (&'w [&'static str], &'w dyn Fn(&str) -> bool);

fn examine_members(
    members: &[&Member],
    (known, is_offered): Words<'_>,
    of: &str,
    block: &str,
    findings: &mut Findings,
) {
    let free = LazyCell::new(|| {
        let written: HashSet<_> = members.iter().map(|member| member.key.as_str()).collect();
        let is_free = |name: &&str| !written.contains(name) && is_offered(name);
        known.iter().copied().filter(is_free).collect::<Vec<_>>()
    });
    for member in members.iter().filter(|member| !known.contains(&&*member.key) && !member.key.contains("...")) {
        let key = &member.key;
        let mut finding = RULE
            .finding(format!("`{key}` is no directive of {of}"))
            .at(member.key_place)
            .why("Make ignores keys it does not know: this one has no effect")
            .in_block(block);
        if holds_blocks(&member.value) {
            finding = finding.help("the blocks stand at the top of the section: take them out of this object");
        } else if let Some(near) = meant_directive(member, &free) {
            let title = format!("rename `{key}` to `{near}`");
            let fix = if key == "header" { Fix::safe(title) } else { Fix::suggestion(title) };
            finding = finding
                .help(format!("did you mean `{near}`?"))
                .fix(fix.replace(member.key_place, format!("\"{near}\"")));
        } else if let Some(place) = home(key, of) {
            finding = finding.help(format!("`{key}` belongs {place}"));
        } else {
            finding = finding.help(format!("{KNOWN_HERE}{}", known_words(known)));
        }
        findings.push(finding);
    }
}

/// The directive that an unknown key stands for, of those its object may have and has not.
pub(crate) fn meant_directive(member: &Member, free: &[&'static str]) -> Option<&'static str> {
    if holds_blocks(&member.value) || member.key.contains("...") {
        return None;
    }
    let mut other_names = meant(&member.key).iter().copied().filter(|name| free.contains(name));
    let meant = other_names.find(|name| may_be(name, &member.value));
    meant.or_else(|| nearest(&member.key, free.iter().copied()))
}

/// Whether a value holds the blocks of an OAuth connection.
fn holds_blocks(value: &Node) -> bool {
    let blocks = value.members().iter().filter(|member| OAUTH2_BLOCKS.contains(&&*member.key));
    blocks.filter(|member| !member.value.is_scalar()).count() >= 2
}

/// Whether the directive of this name can have such a value: what is made of the answer is no part of the request, and
/// the next page is an object.
fn may_be(name: &str, value: &Node) -> bool {
    let mut texts = value.members().iter().filter_map(|member| member.value.as_str());
    match name {
        "pagination" => value.is_object(),
        "headers" | "qs" | "url" | "body" => !texts.any(|text| text.contains("{{body")),
        _ => true,
    }
}

/// Where a directive belongs that stands in the wrong object.
fn home(key: &str, of: &str) -> Option<&'static str> {
    let is_of = |words: &[DirectiveWord]| words.iter().any(|word| word.name == key);
    match of {
        "a request" if is_of(RESPONSE_DIRECTIVES) => Some("inside `response`"),
        "a request" if key == "sanitize" => Some("inside `log`"),
        "`response`" if is_of(REQUEST_DIRECTIVES) => Some("beside `response`, not inside it"),
        _ => None,
    }
}

fn known_words(known: &[&str]) -> String {
    const MOST: usize = 9;
    let shown: Vec<_> = known.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    format!("{}{}", shown.join(", "), if known.len() > MOST { " and others" } else { "" })
}

/// What other tools call a directive, or the directives it may be.
fn meant(key: &str) -> &'static [&'static str] {
    match key {
        "header" => &["headers"],
        "query" | "params" | "querystring" => &["qs"],
        "uri" | "endpoint" | "href" | "address" => &["url"],
        "data" | "payload" | "form" | "json" => &["body"],
        "verb" => &["method"],
        "statusCode" | "status_code" | "httpStatus" => &["status"],
        "if" | "when" | "filter" => &["condition"],
        "name" | "label" | "email" => &["value"],
        "text" | "description" => &["message"],
        "paging" | "pager" | "paginate" | "page" | "pages" | "next" | "nextPage" => &["pagination"],
        "foreach" | "forEach" | "each" | "loop" | "items" | "list" | "array" => &["iterate", "container"],
        "result" | "results" | "return" | "map" | "mapping" => &["output"],
        "max" | "maxResults" | "maxItems" | "take" | "top" => &["limit"],
        "merge" | "inherit" => &["mergeWithParent"],
        "sort" | "sorting" | "direction" => &["order"],
        "key" | "identifier" => &["id"],
        _ => &[],
    }
}
