//! `temp-never-written`: a variable of `temp` that nothing writes.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_spec::layout::Layout;
use connspec_spec::{Component, ComponentKind};
use hashbrown::HashSet;

use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::site::{Phase, Read, Site};
use crate::subject::{Connection, Other, Whole};

pub static RULE: Rule = Rule {
    code: "CS0326",
    name: "temp-never-written",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`temp.x` is read, and nothing in the connection, or in the module and its base, writes `x` to `temp`; or base reads it,
and neither base nor any module or remote procedure of the app writes it.

## Why
An unwritten name is undefined, and nothing fails: a condition never holds, a parameter is not sent.

## Example
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "temp": { "verifier": "{{uuid}}{{uuid}}" },
    "body": { "code_verifier": "{{temp.codeVerifier}}" }
  }
}
```

## Instead
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "temp": { "codeVerifier": "{{uuid}}{{uuid}}" },
    "body": { "code_verifier": "{{temp.codeVerifier}}" }
  }
}
```

## Fix
The nearest name that is written is suggested; for a PKCE verifier only another verifier.

## Source
communication.md §4, §5 `temp`; iml.md §8.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for connection in &whole.connections {
        if connection.names.writes_unknown_temp {
            continue;
        }
        let written: HashSet<&str> = of_temp(connection).collect();
        for (site, read) in connection.reads_of("temp") {
            // `code-not-captured` tells more of what is sent as the code.
            let is_code = site.key() == "code" && site.phase == Phase::Token && connection.exchanges_code();
            // After the flow `temp` is empty whatever was written: `temp-outside-flow` tells that.
            if !is_code && site.phase.keeps_temp() {
                report(site, read, &written, findings);
            }
        }
    }
    let base = whole.others.iter().find(|other| other.component.is_none());
    for other in whole.others.iter().filter(|other| other.component.is_some()) {
        let mut written = HashSet::new();
        let sections = whole.others.iter().filter(|section| is_same(section, other));
        if !sections.chain(base).all(|section| collect(section, &mut written)) {
            continue;
        }
        for site in &other.sites {
            let reads = site.reads().iter().filter(|read| read.root() == "temp");
            reads.for_each(|read| report(site, read, &written, findings));
        }
    }
    if let Some(base) = base {
        of_base(whole, base, findings);
    }
}

/// Base is merged into each module, so that any of them may write what it reads.
fn of_base(whole: &Whole<'_>, base: &Other<'_>, findings: &mut Findings) {
    let reads = base.sites.iter().flat_map(|site| site.reads().iter().map(move |read| (site, read)));
    let mut reads = reads.filter(|(_, read)| read.root() == "temp").peekable();
    if reads.peek().is_none() || !has_all_components(whole) {
        return;
    }
    let mut written = HashSet::new();
    if whole.others.iter().all(|section| collect(section, &mut written)) {
        reads.for_each(|(site, read)| report(site, read, &written, findings));
    }
}

/// Whether everything that inherits from base is at hand: `makecomapp.json` names all of it, and so do the folders of
/// Make's own tools where there are any modules.
fn has_all_components(whole: &Whole<'_>) -> bool {
    let app = whole.app;
    let is_request = |name: &str| matches!(name, "communication" | "api");
    let is_readable =
        |component: &Component| component.parts.iter().any(|part| is_request(&part.name) && part.node.is_some());
    let sends = |component: &&Component| matches!(component.kind, ComponentKind::Module | ComponentKind::Rpc);
    let is_listed = match app.layout {
        Layout::LocalDevelopment => true,
        Layout::Export | Layout::GitHubSync => app.components.iter().any(|component| sends(&component)),
        _ => false,
    };
    is_listed && app.components.iter().filter(sends).all(is_readable)
}

fn of_temp<'c>(connection: &'c Connection<'_>) -> impl Iterator<Item = &'c str> {
    connection.names.writes.iter().filter(|write| write.root == "temp").map(|write| write.key)
}

fn is_same(one: &Other<'_>, other: &Other<'_>) -> bool {
    match (one.component, other.component) {
        (Some(one), Some(other)) => std::ptr::eq(one, other),
        _ => false,
    }
}

/// Adds the names that a section writes to `temp`, at any place; false when some are not known.
fn collect<'a>(section: &Other<'a>, written: &mut HashSet<&'a str>) -> bool {
    let Some(root) = &section.part.node else { return true };
    let mut is_known = true;
    root.visit(&mut |_, node| {
        let Some(temp) = node.get("temp") else { return };
        is_known &= temp.as_str().is_none_or(|text| !text.contains("{{")) && temp.member("{{...}}").is_none();
        written.extend(temp.members().iter().map(|member| member.key.as_str()));
    });
    is_known
}

/// Among more names than people give, looking for the nearest of each would take the square of the file.
const MOST: usize = 200;

/// In an order that does not change from run to run.
fn sorted<'a>(names: &HashSet<&'a str>) -> Vec<&'a str> {
    let mut names: Vec<_> = names.iter().copied().collect();
    names.sort_unstable();
    names
}

fn report(site: &Site<'_>, read: &Read, written: &HashSet<&str>, findings: &mut Findings) {
    let Some(key) = read.key().filter(|key| !written.contains(key)) else { return };
    let mut finding = RULE
        .finding(format!("`temp.{key}` is read, and nothing writes it"))
        .at(read.place)
        .why("an unwritten name is undefined, and nothing fails: the value is simply empty")
        .help(format!("write `{key}` in `temp`, or in `response.temp` of an earlier request"))
        .in_block(&site.block);
    let is_verifier = |name: &str| normal(name).ends_with("verifier");
    if site.key() == "code_verifier" || is_verifier(key) {
        // Nothing else that is kept can stand for it.
        let mut verifiers: Vec<_> = written.iter().copied().filter(|name| is_verifier(name)).collect();
        verifiers.sort_unstable();
        let Some(near) = verifiers.first() else {
            let made = format!("add `\"{key}\": \"{{{{uuid}}}}{{{{uuid}}}}\"` to `authorize.temp`");
            findings.push(finding.help(made));
            return;
        };
        finding = finding.help(format!("did you mean `temp.{near}`?"));
        if site.app.sources.slice(read.place) == read.segments.join(".") && read.segments.len() == 2 {
            let fix = Fix::suggestion(format!("read `temp.{near}`"));
            finding = finding.fix(fix.replace(read.place, format!("temp.{near}")));
        }
        findings.push(finding);
        return;
    }
    let names = if written.len() > MOST { Vec::new() } else { sorted(written) };
    let (wanted, holds) = (normal(key), |longer: &str, shorter: &str| shorter.len() > 3 && longer.contains(shorter));
    let is_related = |name: &&str| holds(&wanted, &normal(name)) || holds(&normal(name), &wanted);
    let related = names.iter().copied().filter(is_related).max_by_key(|name| name.len());
    if let Some(near) = nearest(key, names.iter().copied()).or(related) {
        let mut segments = read.segments.to_vec();
        segments[1] = near.into();
        let meant = segments.join(".");
        finding = finding.help(format!("did you mean `temp.{near}`?"));
        if site.app.sources.slice(read.place) == read.segments.join(".") {
            finding = finding.fix(Fix::suggestion(format!("read `temp.{near}`")).replace(read.place, meant));
        }
    }
    findings.push(finding);
}
