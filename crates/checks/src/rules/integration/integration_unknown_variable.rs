//! `integration-unknown-variable`: a name in a template that nothing fills.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Severity, Span};
use connspec_spec::dialect::template::{Expression, Variable};
use connspec_spec::dialect::{ManifestType, NEXT_PAGE_TOKEN, REDIRECT_URL, USER_FIELDS};

use crate::integration::{Integration, Role, Stage, Text};
use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;

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
`store_data` keeps do not exist while `oauth` is walked through, an import is about nobody, and what a request of
`execute` stores is there for those behind it. A name with a default filter is left alone.

## Why
Django puts nothing in its place, so the request goes out with a hole in it. There is no `{{ code }}`: the code of the
callback is appended to the address of `access_token` and stands nowhere else. What the token answer holds stands behind
`oauth`: `{{ oauth.access_token }}`.

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
A name that is nearly right is suggested, and the member of `oauth` that `access_token` or `connection.accessToken` means.

## Source
chiefonboarding.md §3, templates; §7.
"#;

/// What the token answer holds, in normal form and as it is read.
const OF_TOKEN_ANSWER: &[(&str, &str)] = &[
    ("accesstoken", "oauth.access_token"),
    ("refreshtoken", "oauth.refresh_token"),
    ("idtoken", "oauth.id_token"),
    ("tokentype", "oauth.token_type"),
    ("expiresin", "oauth.expires_in"),
];

/// Where other tools keep it.
const OTHER_HOMES: &[&str] = &["connection", "data", "temp", "token", "tokens", "response", "body", "auth", "account"];

/// The names a manifest fills, and when.
pub(super) struct Names<'a> {
    asked: Vec<&'a str>,
    /// Answers of the other forms, and what `store_data` keeps anywhere but in `execute`.
    later: Vec<&'a str>,
    /// What `store_data` keeps, by request of `execute`.
    stored: Vec<(usize, &'a str)>,
    imports: bool,
}

impl<'a> Names<'a> {
    pub(super) fn of(integration: &Integration<'a>) -> Self {
        let others = integration.forms().filter(|(form, _)| *form != "initial_data_form");
        let mut names = Self {
            asked: integration.manifest.initial_data_form.iter().map(|item| item.id.as_str()).collect(),
            later: others.map(|(_, item)| item.id.as_str()).collect(),
            stored: Vec::new(),
            imports: integration.manifest.manifest_type == ManifestType::SyncUsers,
        };
        for (stage, item) in integration.requests() {
            let kept = item.store_data.iter().map(|pair| pair.value.0.as_str());
            match stage {
                Stage::Execute(index) => names.stored.extend(kept.map(|name| (index, name))),
                _ => names.later.extend(kept),
            }
        }
        names
    }

    /// Whether something fills this name where the text stands.
    pub(super) fn fill(&self, name: &str, text: &Text<'_>) -> bool {
        match name {
            "oauth" | "responses" | "files" | REDIRECT_URL => true,
            NEXT_PAGE_TOKEN => matches!(text.stage, Stage::NextPage | Stage::Headers),
            _ if self.asked.contains(&name) || text.template.bound_names().contains(&name) => true,
            _ if self.are_later(name) => !is_alone(text) && self.stored_too_late(name, text).is_none(),
            _ => USER_FIELDS.contains(&name) && !is_alone(text) && !self.imports,
        }
    }

    /// Whether this rule says that nothing fills the variable.
    pub(super) fn lack(&self, variable: &Variable, text: &Text<'_>) -> bool {
        !self.fill(&variable.path[0], text) && !has_default(variable, text)
    }

    fn are_later(&self, name: &str) -> bool {
        self.later.contains(&name) || self.stored.iter().any(|(_, stored)| *stored == name)
    }

    /// The request of `execute` that stores the name only after this text was sent.
    fn stored_too_late(&self, name: &str, text: &Text<'_>) -> Option<usize> {
        let Stage::Execute(own) = text.stage else { return None };
        if self.later.contains(&name) || USER_FIELDS.contains(&name) {
            return None;
        }
        let first = self.stored.iter().filter(|(_, stored)| *stored == name).map(|(index, _)| *index).min()?;
        (first > own || (first == own && text.role != Role::Compared)).then_some(first)
    }

    /// The names that have a value where the text stands.
    fn known(&self, text: &Text<'_>) -> Vec<&'a str> {
        let all = self.asked.iter().chain(&self.later).copied().chain(self.stored.iter().map(|(_, name)| *name));
        all.chain(USER_FIELDS).chain([REDIRECT_URL]).filter(|name| self.fill(name, text)).collect()
    }
}

/// Whether a name is meant for the redirect address, which this rule then says.
pub(super) fn means_redirect(name: &str) -> bool {
    nearest(name, [REDIRECT_URL]).is_some()
}

/// While `oauth` is walked through there is nothing but what was asked before.
fn is_alone(text: &Text<'_>) -> bool {
    matches!(text.stage, Stage::Page | Stage::Token)
}

fn has_default(variable: &Variable, text: &Text<'_>) -> bool {
    let covers = |output: &Expression| {
        output.span.start <= variable.span.start
            && variable.span.end <= output.span.end
            && (output.has_filter("default") || output.has_filter("default_if_none"))
    };
    text.template.outputs().into_iter().any(covers)
}

/// The member of `oauth` that a variable of another tool, or without its home, means.
fn of_token_answer(path: &[String]) -> Option<&'static str> {
    let (home, field) = match path {
        [field] => (None, field),
        [home, field] => (Some(home), field),
        _ => return None,
    };
    let field = normal(field);
    let index = OF_TOKEN_ANSWER.iter().position(|(known, _)| *known == field)?;
    let is_meant = match home {
        // Alone, the names of what is no token may be anything.
        None => field.ends_with("token"),
        Some(home) => OTHER_HOMES.contains(&home.as_str()),
    };
    is_meant.then(|| OF_TOKEN_ANSWER[index].1)
}

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let names = Names::of(integration);
    for text in &integration.texts {
        for variable in text.template.variables().into_iter().filter(|variable| names.lack(variable, text)) {
            findings.push(examine(variable, text, &names, integration).in_block(&text.block));
        }
    }
}

fn examine(variable: &Variable, text: &Text<'_>, names: &Names<'_>, integration: &Integration<'_>) -> Diagnostic {
    let name = variable.path[0].as_str();
    let alone = is_alone(text);
    let span = Span::new(variable.span.start as usize, variable.span.start as usize + name.len());
    let place = text.place(span);
    let finding = RULE.finding(format!("nothing fills `{name}` here")).at(place);
    if name == "code" && alone {
        return finding
            .why("the code of the callback has no variable; it is appended to the address of `access_token`")
            .help("take it out");
    }
    if let Some(index) = names.stored_too_late(name, text).filter(|_| !alone) {
        return finding
            .why(format!("`execute.{index}` stores it from its answer, after this was sent"))
            .help("put the request that stores it in front");
    }
    if USER_FIELDS.contains(&name) || names.are_later(name) {
        return finding
            .why(if names.imports {
                "an import is about nobody"
            } else {
                "there is nobody yet while `oauth` is walked through"
            })
            .help("use what `initial_data_form` asks for");
    }
    let near = nearest(name, names.known(text));
    let of_answer = of_token_answer(&variable.path)
        .filter(|_| !alone && integration.manifest.oauth.is_some())
        .filter(|_| near.is_none_or(|near| normal(near) != normal(name)));
    if let Some(meant) = of_answer {
        let place = text.place(variable.span);
        return RULE
            .finding(format!("nothing fills `{}` here", variable.path.join(".")))
            .at(place)
            .why("what the token answer holds stands behind `oauth`")
            .help(format!("did you mean `{meant}`?"))
            .fix(Fix::suggestion(format!("write `{meant}`")).replace(place, meant));
    }
    let finding = finding.why(if alone {
        "Django puts nothing in its place"
    } else {
        "unless another integration has stored it for the person, nothing stands in its place"
    });
    match near {
        Some(near) => finding
            .help(format!("did you mean `{near}`?"))
            .fix(Fix::suggestion(format!("write `{near}`")).replace(place, near)),
        None => finding.help("ask for it in a form, or give it a default: `|default:'…'`"),
    }
}
