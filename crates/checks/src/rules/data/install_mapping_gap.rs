//! `install-mapping-gap`: the administrator's form and its way into common data do not fit.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_iml::Template;
use connspec_spec::Node;
use smol_str::SmolStr;

use super::common_data;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0614",
    name: "install-mapping-gap",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A field of `installSpec` that `install` does not read, or `parameters.x` in `install` without such a field.
So are a slip in `common` of `install`, and another name for `parameters` there.

## Why
What the administrator fills in reaches the connection only through `install.common`. A field that is not read there is
asked for in vain; a name without a field is undefined.

## Example
```jsonc bundle
{
  "type": "oauth",
  "installSpec": [{ "name": "clientId", "type": "text" }, { "name": "clientSecret", "type": "password" }],
  "install": { "common": { "clientId": "{{parameters.clientId}}" } },
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } }
}
```

## Instead
```jsonc bundle
{
  "type": "oauth",
  "installSpec": [{ "name": "clientId", "type": "text" }, { "name": "clientSecret", "type": "password" }],
  "install": { "common": { "clientId": "{{parameters.clientId}}", "clientSecret": "{{parameters.clientSecret}}" } },
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } }
}
```

## Source
connection.md §2; pitfalls.md 108.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let definition = connection.definition;
    let form = &definition.install_spec;
    let Some(install) = common_data::section(definition.parts.install.as_ref()) else { return };
    misspelt_key(install, findings);
    foreign_roots(install, findings);
    if definition.parts.install_spec.as_ref().is_none_or(|part| part.node.is_none()) || !form.remote.is_empty() {
        return;
    }
    let mut reads = Vec::new();
    install.visit(&mut |_, node| {
        let variables = node.template().map(Template::variables).unwrap_or_default();
        reads.extend(variables.iter().map(|variable| (variable.segments.clone(), node.place_of(variable.span))));
    });
    // Another tool's name for the form is reported where it stands, and the field is not in vain.
    let is_form = |root: &SmolStr| root == "parameters" || OTHER_NAMES.contains(&root.as_str());
    let of_form = |segments: &[SmolStr]| segments.first().is_some_and(is_form);
    if reads.iter().any(|(segments, _)| of_form(segments) && segments.len() == 1) {
        return;
    }
    let mut names = Vec::new();
    form.fields.iter().for_each(|field| {
        field.node.visit(&mut |pointer, node| {
            if pointer.ends_with("/name") {
                names.extend(node.as_str());
            }
        });
    });
    for field in form.fields.iter().filter(|field| !field.name.is_empty()) {
        let is_read = |(segments, _): &(Vec<SmolStr>, _)| {
            of_form(segments) && segments.get(1).is_some_and(|name| *name == field.name)
        };
        if !reads.iter().any(is_read) {
            findings.push(
                RULE.finding(format!("`install` does not read the field `{}`", field.name))
                    .at(field.node.get("name").map_or(field.place, |name| name.place))
                    .why("only what `install.common` reads reaches the connection: the field is asked for in vain")
                    .help(format!("add `\"{0}\": \"{{{{parameters.{0}}}}}\"` to `install.common`", field.name)),
            );
        }
    }
    for (segments, place) in reads.iter().filter(|(segments, _)| of_form(segments)) {
        if let Some(name) = segments.get(1).filter(|name| !names.contains(&name.as_str())) {
            findings.push(
                RULE.finding(format!("`installSpec` has no field `{name}`"))
                    .at(*place)
                    .why("this is undefined whatever the administrator fills in")
                    .help("add the field, or read one that is there"),
            );
        }
    }
}

/// What other tools call the form.
const OTHER_NAMES: &[&str] = &["params", "parameter", "param", "form", "input", "paramters"];

/// A key that is almost `common`: what stands under it is not put anywhere.
fn misspelt_key(install: &Node, findings: &mut Findings) {
    if install.get("common").is_some() {
        return;
    }
    for member in install.effective_members().filter(|member| nearest(&member.key, ["common"]).is_some()) {
        findings.push(
            RULE.finding(format!("`{}` is no directive of `install`", member.key))
                .at(member.key_place)
                .why("only what stands under `common` reaches the connection's common data")
                .help("did you mean `common`?")
                .fix(
                    Fix::suggestion(format!("rename `{}` to `common`", member.key))
                        .replace(member.key_place, "\"common\""),
                ),
        );
    }
}

/// Expressions that read the form by another name.
fn foreign_roots(install: &Node, findings: &mut Findings) {
    install.visit(&mut |_, node| {
        for variable in node.template().map(Template::variables).unwrap_or_default() {
            let [root, rest @ ..] = variable.segments.as_slice() else { continue };
            if !OTHER_NAMES.contains(&root.as_str()) || rest.is_empty() {
                continue;
            }
            let (place, right) = (node.place_of(variable.span), format!("parameters.{}", rest.join(".")));
            findings.push(
                RULE.finding(format!("`{root}` is no variable"))
                    .at(place)
                    .why("what the administrator fills in is in `parameters`: this is undefined")
                    .help(format!("did you mean `{right}`?"))
                    .fix(Fix::suggestion(format!("read `{right}`")).replace(place, right)),
            );
        }
    });
}
