//! `placeholder-host`: a host of the template.

use connspec_diagnostics::Severity;

use crate::request::{Url, is_loopback, urls};
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0205",
    name: "placeholder-host",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A host that stands for "your own": `www.example.com`, `your-domain.com`.

## Why
Make's templates begin with such hosts. No service answers there, or a stranger's does, and gets the credentials.

## Example
```jsonc connection
{ "url": "https://www.example.com/api/whoami" }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me" }
```

## Source
RFC 2606 §3, RFC 6761 §6.5 (the example names); corpus-notes.md B.
"#;

/// Words that follow `your` in hosts nobody has.
const YOURS: &[&str] =
    &["domain", "company", "app", "api", "site", "server", "instance", "subdomain", "service", "host"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for Url { block, node: url, host, .. } in urls(connection) {
        let Some((host, span)) = host else { continue };
        if is_loopback(host) {
            let mut finding = RULE
                .finding(format!("`{host}` is the machine that runs the request"))
                .at(url.place_of(span))
                .why("Make refuses addresses of its own machines: the connection works on this one only")
                .help("write the host of the service; `--map-origin` leads it to one on your machine while you test")
                .in_block(block);
            finding.severity = Severity::Warning;
            findings.push(finding);
        }
        if is_placeholder(host) {
            findings.push(
                RULE.finding(format!("`{host}` is a placeholder"))
                    .at(url.place_of(span))
                    .why("no service answers there, or a stranger's does and receives the credentials")
                    .help("write the host of the service")
                    .in_block(block),
            );
        }
    }
}

fn is_placeholder(host: &str) -> bool {
    let labels = || host.trim_end_matches('.').split('.');
    let is = |label: &str, words: &[&str]| words.iter().any(|word| label.eq_ignore_ascii_case(word));
    let mut from_the_top = labels().rev();
    let (top, second) = (from_the_top.next().unwrap_or_default(), from_the_top.next().unwrap_or_default());
    let is_example = is(second, &["example"]) && is(top, &["com", "org", "net"]);
    let is_yours = |label: &str| {
        let (start, behind) = label.split_at_checked(4).unwrap_or_default();
        is(start, &["your"]) && is(behind.trim_start_matches(['-', '_']), YOURS)
    };
    is_example || is(top, &["example"]) || labels().any(is_yours)
}
