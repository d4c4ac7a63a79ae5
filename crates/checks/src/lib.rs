//! The rules: every mistake a definition can hold, one file per rule.
//!
//! [`check`] looks at an app and gives its findings; [`rules()`] lists what is looked for, with the documentation
//! that `connspec explain` shows. A rule is one file below `rules/<area>/`: its names, its documentation with
//! executed examples, and the detection. What rules look at is prepared once: [`site::Site`]s (every text that is
//! evaluated, with its phase) and [`flow::NameFlow`] (which names are written and read where).

mod documentation;
pub mod edit;
pub mod flow;
pub mod logged;
mod options;
pub mod provided;
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

use connspec_diagnostics::Diagnostic;
use connspec_spec::App;

pub use documentation::{Documentation, Example};
pub use options::{Level, Options, OptionsError, PathOptions};
pub use rule::{Check, Findings, Rule};
pub use rules::rules;

use subject::{Connection, Other};

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
    // The rules below know Make's words only.
    let manifests = app.connections.iter().filter(|definition| definition.communication.manifest().is_some()).count();
    if manifests > 0 && manifests == app.connections.len() {
        return findings.into_vec();
    }
    let of_make = app.connections.iter().filter(|definition| definition.communication.manifest().is_none());
    let connections: Vec<_> = of_make.map(|definition| Connection::new(definition, app)).collect();
    let others = Other::all(app);
    let sites = || {
        connections.iter().flat_map(|connection| &connection.sites).chain(others.iter().flat_map(|other| &other.sites))
    };
    for rule in rules() {
        match rule.check {
            Check::Connection(look) => connections.iter().for_each(|connection| look(connection, &mut findings)),
            Check::Other(look) => others.iter().for_each(|other| look(other, &mut findings)),
            Check::Expression(look) => sites().for_each(|site| look(site, &mut findings)),
            Check::App(look) => look(app, &mut findings),
            Check::ReportedElsewhere => {}
        }
    }
    findings.into_vec()
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
