//! `integration-unknown-variable`: a name in a template that nothing fills.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity, Span};
use connspec_spec::dialect::{ManifestType, NEXT_PAGE_TOKEN, REDIRECT_URL, USER_FIELDS};

use crate::integration::{Integration, Stage};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1117",
    name: "integration-unknown-variable",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A name in a template that is no id of a form, no name of `store_data`, no field of the person and none of the variables
every template has; and one that has no value yet where it stands: fields of the person, answers of `form` and what
`store_data` keeps do not exist while `oauth` is walked through, and an import is about nobody. A name with a default
filter is left alone.

## Why
Django puts nothing in its place, so the request goes out with a hole in it. There is no `{{ code }}`: the code of the
callback is appended to the address of `access_token` and stands nowhere else.

## Example
```jsonc connection
{
  "initial_data_form": [{ "id": "TOKEN", "name": "Token", "description": "A token", "secret": true }],
  "headers": { "Authorization": "Bearer {{ TOKNE }}" },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "initial_data_form": [{ "id": "TOKEN", "name": "Token", "description": "A token", "secret": true }],
  "headers": { "Authorization": "Bearer {{ TOKEN }}" },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Fix
A name that is nearly right is suggested.

## Source
chiefonboarding.md §3, templates; §7.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let asked: Vec<&str> = integration.manifest.initial_data_form.iter().map(|item| item.id.as_str()).collect();
    let others = integration.forms().filter(|(form, _)| *form != "initial_data_form").map(|(_, item)| item.id.as_str());
    let stored = integration.requests().into_iter().flat_map(|(_, item)| &item.store_data);
    let later: Vec<&str> = others.chain(stored.map(|pair| pair.value.0.as_str())).collect();
    let imports = integration.manifest.manifest_type == ManifestType::SyncUsers;
    for text in &integration.texts {
        let bound = text.template.bound_names();
        let alone = matches!(text.stage, Stage::Page | Stage::Token);
        let defaulted: Vec<Span> = text
            .template
            .outputs()
            .iter()
            .filter(|output| output.has_filter("default") || output.has_filter("default_if_none"))
            .map(|output| output.span)
            .collect();
        for variable in text.template.variables() {
            let name = variable.path[0].as_str();
            let is_field = USER_FIELDS.contains(&name);
            let is_known = match name {
                "oauth" | "responses" | "files" | REDIRECT_URL => true,
                NEXT_PAGE_TOKEN => matches!(text.stage, Stage::NextPage | Stage::Headers),
                _ if asked.contains(&name) || bound.contains(&name) => true,
                _ if later.contains(&name) => !alone,
                _ => is_field && !alone && !imports,
            };
            let has_default =
                defaulted.iter().any(|span| span.start <= variable.span.start && variable.span.end <= span.end);
            if is_known || has_default {
                continue;
            }
            let span = Span::new(variable.span.start as usize, variable.span.start as usize + name.len());
            let finding =
                RULE.finding(format!("nothing fills `{name}` here")).at(text.place(span)).in_block(&text.block);
            let known = asked.iter().chain(later.iter().filter(|_| !alone)).copied();
            let fields = USER_FIELDS.iter().filter(|_| !alone && !imports).copied();
            findings.push(if name == "code" && alone {
                finding
                    .why("the code of the callback has no variable; it is appended to the address of `access_token`")
                    .help("take it out")
            } else if is_field || later.contains(&name) {
                finding
                    .why(if imports {
                        "an import is about nobody"
                    } else {
                        "there is nobody yet while `oauth` is walked through"
                    })
                    .help("use what `initial_data_form` asks for")
            } else {
                let finding = finding.why(if alone {
                    "Django puts nothing in its place"
                } else {
                    "unless another integration has stored it for the person, nothing stands in its place"
                });
                match nearest(name, known.chain(fields)) {
                    Some(near) => finding
                        .help(format!("did you mean `{near}`?"))
                        .fix(Fix::suggestion(format!("write `{near}`")).replace(text.place(span), near)),
                    None => finding.help("ask for it in a form, or give it a default: `|default:'…'`"),
                }
            });
        }
    }
}
