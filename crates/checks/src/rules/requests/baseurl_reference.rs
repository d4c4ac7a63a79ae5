//! `baseurl-reference`: a variable that does not exist.

use connspec_diagnostics::{Fix, Severity};

use crate::request::literal;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0202",
    name: "baseurl-reference",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A connection that reads `baseUrl` or `base`.

## Why
There are no such variables. The expression gives nothing, and the address begins with its path.

## Example
```jsonc connection
{ "url": "{{baseUrl}}/me" }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me" }
```

## Fix
Where base has a literal `baseUrl`, writing it in place of the expression is suggested.

## Source
communication.md §4 (the variables there are), §6.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for site in &connection.sites {
        for read in site.reads().iter().filter(|read| matches!(read.root(), "baseUrl" | "base" | "baseURL")) {
            let mut finding = RULE
                .finding(format!("there is no variable `{}`", read.segments.join(".")))
                .at(read.place)
                .why("connections know nothing of base: the expression gives nothing, and the address has no host")
                .help("write the whole address")
                .in_block(&site.block);
            let base = connection.app.base.as_ref().and_then(|part| part.node.as_ref());
            let address = base.and_then(|base| literal(base, "baseUrl")).filter(|url| url.starts_with("https://"));
            let whole = site.template.expressions().find(|expression| site.place(expression.expr.span) == read.place);
            if let (Some(address), Some(expression)) = (address, whole) {
                let written = serde_json::Value::from(address.trim_end_matches('/')).to_string();
                let fix = Fix::suggestion("write the base's address");
                finding = finding.fix(fix.replace(site.place(expression.span), written.trim_matches('"')));
            }
            findings.push(finding);
        }
    }
}
