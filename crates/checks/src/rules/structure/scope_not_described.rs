//! `scope-not-described`: a default scope without a description.

use connspec_diagnostics::{Diagnostic, Fix, Place, Severity};
use connspec_spec::{Component, Definition, Kind, Node};
use hashbrown::HashSet;

use crate::parameters::is_one_slip;
use crate::rule::{Check, Findings, Rule};
use crate::subject::{Connection, Whole};

pub static RULE: Rule = Rule {
    code: "CS0113",
    name: "scope-not-described",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A default scope, or one that a module, a webhook or an endpoint needs, that the scope list of the connection does not
describe, although there is a scope list. One slip away from a scope of the list it is a warning.

## Why
Users see the bare identifier instead of words. And a scope with a slip is one the provider does not know: it refuses the
request with `invalid_scope`, or grants less than the module needs. A connection without any scope list is fine.

## Example
```jsonc bundle
{
  "type": "oauth",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } },
  "scope": ["read", "write"],
  "scopes": { "read": "Read everything" }
}
```

## Instead
```jsonc bundle
{
  "type": "oauth",
  "communication": { "token": { "url": "https://api.acme.test/oauth/token" } },
  "scope": ["read", "write"],
  "scopes": { "read": "Read everything", "write": "Change everything" }
}
```

## Fix
The scope that is one slip away is suggested.

## Source
RFC 6749 §4.1.2.1; connection.md §2, §8.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    whole.connections.iter().for_each(|connection| in_default(connection.definition, findings));
    let has_list = |connection: &Connection<'_>| !connection.definition.scope_list.is_empty();
    if whole.connections.iter().any(has_list) {
        whole.app.components.iter().for_each(|component| in_component(whole, component, findings));
    }
}

fn in_default(definition: &Definition, findings: &mut Findings) {
    if definition.scope_list.is_empty() {
        return;
    }
    let described: HashSet<&str> = described(definition).collect();
    for scope in definition.default_scope.iter().filter(|scope| !described.contains(&*scope.name)) {
        let finding = RULE.finding(format!("the scope list does not describe `{}`", scope.name));
        findings.push(with_advice(finding, &scope.name, scope.place, described.iter().copied()));
    }
}

/// The scopes that a component needs, beside those of its connections.
fn in_component(whole: &Whole<'_>, component: &Component, findings: &mut Findings) {
    let lists = component.parts.iter().filter(|part| matches!(part.name.as_str(), "scope" | "requiredScope"));
    let needed = lists.filter_map(|list| list.node.as_ref()).flat_map(Node::elements);
    let mut needed = needed.filter_map(|scope| Some((scope.as_str()?, scope.place))).peekable();
    if needed.peek().is_none() {
        return;
    }
    let Some(connections) = connections_of(whole, component) else { return };
    let of_lists = || connections.iter().flat_map(|definition| described(definition));
    let of_defaults = connections.iter().flat_map(|definition| &definition.default_scope);
    let known: HashSet<&str> = of_lists().chain(of_defaults.map(|scope| &*scope.name)).collect();
    for (scope, place) in needed.filter(|(scope, _)| !known.contains(scope) && !scope.contains([' ', ','])) {
        let finding =
            RULE.finding(format!("`{}` needs `{scope}`, which the scope list does not describe", component.name));
        findings.push(with_advice(finding, scope, place, of_lists()));
    }
}

fn described(definition: &Definition) -> impl Iterator<Item = &str> {
    definition.scope_list.iter().map(|(scope, _)| scope.name.as_str())
}

/// The OAuth connections that a component uses, or all of the app where it names none; none where one of them is not at
/// hand, or describes no scope.
fn connections_of<'a>(whole: &Whole<'a>, component: &Component) -> Option<Vec<&'a Definition>> {
    let named = || [&component.connection, &component.alt_connection].into_iter().flatten();
    let is_there = |name: &String| whole.connections.iter().any(|connection| connection.definition.name == *name);
    let is_used = |connection: &&Connection<'a>| {
        named().next().is_none() || named().any(|name| *name == connection.definition.name)
    };
    let is_oauth = |definition: &&Definition| {
        matches!(definition.kind, Kind::OAuth2AuthorizationCode | Kind::OAuth2WithoutAuthorize)
    };
    let used = || whole.connections.iter().filter(is_used);
    if !named().all(is_there) || used().any(Connection::is_alias) {
        return None;
    }
    let of_oauth: Vec<_> = used().map(|connection| connection.definition).filter(is_oauth).collect();
    let is_judged = !of_oauth.is_empty() && of_oauth.iter().all(|definition| !definition.scope_list.is_empty());
    is_judged.then_some(of_oauth)
}

/// What to do about a scope: to write the one it is a slip of, or to describe it.
fn with_advice<'k>(
    finding: Diagnostic,
    scope: &str,
    place: Place,
    mut described: impl Iterator<Item = &'k str>,
) -> Diagnostic {
    let finding = finding.at(place);
    let Some(meant) = described.find(|known| is_slip(scope, known)) else {
        return finding
            .why("users read the bare identifier where the other scopes have words")
            .help("add it to the scope list with a description");
    };
    let written = serde_json::Value::from(meant).to_string();
    let mut finding = finding
        .why("a provider does not know a scope with a slip: it refuses the request, or grants less than is needed")
        .help(format!("did you mean `{meant}`?"))
        .fix(Fix::suggestion(format!("write `{meant}`")).replace(place, written));
    finding.severity = Severity::Warning;
    finding
}

/// Whether a scope is another with one slip in it: not one in the number of a version, nor in an `s` at the end.
fn is_slip(written: &str, known: &str) -> bool {
    const SHORTEST: usize = 5;
    let without_digits = |scope: &str| scope.replace(|letter: char| letter.is_ascii_digit(), "");
    let words = |scope: &str| -> Vec<String> {
        let parts = scope.split(|letter: char| !letter.is_ascii_alphanumeric());
        parts.map(|word| word.trim_end_matches('s').to_owned()).collect()
    };
    written.len() >= SHORTEST
        && is_one_slip(written.as_bytes(), known.as_bytes())
        && without_digits(written) != without_digits(known)
        && words(written) != words(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_scopes() {
        for (written, known) in [
            ("documents.raed", "documents.read"),
            ("document.wite", "document.write"),
            ("user:emial", "user:email"),
            ("offline_acess", "offline_access"),
        ] {
            assert!(is_slip(written, known), "{written}");
        }
        for (written, known) in [
            ("users.read", "user.read"),
            ("files:read", "file:read"),
            ("api.v1", "api.v2"),
            ("read", "rea"),
            ("read:user", "read:org"),
            ("mail.read", "mail.send"),
        ] {
            assert!(!is_slip(written, known), "{written}");
        }
    }
}
