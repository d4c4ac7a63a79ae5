//! `placeholder-host`: a host of the template.

use connspec_diagnostics::Severity;

use crate::request::{Address, Url, is_loopback, urls};
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
    for Url { block, node: url, template, .. } in urls(connection) {
        let Some((host, span)) = Address::of(template).host() else { continue };
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
    let host = host.to_ascii_lowercase();
    let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
    let is_example = match labels.as_slice() {
        [.., second, top] => *second == "example" && matches!(*top, "com" | "org" | "net"),
        _ => false,
    };
    let is_yours = |label: &&str| {
        let behind = label.strip_prefix("your").map(|behind| behind.trim_start_matches(['-', '_']));
        behind.is_some_and(|word| YOURS.contains(&word))
    };
    is_example || labels.last() == Some(&"example") || labels.iter().any(is_yours)
}
