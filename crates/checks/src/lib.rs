//! The rules: every mistake a definition can hold, one file per rule.
//!
//! [`check`] looks at an app and gives its findings; [`rules()`] lists what is looked for, with the documentation
//! that `connspec explain` shows. A rule is one file below `rules/<area>/`: its names, its documentation with
//! executed examples, and the detection. What rules look at is prepared once: [`site::Site`]s (every text that is
//! evaluated, with its phase and what it reads) and [`flow::NameFlow`] (which names are written where).

mod documentation;
pub mod edit;
mod excuse;
pub mod flow;
pub mod integration;
pub mod logged;
pub mod mend;
mod options;
mod parameters;
pub mod provided;
pub mod providers;
pub mod request;
mod rule;
mod rules;
pub mod sanitize;
pub mod secrets;
pub mod sending;
pub mod site;
pub mod subject;
mod suppress;
pub mod symbolic;
pub mod values;
mod words;

use connspec_diagnostics::Diagnostic;
use connspec_spec::{App, Definition};

pub use documentation::{Documentation, Example};
pub use excuse::excuse;
pub use options::{Level, Options, OptionsError, PathOptions};
pub use rule::{Check, Findings, Rule};
pub use rules::rules;

use integration::Integration;
use site::Holding;
use subject::Whole;

/// The rule of this code or name.
pub fn rule(code_or_name: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code.eq_ignore_ascii_case(code_or_name) || rule.name == code_or_name)
}

/// Everything found in an app, sorted by file and place; what reading found comes with it.
pub fn check(app: &App) -> Vec<Diagnostic> {
    check_with(app, &Options::default())
}

/// As [`check`], with the findings a project has chosen. Comments that silence findings are heeded before the
/// options are, so that a rule that is not shown still uses its comments.
pub fn check_with(app: &App, options: &Options) -> Vec<Diagnostic> {
    let found = suppress::apply(app, found_by_rules(app));
    sorted(app, found.into_iter().filter_map(|finding| options.apply(app, finding)).collect())
}

fn found_by_rules(app: &App) -> Vec<Diagnostic> {
    let mut findings = Findings::default();
    app.findings.iter().for_each(|finding| findings.push(finding.clone()));
    for definition in &app.connections {
        definition.findings.iter().for_each(|finding| findings.push(finding.clone()));
    }
    look_at_manifests(app, &mut findings);
    match without_manifests(app) {
        Some(of_make) if is_empty(&of_make) => {}
        Some(of_make) => look_at_make(&of_make, &mut findings),
        None => look_at_make(app, &mut findings),
    }
    findings.into_vec()
}

fn look_at_manifests(app: &App, findings: &mut Findings) {
    let integrations: Vec<_> =
        app.connections.iter().filter_map(|definition| Integration::new(definition, app)).collect();
    for rule in rules() {
        if let Check::Integration(look) = rule.check {
            integrations.iter().for_each(|integration| look(integration, findings));
        }
    }
    // JSON's own rule holds in every dialect.
    integrations.iter().for_each(|one| one.root.visit(&mut |_, node| rules::structure::duplicate_keys(node, findings)));
}

/// The app without its manifests, whose words the rules about Make do not know; none when it has none.
fn without_manifests(app: &App) -> Option<App> {
    let is_make = |definition: &&Definition| !definition.is_manifest();
    let has_manifests = !app.connections.iter().all(|definition| is_make(&definition));
    has_manifests.then(|| App { connections: app.connections.iter().filter(is_make).cloned().collect(), ..app.clone() })
}

fn is_empty(app: &App) -> bool {
    app.connections.is_empty() && app.components.is_empty() && app.base.is_none()
}

fn look_at_make(app: &App, findings: &mut Findings) {
    let whole = Whole::new(app);
    let holding =
        Holding::ALL.map(|sort| whole.sections().flatten().filter(|site| site.holds(sort)).collect::<Vec<_>>());
    for rule in rules() {
        match rule.check {
            Check::Connection(look) => whole.connections.iter().for_each(|connection| look(connection, findings)),
            Check::Other(look) => whole.others.iter().for_each(|other| look(other, findings)),
            Check::Each(sort, look) => holding[sort as usize].iter().for_each(|site| look(site, findings)),
            Check::Section(look) => whole.sections().for_each(|sites| look(sites, findings)),
            Check::App(look) => look(&whole, findings),
            Check::Integration(_) | Check::ReportedElsewhere => {}
        }
    }
}

/// By file name and place, errors before warnings at the same place; the same finding only once.
fn sorted(app: &App, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let file = |finding: &Diagnostic| finding.place.map(|place| app.sources.get(place.source).name().to_owned());
    found.sort_by_cached_key(|finding| {
        (file(finding), finding.place.map(|place| place.span), std::cmp::Reverse(finding.severity), finding.code)
    });
    found.dedup();
    found
}
