//! How the rules look at apps: each rule at all of them, then the next.

use connspec_diagnostics::Diagnostic;
use connspec_spec::{App, Definition};

use crate::integration::Integration;
use crate::rule::{Check, Findings};
use crate::rules::{self, rules};
use crate::site::{Holding, Site};
use crate::subject::Whole;

/// What reading has found and what the rules find, for each app.
pub(crate) fn at_each<'a>(apps: impl Iterator<Item = &'a App> + Clone) -> Vec<Vec<Diagnostic>> {
    let mut found: Vec<_> = apps.clone().map(before_make).collect();
    let of_make: Vec<_> = apps.clone().map(without_manifests).collect();
    let wholes = of_make.iter().zip(apps).map(|(of_make, app)| match of_make {
        Some(of_make) => (!is_empty(of_make)).then(|| Whole::new(of_make)),
        None => Some(Whole::new(app)),
    });
    let wholes: Vec<_> = wholes.collect();
    let mut looks: Vec<_> =
        wholes.iter().zip(&mut found).filter_map(|(whole, found)| Some(Look::new(whole.as_ref()?, found))).collect();
    for rule in rules() {
        looks.iter_mut().for_each(|look| look.by(rule.check));
    }
    drop(looks);
    found.into_iter().map(Findings::into_vec).collect()
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

/// What the rules about Make look at in an app, and where they put what they find.
struct Look<'w, 'a> {
    whole: &'w Whole<'a>,
    holding: [Vec<&'w Site<'a>>; Holding::ALL.len()],
    findings: &'w mut Findings,
}

impl<'w, 'a> Look<'w, 'a> {
    fn new(whole: &'w Whole<'a>, findings: &'w mut Findings) -> Self {
        let count = whole.sections().map(<[_]>::len).sum();
        let mut holding = Holding::ALL.map(|_| Vec::with_capacity(count));
        for site in whole.sections().flatten() {
            let of_sorts = holding.iter_mut().zip(Holding::ALL);
            of_sorts.filter(|(_, sort)| site.holds(*sort)).for_each(|(holding, _)| holding.push(site));
        }
        Self { whole, holding, findings }
    }

    fn by(&mut self, check: Check) {
        let Self { whole, holding, findings } = self;
        match check {
            Check::Connection(look) => whole.connections.iter().for_each(|connection| look(connection, findings)),
            Check::Other(look) => whole.others.iter().for_each(|other| look(other, findings)),
            Check::Each(sort, look) => holding[sort as usize].iter().for_each(|site| look(site, findings)),
            Check::Section(look) => whole.sections().for_each(|sites| look(sites, findings)),
            Check::App(look) => look(whole, findings),
            Check::Integration(_) | Check::ReportedElsewhere => {}
        }
    }
}
