//! The list an entry of `form` is chosen from, where it is fetched.

use std::sync::Arc;

use connspec_spec::dialect::template::text_of;
use connspec_spec::dialect::{FormItem, Item};
use connspec_spec::{Definition, Node};
use serde_json::{Map, Value};

use super::walk::ManifestWalk;
use super::{ManifestPart, ManifestRun};
use crate::manifest::look_up;
use crate::report::{ErrorReport, Outcome, Report};
use crate::runner::Runner;
use crate::{ErrorType, RunError};

/// A choice: what is stored, and what a person reads.
pub type Choice = (Value, String);

impl Runner {
    /// What may be chosen for `entry` of the manifest's `form`: its own `items`, else what its `url` answers. As in the
    /// original the request is sent with what the administrator has answered and the tokens as they are (`values`);
    /// nobody is there yet whom it could be about. The report holds the request, and the error where there is no list.
    pub async fn choices(
        &self,
        definition: &Definition,
        entry: &FormItem,
        values: &Map<String, Value>,
    ) -> (Report, Vec<Choice>) {
        let run = self.begin("choices");
        let (report, choices) = run.fetch_choices(definition, entry, values).await;
        (run.end(report), choices)
    }

    async fn fetch_choices(
        &self,
        definition: &Definition,
        entry: &FormItem,
        values: &Map<String, Value>,
    ) -> (Report, Vec<Choice>) {
        let mut report = self.report(Outcome::Ran);
        let host = Arc::new(self.host());
        let fetched = match (&entry.request, definition.manifest()) {
            (Some(item), Some(manifest)) => {
                let is_answer = |name: &str| {
                    name == "oauth" || manifest.initial_data_form.iter().any(|answered| answered.id == name)
                };
                let values = values.iter().filter(|(name, _)| is_answer(name));
                let values = values.map(|(name, value)| (name.clone(), value.clone())).collect();
                let asked = ManifestRun { part: ManifestPart::Exists, values, ..ManifestRun::default() };
                let mut walk = match self.walk_of(definition, manifest, &asked, &host, report).await {
                    Ok(walk) => walk,
                    Err(report) => return (*report, Vec::new()),
                };
                let fetched = walk.choices(entry, item).await;
                report = walk.report;
                fetched
            }
            _ => choices_of(entry, entry.node.get("items").map(Node::to_json).as_ref()),
        };
        match fetched {
            Ok(choices) => (report, choices),
            Err(error) => {
                let error = if error.place.is_some() { error } else { error.at(entry.place) };
                (report.failed(ErrorReport::of(&error, &definition.sources)), Vec::new())
            }
        }
    }
}

impl ManifestWalk<'_> {
    async fn choices(&mut self, entry: &FormItem, item: &Item) -> Result<Vec<Choice>, RunError> {
        let index = self.manifest.form.iter().position(|other| other.pointer == entry.pointer).unwrap_or_default();
        let answer = self.send_item("form", index, item, true).await?;
        choices_of(entry, answer.body_json().as_ref())
            .map_err(|error| error.with_status(answer.status).in_block("form", index))
    }
}

/// The choices in a list, at the paths the entry names.
fn choices_of(entry: &FormItem, list: Option<&Value>) -> Result<Vec<Choice>, RunError> {
    let refuse = |message: String| Err(RunError::new(ErrorType::DataError, format!("`{}`: {message}", entry.id)));
    let from = entry.notation("data_from", "");
    let Some(Value::Array(list)) = list.and_then(|list| look_up(from, list)) else {
        return refuse(if from.is_empty() {
            "there is no list to choose from".to_owned()
        } else {
            format!("there is no list at `{from}`")
        });
    };
    let paths = [entry.notation("choice_value", "id"), entry.notation("choice_name", "name")];
    let mut choices = Vec::new();
    for (index, one) in list.iter().enumerate() {
        let [Some(value), Some(name)] = paths.map(|path| look_up(path, one)) else {
            return refuse(format!("entry {} of the list has no `{}` and `{}`", index + 1, paths[0], paths[1]));
        };
        choices.push((value.clone(), text_of(name)));
    }
    Ok(choices)
}
