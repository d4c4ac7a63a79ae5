//! `parameter-undefined`: a form value read that no field asks for.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};

use crate::provided::Provided;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;
use crate::values::unguarded;

pub static RULE: Rule = Rule {
    code: "CS0610",
    name: "parameter-undefined",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`parameters.x` in a connection whose form has no field `x`, and which stores nothing under that name.

## Why
It is undefined whatever the user fills in. Where the expression provides for an empty value, as `ifempty` does, that
always holds: a warning.

## Example
```jsonc bundle
{
  "type": "basic",
  "parameters": [{ "name": "apiKey", "type": "password" }],
  "communication": { "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apikey}}" } }
}
```

## Instead
```jsonc bundle
{
  "type": "basic",
  "parameters": [{ "name": "apiKey", "type": "password" }],
  "communication": { "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apiKey}}" } }
}
```

## Fix
A near name is suggested.

## Source
connection.md §3; pitfalls.md 104.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let provided = Provided::by(connection);
    if !provided.is_complete {
        return;
    }
    for site in &connection.sites {
        let relied_on = unguarded(site);
        for read in site.reads().iter().filter(|read| read.root() == "parameters") {
            let Some(key) = read.key().filter(|key| !provided.has(key)) else { continue };
            let mut finding = RULE
                .finding(format!("the form has no field `{key}`"))
                .at(read.place)
                .why("this is undefined whatever the user fills in")
                .in_block(&site.block);
            if !relied_on.contains(&read) {
                finding.severity = Severity::Warning;
                finding.why =
                    "this is undefined whatever the user fills in: what is written for that case always holds".into();
            }
            let near = provided.spelt_alike(key).map(|(name, _)| name).or_else(|| nearest(key, provided.names()));
            finding = match near {
                Some(near) if read.segments.len() == 2 => {
                    let is_plain = near.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                    let right = if is_plain { format!("parameters.{near}") } else { format!("parameters.`{near}`") };
                    finding
                        .help(format!("did you mean `{right}`?"))
                        .fix(Fix::suggestion(format!("read `{right}`")).replace(read.place, right))
                }
                _ => finding.help("add a field of this name to the form, or take the expression out"),
            };
            findings.push(finding);
        }
    }
}
