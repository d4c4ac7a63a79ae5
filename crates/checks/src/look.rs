//! How the rules look at apps: each rule at all of them, then the next.

use connspec_diagnostics::Diagnostic;
use connspec_spec::{App, Definition};

use crate::integration::Integration;
use crate::meant::{Found, through_slips};
use crate::rule::{Check, Findings};
use crate::rules::{self, rules};
use crate::site::{Holding, Site};
use crate::subject::{Connection, Other, Whole};

/// What reading has found and what the rules find, for each app.
pub(crate) fn at_each<'a>(apps: impl Iterator<Item = &'a App> + Clone) -> Vec<Found> {
    let mut found: Vec<_> = apps.clone().map(before_make).collect();
    let of_make: Vec<_> = apps.clone().map(without_manifests).collect();
    let wholes = of_make.iter().zip(apps).map(|(of_make, app)| match of_make {
        Some(of_make) => (!is_empty(of_make)).then(|| Whole::new(of_make)),
        None => Some(Whole::new(app)),
    });
    let wholes: Vec<_> = wholes.collect();
    let without_slips = wholes.iter().zip(0..).filter_map(|(whole, app)| {
        let whole = whole.as_ref().filter(|whole| !has_slips(whole))?;
        Some((whole, app))
    });
    Looks::new(without_slips.collect(), &mut found).by_all_rules();
    let found = wholes.iter().zip(found).map(|(whole, found)| {
        let all = found.into_vec();
        match whole.as_ref().filter(|whole| has_slips(whole)) {
            Some(whole) => past_slips(whole, all),
            None => Found { all, slips: None },
        }
    });
    found.collect()
}

/// Whether some key of a connection stands where blocks or directives do, and is none.
fn has_slips(whole: &Whole<'_>) -> bool {
    whole.connections.iter().any(Connection::is_strange)
}

/// What the rules find, behind `all`, in an app with slips.
#[cold]
fn past_slips(written: &Whole<'_>, mut all: Vec<Diagnostic>) -> Found {
    let look = |whole: &Whole<'_>| {
        let mut found = [Findings::default()];
        Looks { written: Some(written), ..Looks::new(vec![(whole, 0)], &mut found) }.by_all_rules();
        let [found] = found;
        found.into_vec()
    };
    let found = through_slips(written, look);
    all.extend(found.all);
    Found { all, ..found }
}

/// What reading has found, and what the rules about manifests find.
fn before_make(app: &App) -> Findings {
    let mut findings = Findings::default();
    app.findings.iter().for_each(|finding| findings.push(finding.clone()));
    for definition in &app.connections {
        definition.findings.iter().for_each(|finding| findings.push(finding.clone()));
    }
    look_at_manifests(app, &mut findings);
    findings
}

fn look_at_manifests(app: &App, findings: &mut Findings) {
    let integrations: Vec<_> =
        app.connections.iter().filter_map(|definition| Integration::new(definition, app)).collect();
    if integrations.is_empty() {
        return;
    }
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

/// What the rules about Make look at, each with the number of its app, and where they put what they find there. Whatever
/// the apps are, a rule has one list to go through.
struct Looks<'w, 'a, 'b> {
    wholes: Vec<(&'w Whole<'a>, usize)>,
    /// The app as it is written, where `wholes` has it as it is meant.
    written: Option<&'w Whole<'b>>,
    connections: Vec<(&'w Connection<'a>, usize)>,
    others: Vec<(&'w Other<'a>, usize)>,
    sections: Vec<(&'w [Site<'a>], usize)>,
    holding: [Vec<(&'w Site<'a>, usize)>; Holding::ALL.len()],
    found: &'w mut [Findings],
}

impl<'w, 'a, 'b> Looks<'w, 'a, 'b> {
    fn new(wholes: Vec<(&'w Whole<'a>, usize)>, found: &'w mut [Findings]) -> Self {
        let sections = || wholes.iter().flat_map(|&(whole, app)| whole.sections().map(move |sites| (sites, app)));
        let count = sections().map(|(sites, _)| sites.len()).sum();
        let mut holding = Holding::ALL.map(|_| Vec::with_capacity(count));
        for (site, app) in sections().flat_map(|(sites, app)| sites.iter().map(move |site| (site, app))) {
            let of_sorts = holding.iter_mut().zip(Holding::ALL);
            of_sorts.filter(|(_, sort)| site.holds(*sort)).for_each(|(holding, _)| holding.push((site, app)));
        }
        Self {
            connections: numbered(&wholes, |whole| &whole.connections),
            others: numbered(&wholes, |whole| &whole.others),
            sections: sections().collect(),
            wholes,
            written: None,
            holding,
            found,
        }
    }

    fn by_all_rules(mut self) {
        rules().for_each(|rule| self.by(rule.check));
    }

    fn by(&mut self, check: Check) {
        match check {
            Check::Connection(look) => each(&self.connections, self.found, look),
            Check::Other(look) => each(&self.others, self.found, look),
            Check::Each(sort, look) => each(&self.holding[sort as usize], self.found, look),
            Check::Section(look) => each(&self.sections, self.found, look),
            Check::App(look) => each(&self.wholes, self.found, look),
            Check::AsWritten(look) => match self.written {
                Some(written) => look(written, &mut self.found[0]),
                None => each(&self.wholes, self.found, look),
            },
            Check::Integration(_) | Check::ReportedElsewhere => {}
        }
    }
}

fn each<T: Copy>(subjects: &[(T, usize)], found: &mut [Findings], look: impl Fn(T, &mut Findings)) {
    subjects.iter().for_each(|&(subject, app)| look(subject, &mut found[app]));
}

/// What there is of one sort in all apps.
fn numbered<'w, 'a, T>(wholes: &[(&'w Whole<'a>, usize)], of: fn(&'w Whole<'a>) -> &'w Vec<T>) -> Vec<(&'w T, usize)> {
    wholes.iter().flat_map(|&(whole, app)| of(whole).iter().map(move |one| (one, app))).collect()
}
