//! `integration-message-after-email`: a notification nobody gets.

use crate::integration::{Integration, named};
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::Severity;
pub static RULE: Rule = Rule {
    code: "CS1136",
    name: "integration-message-after-email",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
An entry of `post_execute_notification` behind one of type `email`.

## Why
A run ends with the first e-mail: what stands behind it is never sent.

## Example
```jsonc connection
{
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }],
  "post_execute_notification": [
    { "type": "email", "to": "{{ email }}", "subject": "Hi", "message": "Welcome" },
    { "type": "text", "to": "{{ email }}", "subject": "Hi", "message": "Welcome" }
  ]
}
```

## Instead
```jsonc connection
{
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }],
  "post_execute_notification": [
    { "type": "text", "to": "{{ email }}", "subject": "Hi", "message": "Welcome" },
    { "type": "email", "to": "{{ email }}", "subject": "Hi", "message": "Welcome" }
  ]
}
```

## Source
chiefonboarding.md §4: returns after the first e-mail item.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let messages = &integration.manifest.notifications;
    let Some(email) = messages.iter().position(|message| message.kind == "email") else { return };
    for (index, message) in messages.iter().enumerate().skip(email + 1) {
        findings.push(
            RULE.finding("this notification is never sent")
                .at(message.place)
                .also(messages[email].place, "the run ends with this e-mail")
                .why("a run ends with the first e-mail")
                .help("put it before the e-mail")
                .in_block(named(&format!("/post_execute_notification/{index}"))),
        );
    }
}
