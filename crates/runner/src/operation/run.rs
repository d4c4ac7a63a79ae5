//! `run`: the requests of a manifest with given values, as ChiefOnboarding's loop sends them (chiefonboarding.md §4).
//!
//! Here is what is asked for and with which variables. `walk` goes through a part and sends its requests; `execute`,
//! `access` (`exists` and `revoke`), `import` (pages of people) and `choices` (of a `form`) say what each does with an
//! answer.

mod access;
mod choices;
mod execute;
mod import;
mod walk;

use std::sync::Arc;

use connspec_iml::Host as _;
use connspec_spec::Definition;
use connspec_spec::dialect::{Manifest, USER_FIELDS};
use serde_json::{Map, Value, json};

use super::refresh::Urge;
use super::saved_report;
use crate::ErrorType;
use crate::host::RunHost;
use crate::inputs::learn;
use crate::manifest::Variables;
use crate::report::{ErrorReport, Outcome, Report, RunReport, learn_by_name, learn_every};
use crate::runner::Runner;
use walk::ManifestWalk;

pub use choices::Choice;

/// What of a manifest is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ManifestPart {
    /// `execute`, and for an import the pages behind it.
    #[default]
    Execute,
    /// `exists`.
    Exists,
    /// `revoke`.
    Revoke,
}

impl ManifestPart {
    /// The key of the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Execute => "execute",
            Self::Exists => "exists",
            Self::Revoke => "revoke",
        }
    }
}

/// What a manifest is run with. `Debug` shows names only.
#[derive(Clone, Default)]
pub struct ManifestRun {
    /// What is run.
    pub part: ManifestPart,
    /// One request of it alone, from 0.
    pub step: Option<usize>,
    /// The connection whose answers and tokens are used; its tokens are renewed first if that is due.
    pub connection: Option<String>,
    /// Values by name: answers of the administrator, of the forms, fields of the person, what was stored before.
    pub values: Map<String, Value>,
}

impl std::fmt::Debug for ManifestRun {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&String> = self.values.keys().collect();
        formatter.debug_struct("ManifestRun").field("part", &self.part).field("values", &names).finish_non_exhaustive()
    }
}

impl Runner {
    /// Runs the requests of a manifest. The report's `run` holds what they brought; it does so too where one failed.
    pub async fn run_manifest(&self, definition: &Definition, asked: &ManifestRun) -> Report {
        let run = self.begin("run");
        let host = Arc::new(run.host());
        let report = run.run_part(definition, asked, &host).await;
        run.end(report)
    }

    async fn run_part(&self, definition: &Definition, asked: &ManifestRun, host: &Arc<RunHost>) -> Report {
        let mut report = self.report(Outcome::Ran);
        let Some(manifest) = definition.manifest() else {
            report.examined = false;
            let message = "only an integration manifest has requests to run; a definition of Make's is connected";
            return report.failed(ErrorReport::new(ErrorType::InvalidConfigurationError, message));
        };
        let mut walk = match self.walk_of(definition, manifest, asked, host, report).await {
            Ok(walk) => walk,
            Err(report) => return *report,
        };
        let ended = walk.part(asked).await;
        let ManifestWalk { mut report, result, .. } = walk;
        report.run = Some(result);
        match ended {
            Ok(()) => report,
            Err(error) => report.failed(ErrorReport::of(&error, &definition.sources)),
        }
    }

    /// A walk with its variables, and with the tokens of the connection that is asked for, renewed where that is due. The
    /// report of what went wrong is the error.
    async fn walk_of<'a>(
        &'a self,
        definition: &'a Definition,
        manifest: &'a Manifest,
        asked: &ManifestRun,
        host: &'a Arc<RunHost>,
        mut report: Report,
    ) -> Result<ManifestWalk<'a>, Box<Report>> {
        let mut extra_args = Map::new();
        let mut redirect = self.redirects.as_ref().map(|redirects| redirects.local.clone()).unwrap_or_default();
        if let Some(name) = &asked.connection {
            let renewal = self.renew(definition, name, Urge::WhenDue, host).await;
            report.steps.extend(renewal.steps.into_iter().filter(|step| !step.skipped));
            match renewal.result {
                Ok((connection, _)) => {
                    extra_args.clone_from(&connection.data);
                    redirect = self.setup_saved(definition, &connection).redirects.local;
                    report.connection = Some(saved_report(&connection));
                }
                Err(trouble) => {
                    report.examined = trouble.examined;
                    return Err(Box::new(report.failed(trouble.error)));
                }
            }
        }
        let variables = self.variables(definition, manifest, extra_args, &redirect, asked, host);
        let result = RunReport { part: asked.part.name().to_owned(), ..RunReport::default() };
        Ok(ManifestWalk { runner: self, definition, manifest, host, variables, report, result })
    }

    /// Who is below whom: the person's fields, the administrator's answers, the values of this run.
    fn variables(
        &self,
        definition: &Definition,
        manifest: &Manifest,
        mut extra_args: Map<String, Value>,
        redirect: &str,
        asked: &ManifestRun,
        host: &RunHost,
    ) -> Variables {
        let is_answer = |name: &str| name == "oauth" || manifest.initial_data_form.iter().any(|item| item.id == name);
        let (mut params, mut person) = (Map::new(), Map::new());
        for (name, value) in &asked.values {
            let into = match name.as_str() {
                name if is_answer(name) => &mut extra_args,
                name if USER_FIELDS.contains(&name) => &mut person,
                _ => &mut params,
            };
            into.insert(name.clone(), value.clone());
        }
        learn(&self.secrets, definition, &extra_args, &Map::new());
        learn_by_name(&self.secrets, &params);
        let mut made_up = Map::new();
        if asked.part == ManifestPart::Execute {
            let generated = manifest.initial_data_form.iter().filter(|item| item.name == "generate");
            made_up.extend(generated.map(|item| (item.id.clone(), Value::from(random_text(host)))));
        }
        let of_form = manifest.form.iter().filter(|item| item.is_generated() && !params.contains_key(&item.id));
        let of_form: Map<_, _> = of_form.map(|item| (item.id.clone(), Value::from(random_text(host)))).collect();
        learn_every(&self.secrets, &made_up);
        learn_every(&self.secrets, &of_form);
        extra_args.extend(made_up);
        params.extend(of_form);
        for (name, empty) in [("responses", json!([])), ("files", json!({}))] {
            params.entry(name).or_insert(empty);
        }
        let mut variables = Variables::new(extra_args, redirect);
        params.extend(std::mem::take(&mut variables.params));
        variables.params = params;
        variables.person = person;
        variables
    }
}

/// Ten letters and digits, as Django's `get_random_string`.
fn random_text(host: &RunHost) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    (0..10).map(|_| char::from(LETTERS[(host.random() * LETTERS.len() as f64) as usize % LETTERS.len()])).collect()
}
