//! `execute`: what is done with each answer, and the messages at its end.

use connspec_exchange::Response;
use connspec_spec::Directive;
use connspec_spec::compat::ManifestStatus;
use connspec_spec::dialect::{ContinueIf, Item, named};
use serde_json::{Map, Value, json};

use super::walk::ManifestWalk;
use crate::manifest::{look_up, rendered};
use crate::observer::Timeline;
use crate::{Decisions, ErrorType, RunError};

const NO_JSON: &str = "the answer is no JSON";

impl ManifestWalk<'_> {
    /// One request of `execute` with all that follows it.
    pub(super) async fn execute(&mut self, index: usize, item: &Item) -> Result<Response, RunError> {
        // What is waited for may be answered with an error until it is there; a list of statuses has the last word.
        let waits = item.polling.is_some() && item.continue_if.is_some() && !item.lists_statuses();
        let mut answer = self.send_item("execute", index, item, !waits).await?;
        if let (Some(polling), Some(condition)) = (&item.polling, &item.continue_if) {
            let mut tried = 1.0;
            while !(self.is_good(item, &answer) && self.holds(condition, &answer, index)?)
                && tried < polling.value.amount
            {
                let millis = (polling.value.interval.clamp(0.0, 86_400.0) * 1000.0) as u64;
                self.runner.observer.observe(&Timeline::Sleeping { millis, reason: "`polling.interval`" });
                self.unless_cancelled(self.runner.clock.sleep(millis)).await?;
                answer = self.send_item("execute", index, item, !waits).await?;
                tried += 1.0;
            }
            if waits {
                self.judge(item, &answer, "execute", index)?;
            }
        }
        if let Some(condition) = &item.continue_if
            && !self.holds(condition, &answer, index)?
        {
            let how = if item.polling.is_some() { " in any of the answers" } else { "" };
            let message = format!(
                "`{}` does not hold what `continue_if` waits for{how}, so the run stops here",
                condition.value.response_notation
            );
            return Err(self.failed(ErrorType::IncompleteDataError, message, condition, "execute", index, &answer));
        }
        if let Some(name) = &item.save_as_file {
            self.variables.files.insert(name.value.clone(), answer.body.clone());
            self.note(named(&name.pointer), format!("{} bytes were kept as `{}`", answer.body.len(), name.value));
        }
        let body = answer.body_json();
        if let Some(Value::Array(responses)) = self.variables.params.get_mut("responses") {
            responses.push(body.clone().unwrap_or_else(|| json!({})));
        }
        for pair in &item.store_data {
            let (name, path) = &pair.value;
            let Some(value) = body.as_ref().and_then(|body| look_up(path, body)).cloned() else {
                let why = if body.is_some() { format!("`{path}` is not in the answer") } else { NO_JSON.to_owned() };
                let message = format!("{why}, so there is nothing to store as `{name}`");
                return Err(self.failed(ErrorType::DataError, message, pair, "execute", index, &answer));
            };
            self.note(named(&pair.pointer), format!("stored as `{name}`"));
            self.result.stored.insert(name.clone(), value.clone());
            self.variables.params.insert(name.clone(), value);
        }
        Ok(answer)
    }

    /// Whether the status is none of an error, or those count as successes. One out of a list was judged before.
    fn is_good(&self, item: &Item, answer: &Response) -> bool {
        item.lists_statuses() || answer.status < 400 || self.runner.compat.manifest_status == ManifestStatus::Accept
    }

    /// Whether the answer is the one that is waited for: equal to the text, a member that is not there counts as empty.
    fn holds(&self, condition: &Directive<ContinueIf>, answer: &Response, index: usize) -> Result<bool, RunError> {
        let mut decisions = Decisions::new();
        let wanted = rendered(self.definition, &condition.value.value, &self.variables, &mut decisions)?;
        let Some(body) = answer.body_json() else {
            let message = format!("{NO_JSON}, so `continue_if` has nothing to look at");
            return Err(self.failed(ErrorType::DataError, message, condition, "execute", index, answer));
        };
        Ok(match look_up(&condition.value.response_notation, &body) {
            Some(found) => found.as_str() == Some(&wanted),
            None => wanted.is_empty(),
        })
    }

    /// The messages the original would send, up to the first e-mail.
    pub(super) fn compose_messages(&mut self) -> Result<(), RunError> {
        for message in &self.manifest.notifications {
            let mut composed = Map::new();
            composed.insert("type".to_owned(), message.kind.clone().into());
            for (key, text) in [("to", &message.to), ("subject", &message.subject), ("message", &message.message)] {
                if let Some(text) = text {
                    let text = rendered(self.definition, text, &self.variables, &mut Decisions::new())?;
                    composed.insert(key.to_owned(), text.into());
                }
            }
            self.result.messages.push(Value::Object(composed));
            if message.kind == "email" {
                break;
            }
        }
        Ok(())
    }
}
