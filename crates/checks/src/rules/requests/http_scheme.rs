//! `http-scheme`: credentials in clear.

use connspec_diagnostics::{Fix, Severity, Span};

use crate::request::{Address, is_loopback};
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0204",
    name: "http-scheme",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
An address of a connection, of the app's base, or of a module, remote procedure or webhook that begins with `http://`.

## Why
Credentials and tokens travel in clear, and everyone on the way can read them. Addresses of this machine are fine.

## Example
```jsonc connection
{ "url": "http://api.acme.test/me" }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me" }
```

## Fix
`https` is suggested: not every service answers there.

## Source
RFC 6749 §3.1, §3.2: both endpoints must be used over TLS.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let of_connections = whole.connections.iter().flat_map(|connection| connection.each_request());
    of_connections.filter_map(|request| request.url_site()).for_each(|url| look(url, findings));
    // An address beside that of the base gets the same headers, and with them the same credentials.
    for site in whole.other_sites().filter(|site| matches!(site.path(), ["baseUrl" | "url"] | ["pagination", "url"])) {
        look(site, findings);
    }
}

fn look(url: &Site<'_>, findings: &mut Findings) {
    let address = Address::of(url.template);
    let Some(scheme) = address.literal_start().get(..7).filter(|start| start.eq_ignore_ascii_case("http://")) else {
        return;
    };
    if address.host().is_some_and(|(host, _)| is_loopback(host)) {
        return;
    }
    findings.push(
        RULE.finding("an address without TLS")
            .at(url.place(Span::new(0, scheme.len())))
            .why("credentials and tokens travel in clear")
            .help("use https://")
            .in_block(&*url.block)
            .fix(Fix::suggestion("use https").replace(url.place(Span::new(0, 4)), "https")),
    );
}
