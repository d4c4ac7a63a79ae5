//! The walk through a part: which requests are sent, how one is sent, and what the report is told.

use connspec_exchange::{Request, Response};
use connspec_iml::Host as _;
use connspec_spec::dialect::{Item, Manifest, ManifestType, named};
use connspec_spec::{Definition, Directive};

use super::{ManifestPart, ManifestRun};
use crate::host::RunHost;
use crate::manifest::{Variables, judge, prepare};
use crate::observer::Timeline;
use crate::report::{Report, RunReport, Step, learn_answer, learn_sent};
use crate::runner::Runner;
use crate::{Decisions, ErrorType, RunError};

/// One run of a part.
pub(super) struct ManifestWalk<'a> {
    pub(super) runner: &'a Runner,
    pub(super) definition: &'a Definition,
    pub(super) manifest: &'a Manifest,
    pub(super) host: &'a RunHost,
    pub(super) variables: Variables,
    pub(super) report: Report,
    pub(super) result: RunReport,
}

impl ManifestWalk<'_> {
    pub(super) async fn part(&mut self, asked: &ManifestRun) -> Result<(), RunError> {
        let manifest = self.manifest;
        let items: Vec<&Item> = match asked.part {
            ManifestPart::Execute => manifest.execute.iter().flat_map(|list| &list.value).collect(),
            ManifestPart::Revoke => manifest.revoke.iter().flat_map(|list| &list.value).collect(),
            ManifestPart::Exists => manifest.exists.iter().collect(),
        };
        let part = asked.part.name();
        if items.is_empty()
            && (asked.step.is_some() || asked.part != ManifestPart::Execute || manifest.execute.is_none())
        {
            self.report.examined = false;
            return Err(RunError::new(
                ErrorType::InvalidConfigurationError,
                format!("the manifest has no `{part}` to run"),
            ));
        }
        if let Some(step) = asked.step.filter(|step| *step >= items.len()) {
            self.report.examined = false;
            let message = format!("there is no request {} in `{part}`: it has {}", step + 1, items.len());
            return Err(RunError::new(ErrorType::InvalidConfigurationError, message));
        }
        let mut last = None;
        for (index, item) in items.iter().enumerate().filter(|(index, _)| asked.step.is_none_or(|step| step == *index))
        {
            last = Some(match asked.part {
                ManifestPart::Execute => self.execute(index, item).await?,
                ManifestPart::Exists => self.exists(item).await?,
                ManifestPart::Revoke => self.revoke(index, item).await?,
            });
        }
        if asked.part != ManifestPart::Execute || asked.step.is_some() {
            return Ok(());
        }
        self.compose_messages()?;
        match last {
            Some(answer) if manifest.manifest_type == ManifestType::SyncUsers => self.import(answer).await,
            _ => Ok(()),
        }
    }

    /// Sends an item; where `judged`, its status decides about success.
    pub(super) async fn send_item(
        &mut self,
        block: &str,
        index: usize,
        item: &Item,
        judged: bool,
    ) -> Result<Response, RunError> {
        let mut decisions = Decisions::new();
        let compat = self.runner.compat.clone();
        self.variables.boundary = hex(self.host, 16);
        self.variables.nonce = hex(self.host, 16);
        self.variables.moment = (self.runner.clock.now() / 1000).to_string();
        let prepared = prepare(self.definition, self.manifest, item, &self.variables, None, &compat, &mut decisions);
        let request = match prepared {
            Ok(request) => request.with_label(block, index),
            Err(error) => {
                let mut step = Step::begin(block, index, self.runner.clock.now());
                step.skipped = true;
                step.failure = Some(error.message.clone());
                step.decisions = decisions.into_vec();
                self.push(step);
                return Err(error.in_block(block, index));
            }
        };
        let place = item.url.as_ref().map_or(item.place, |url| url.place);
        let sent = self.send(block, index, request, decisions).await;
        let answer = sent.map_err(|error| if error.place.is_some() { error } else { error.at(place) })?;
        if judged {
            self.judge(item, &answer, block, index)?;
        }
        Ok(answer)
    }

    /// Whether the status of an item's answer counts as a success.
    pub(super) fn judge(&mut self, item: &Item, answer: &Response, block: &str, index: usize) -> Result<(), RunError> {
        let mut decisions = Decisions::new();
        let verdict = judge(item, answer, &self.runner.compat, &self.runner.secrets, &mut decisions);
        self.add(decisions);
        verdict.map_err(|error| {
            let place = item.url.as_ref().map_or(item.place, |url| url.place);
            let error = if error.place.is_some() { error } else { error.at(place) };
            error.in_block(block, index)
        })
    }

    pub(super) async fn send(
        &mut self,
        block: &str,
        index: usize,
        request: Request,
        decisions: Decisions,
    ) -> Result<Response, RunError> {
        let runner = self.runner;
        let began = runner.clock.now();
        learn_sent(&runner.secrets, &request);
        let address = request.url.split(['?', '#']).next().unwrap_or_default().to_owned();
        runner.observer.observe(&Timeline::Sending {
            block,
            index,
            method: &request.method,
            address: &runner.secrets.redact(&address),
        });
        let answer = self.unless_cancelled(runner.transport.send(&request)).await?;
        let mut step = Step::begin(block, index, began);
        step.request = Some(request);
        step.duration_ms = u64::try_from(runner.clock.now().saturating_sub(began)).ok();
        step.decisions = decisions.into_vec();
        step.response = answer.as_ref().ok().cloned();
        step.failure = answer.as_ref().err().map(ToString::to_string);
        if let Some(response) = &step.response {
            learn_answer(&runner.secrets, response);
        }
        self.push(step);
        answer.map_err(|error| crate::operation::request::unreachable_provider(&error).in_block(block, index))
    }

    pub(super) async fn unless_cancelled<T>(&self, future: impl Future<Output = T>) -> Result<T, RunError> {
        tokio::select! {
            biased;
            () = self.runner.cancel.cancelled() => {
                let message = "the run was interrupted before it was over";
                Err(RunError::new(ErrorType::ExecutionInterruptedError, message))
            }
            value = future => Ok(value),
        }
    }

    fn push(&mut self, step: Step) {
        self.runner.observer.observe(&Timeline::Step(&step));
        self.report.steps.push(step);
    }

    pub(super) fn note(&mut self, directive: impl Into<String>, text: impl Into<String>) {
        let mut decisions = Decisions::new();
        decisions.note(directive, text);
        self.add(decisions);
    }

    pub(super) fn switched(&mut self, key: &'static str, directive: &str, text: &str) {
        let mut decisions = Decisions::new();
        decisions.switched(key, directive, text);
        self.add(decisions);
    }

    pub(super) fn add(&mut self, decisions: Decisions) {
        if let Some(step) = self.report.steps.last_mut() {
            step.decisions.extend(decisions.into_vec());
        }
    }

    pub(super) fn failed<T>(
        &self,
        kind: ErrorType,
        message: String,
        directive: &Directive<T>,
        block: &str,
        index: usize,
        answer: &Response,
    ) -> RunError {
        RunError::new(kind, message)
            .with_status(answer.status)
            .in_directive(named(&directive.pointer))
            .at(directive.place)
            .in_block(block, index)
    }
}

fn hex(host: &RunHost, bytes: usize) -> String {
    (0..bytes).map(|_| format!("{:02x}", (host.random() * 256.0) as u8)).collect()
}
