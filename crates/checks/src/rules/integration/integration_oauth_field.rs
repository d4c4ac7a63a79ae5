//! `integration-oauth-field`: `oauth.…` where nothing stands behind it.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity, Span};

use crate::integration::{Integration, Stage};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1118",
    name: "integration-oauth-field",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
`{{ oauth.… }}` in a manifest without `oauth`; in `authenticate_url` and `access_token`, where no token has been fetched
yet; and a member no token answer has because it is a slip of the pen. Members beyond those of RFC 6749 and OpenID
Connect get a remark: whether this provider answers them, the manifest cannot tell.

## Why
Django puts nothing in its place, so a request goes out without its token.

## Example
```jsonc connection
{
  "headers": { "Authorization": "Bearer {{ oauth.acces_token }}" },
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id={{ ID }}&redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://acme.test/token", "method": "POST", "headers": { "Accept": "application/json" } }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "headers": { "Authorization": "Bearer {{ oauth.access_token }}" },
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id={{ ID }}&redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://acme.test/token", "method": "POST", "headers": { "Accept": "application/json" } }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Fix
A member that is nearly right is suggested.

## Source
chiefonboarding.md §3, §7; RFC 6749 §5.1; OpenID Connect Core §3.1.3.3.
"#;

const KNOWN: &[&str] = &["access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token"];

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for text in &integration.texts {
        if text.template.bound_names().contains(&"oauth") {
            continue;
        }
        for variable in text.template.variables().into_iter().filter(|variable| variable.path[0] == "oauth") {
            let shown = variable.path.join(".");
            let finding = RULE.finding(format!("nothing stands behind `{shown}`")).at(text.place(variable.span));
            let finding = finding.in_block(&text.block);
            if integration.manifest.oauth.is_none() {
                findings.push(finding.why("the manifest has no `oauth` that fetches tokens").help("add `oauth`"));
                continue;
            }
            if matches!(text.stage, Stage::Page | Stage::Token) {
                findings.push(finding.why("no token has been fetched yet").help("take it out"));
                continue;
            }
            let Some(field) = variable.path.get(1).filter(|field| !KNOWN.contains(&field.as_str())) else { continue };
            let start = variable.span.start as usize + "oauth.".len();
            let place = text.place(Span::new(start, start + field.len()));
            match nearest(field, KNOWN.iter().copied()) {
                Some(near) => findings.push(
                    finding
                        .why("no token answer has such a member")
                        .help(format!("did you mean `oauth.{near}`?"))
                        .fix(Fix::suggestion(format!("write `{near}`")).replace(place, near)),
                ),
                None => {
                    let mut finding = RULE
                        .finding(format!("`{shown}` is there only if this provider answers it"))
                        .at(text.place(variable.span))
                        .in_block(&text.block)
                        .why("it is none of the members RFC 6749 and OpenID Connect name")
                        .help("look at the provider's documentation, or at a recorded answer");
                    finding.severity = Severity::Info;
                    findings.push(finding);
                }
            }
        }
    }
}
