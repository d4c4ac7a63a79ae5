//! The rules: every mistake a definition can hold, one file per rule.
//!
//! [`check`] looks at an app and gives its findings; [`rules()`] lists what is looked for, with the documentation
//! that `connspec explain` shows. A rule is one file below `rules/<area>/`: its names, its documentation with
//! executed examples, and the detection. What rules look at is prepared once: [`site::Site`]s (every text that is
//! evaluated, with its phase and what it reads) and [`flow::NameFlow`] (which names are written where).

mod alone;
mod documentation;
pub mod edit;
mod excuse;
pub mod flow;
pub mod forms;
pub mod integration;
mod known;
pub mod logged;
mod look;
mod meant;
pub mod mend;
mod misnamed;
mod options;
pub mod other_request;
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
mod yielding;

use connspec_diagnostics::Diagnostic;
use connspec_spec::App;

use meant::Found;

pub use alone::judge;
pub use documentation::{Documentation, Example};
pub use excuse::excuse;
pub use known::{hint, is_known};
pub use options::{Level, Options, OptionsError, PathOptions, names};
pub use rule::{Check, Findings, Rule};
pub use rules::rules;

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
    check_each(&[(app, options)]).remove(0)
}

/// As [`check_with`], for several apps, in their order. Each rule looks at all of them before the next one does: small
/// apps take a fifth less time together than one by one, because a processor has the code of one rule at hand, but
/// not that of all.
pub fn check_each(apps: &[(&App, &Options)]) -> Vec<Vec<Diagnostic>> {
    let found = look::at_each(apps.iter().map(|(app, _)| *app));
    found.into_iter().zip(apps).map(|(found, (app, options))| chosen(app, options, found)).collect()
}

/// What is left of the findings of an app after its comments and its options.
fn chosen(app: &App, options: &Options, found: Found) -> Vec<Diagnostic> {
    let Found { all, slips } = found;
    let mut found = suppress::apply(app, all);
    if found.is_empty() {
        return found;
    }
    found.retain(|finding| app.is_asked_for(finding.place));
    let mut found: Vec<_> = found.into_iter().filter_map(|finding| options.apply(app, finding)).collect();
    if let Some(slips) = slips {
        slips.take_consequences(&mut found);
    }
    yielding::give_way(app, &mut found);
    sorted(app, found)
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
