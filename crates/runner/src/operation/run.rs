//! `run`: the requests of a manifest with given values, as ChiefOnboarding's loop sends them (chiefonboarding.md §4).

use std::sync::Arc;

use connspec_exchange::{Request, Response};
use connspec_iml::Host as _;
use connspec_spec::compat::NextPageUrl;
use connspec_spec::dialect::{ContinueIf, Item, Manifest, ManifestType, NEXT_PAGE_TOKEN, Paging, USER_FIELDS};
use connspec_spec::{Definition, Directive};
use serde_json::{Map, Value, json};

use super::saved_report;
use crate::host::RunHost;
use crate::inputs::learn;
use crate::manifest::{Looked, Variables, judge, look_up, named, next_page, prepare, rendered};
use crate::observer::Timeline;
use crate::report::{ErrorReport, Outcome, Report, RunReport, Step, learn_answer, learn_by_name, learn_every};
use crate::runner::Runner;
use crate::{Decisions, ErrorType, RunError};

/// How many pages an import is given whose manifest names no number that is ever reached.
const MOST_PAGES: usize = 1000;

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
        let Some(manifest) = definition.communication.manifest() else {
            report.examined = false;
            let message = "only an integration manifest has requests to run; a definition of Make's is connected";
            return report.failed(ErrorReport::new(ErrorType::InvalidConfigurationError, message));
        };
        let mut extra_args = Map::new();
        let mut redirect = self.redirects.as_ref().map(|redirects| redirects.local.clone()).unwrap_or_default();
        if let Some(name) = &asked.connection {
            let renewal = self.renew(definition, name, false, host).await;
            report.steps.extend(renewal.steps.into_iter().filter(|step| !step.skipped));
            match renewal.result {
                Ok((connection, _)) => {
                    extra_args.clone_from(&connection.data);
                    redirect = self.setup_saved(definition, &connection).redirects.local;
                    report.connection = Some(saved_report(&connection));
                }
                Err(trouble) => {
                    report.examined = trouble.examined;
                    return report.failed(trouble.error);
                }
            }
        }
        let variables = self.variables(definition, manifest, extra_args, &redirect, asked, host);
        let mut walk = ManifestWalk {
            runner: self,
            definition,
            manifest,
            host,
            variables,
            report: &mut report,
            result: RunReport { part: asked.part.name().to_owned(), ..RunReport::default() },
        };
        let ended = walk.part(asked).await;
        let result = std::mem::take(&mut walk.result);
        report.run = Some(result);
        match ended {
            Ok(()) => report,
            Err(error) => report.failed(ErrorReport::of(&error, &definition.sources)),
        }
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

/// One run of a part.
struct ManifestWalk<'a> {
    runner: &'a Runner,
    definition: &'a Definition,
    manifest: &'a Manifest,
    host: &'a RunHost,
    variables: Variables,
    report: &'a mut Report,
    result: RunReport,
}

impl ManifestWalk<'_> {
    async fn part(&mut self, asked: &ManifestRun) -> Result<(), RunError> {
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

    /// One request of `execute` with all that follows it.
    async fn execute(&mut self, index: usize, item: &Item) -> Result<Response, RunError> {
        let mut answer = self.send_item("execute", index, item, true).await?;
        if let (Some(polling), Some(condition)) = (&item.polling, &item.continue_if) {
            let mut tried = 1.0;
            while !self.holds(condition, &answer, index)? && tried < polling.value.amount {
                let millis = (polling.value.interval.clamp(0.0, 86_400.0) * 1000.0) as u64;
                self.runner.observer.observe(&Timeline::Sleeping { millis, reason: "`polling.interval`" });
                self.unless_cancelled(self.runner.clock.sleep(millis)).await?;
                answer = self.send_item("execute", index, item, true).await?;
                tried += 1.0;
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
            let value = match body.as_ref().map(|body| look_up(path, body)) {
                Some(Looked::Found(value)) => value,
                Some(Looked::Broken(why)) => {
                    return Err(self.failed(ErrorType::DataError, why, pair, "execute", index, &answer));
                }
                Some(Looked::Missing) => {
                    let message = format!("`{path}` is not in the answer, so there is nothing to store as `{name}`");
                    return Err(self.failed(ErrorType::DataError, message, pair, "execute", index, &answer));
                }
                None => {
                    let message = format!("the answer is no JSON, so there is nothing to store as `{name}`");
                    return Err(self.failed(ErrorType::DataError, message, pair, "execute", index, &answer));
                }
            };
            self.note(named(&pair.pointer), format!("stored as `{name}`"));
            self.result.stored.insert(name.clone(), value.clone());
            self.variables.params.insert(name.clone(), value);
        }
        Ok(answer)
    }

    /// Whether the answer is the one that is waited for: equal to the text, a member that is not there counts as empty.
    fn holds(&self, condition: &Directive<ContinueIf>, answer: &Response, index: usize) -> Result<bool, RunError> {
        let mut decisions = Decisions::new();
        let wanted = rendered(self.definition, &condition.value.value, &self.variables, &mut decisions)?;
        let refuse = |why: String| self.failed(ErrorType::DataError, why, condition, "execute", index, answer);
        let Some(body) = answer.body_json() else {
            return Err(refuse("the answer is no JSON, so `continue_if` has nothing to look at".to_owned()));
        };
        match look_up(&condition.value.response_notation, &body) {
            Looked::Found(value) => Ok(value == Value::String(wanted)),
            Looked::Missing => Ok(wanted.is_empty()),
            Looked::Broken(why) => Err(refuse(why)),
        }
    }

    async fn exists(&mut self, item: &Item) -> Result<Response, RunError> {
        let lists_codes = item.status_code.as_ref().is_some_and(|codes| !codes.value.is_empty());
        let answer = self.send_item("exists", 0, item, lists_codes).await?;
        if !lists_codes && answer.status >= 400 {
            self.note("exists", format!("status {}: the text alone decides, as in the original", answer.status));
        }
        self.result.found = Some(self.expects(item, &answer)?);
        Ok(answer)
    }

    async fn revoke(&mut self, index: usize, item: &Item) -> Result<Response, RunError> {
        let answer = self.send_item("revoke", index, item, true).await?;
        if let Some(expected) = item.expected.as_ref().filter(|_| !answer.body.is_empty())
            && !self.expects(item, &answer)?
        {
            let message = "the answer does not hold the text of `expected`".to_owned();
            return Err(self.failed(ErrorType::DataError, message, expected, "revoke", index, &answer));
        }
        Ok(answer)
    }

    /// Whether the text of the answer holds `expected`.
    fn expects(&self, item: &Item, answer: &Response) -> Result<bool, RunError> {
        let Some(expected) = &item.expected else { return Ok(true) };
        let expected = rendered(self.definition, expected, &self.variables, &mut Decisions::new())?;
        Ok(String::from_utf8_lossy(&answer.body).contains(&expected))
    }

    /// The messages the original would send, up to the first e-mail.
    fn compose_messages(&mut self) -> Result<(), RunError> {
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

    /// The people of the answer and of the pages behind it.
    async fn import(&mut self, first: Response) -> Result<(), RunError> {
        let sync = &self.manifest.sync;
        let limit = sync.pages();
        let limit = if limit >= 1.0 && limit.fract() == 0.0 { limit as usize } else { MOST_PAGES };
        let mut answer = first;
        let mut people = self.people(&answer, true)?;
        self.result.pages = 1;
        while self.result.pages < limit.min(MOST_PAGES) {
            let Some(address) = self.next_address(&answer)? else { break };
            let mut decisions = Decisions::new();
            let request = next_page(self.definition, self.manifest, &address, &self.variables, &mut decisions)?;
            let request = request.with_label("nextPage", self.result.pages - 1);
            answer = self.send("nextPage", self.result.pages - 1, request, decisions).await?;
            if answer.status >= 400 {
                let message = format!("the next page was answered with status {}", answer.status);
                return Err(RunError::new(ErrorType::for_status(answer.status), message)
                    .with_status(answer.status)
                    .in_block("nextPage", self.result.pages - 1));
            }
            let Some(more) = Some(self.people(&answer, false)?).filter(|more| !more.is_empty()) else { break };
            people.extend(more);
            self.result.pages += 1;
        }
        self.result.people = Some(people);
        Ok(())
    }

    /// The entries of the list at `data_from`, each with the members `data_structure` names. Where `must` is false an
    /// answer without the list is an empty one.
    fn people(&self, answer: &Response, must: bool) -> Result<Vec<Map<String, Value>>, RunError> {
        let sync = &self.manifest.sync;
        let path = sync.data_from.as_ref().map_or("", |path| path.value.as_str());
        let refuse = |message: String| {
            let error =
                RunError::new(ErrorType::DataError, message).with_status(answer.status).in_directive("data_from");
            Err(match &sync.data_from {
                Some(path) => error.at(path.place),
                None => error,
            })
        };
        let Some(body) = answer.body_json() else {
            return refuse("the answer is no JSON, so there are no people in it".to_owned());
        };
        let list = match look_up(path, &body) {
            Looked::Found(Value::Array(list)) => list,
            Looked::Found(_) => return refuse(format!("`{path}` of the answer is no list of people")),
            Looked::Missing if !must => return Ok(Vec::new()),
            Looked::Missing => return refuse(format!("`{path}` is not in the answer")),
            Looked::Broken(why) => return refuse(why),
        };
        let structure = sync.data_structure.as_ref().map(|structure| structure.value.as_slice()).unwrap_or_default();
        let person = |entry: &Value| {
            let members = structure.iter().filter_map(|(name, path)| match look_up(path, entry) {
                Looked::Found(value) => Some((name.clone(), value)),
                _ => None,
            });
            members.collect::<Map<_, _>>()
        };
        Ok(list.iter().map(person).collect())
    }

    /// Where the next page is; none when the answer names none.
    fn next_address(&mut self, answer: &Response) -> Result<Option<String>, RunError> {
        let Some(body) = answer.body_json() else { return Ok(None) };
        let read = |path: &Directive<String>| match look_up(&path.value, &body) {
            Looked::Found(Value::Null) | Looked::Missing => Ok(None),
            Looked::Found(value) => Ok(Some(value)),
            Looked::Broken(why) => Err(RunError::new(ErrorType::DataError, why).at(path.place)),
        };
        match &self.manifest.sync.paging {
            None => Ok(None),
            Some(Paging::Token { from, page }) => {
                let Some(token) = read(from)?.filter(|token| *token != Value::String(String::new())) else {
                    return Ok(None);
                };
                self.variables.params.insert(NEXT_PAGE_TOKEN.to_owned(), token);
                rendered(self.definition, page, &self.variables, &mut Decisions::new()).map(Some)
            }
            Some(Paging::Address(path)) => {
                let Some(Value::String(address)) =
                    read(path)?.filter(|address| *address != Value::String(String::new()))
                else {
                    return Ok(None);
                };
                self.checked(path, address, answer).map(Some)
            }
        }
    }

    /// An address out of an answer is not trusted: it would be handed the manifest's headers.
    fn checked(&mut self, path: &Directive<String>, address: String, answer: &Response) -> Result<String, RunError> {
        let key = NextPageUrl::SWITCH.key;
        if self.runner.compat.next_page_url == NextPageUrl::Followed {
            let template = connspec_spec::dialect::Template::parse(&address);
            let text = template.render(&self.variables).map_err(|error| {
                RunError::new(ErrorType::DataError, error.message).in_directive("next_page_from").at(path.place)
            })?;
            self.switched(key, "next_page_from", "the address was evaluated as a template and is followed anywhere");
            return Ok(text.text);
        }
        let origin = |text: &str| url::Url::parse(text).ok().map(|url| url.origin());
        let before = self.report.steps.last().and_then(|step| step.request.as_ref()).map(|request| request.url.clone());
        let home = before.as_deref().and_then(origin).or_else(|| origin(&answer.url));
        if origin(&address).is_some() && origin(&address) == home {
            return Ok(address);
        }
        let message = "the answer names a next page on another host, which would be sent the manifest's headers; \
                       `--compat nextPageUrl=followed` goes there, as the original does";
        Err(RunError::new(ErrorType::BlockedAddress, message).in_directive("next_page_from").at(path.place))
    }

    /// Sends an item; where `judged`, its status decides about success.
    async fn send_item(&mut self, block: &str, index: usize, item: &Item, judged: bool) -> Result<Response, RunError> {
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
            let mut decisions = Decisions::new();
            let verdict = judge(item, &answer, &compat, &mut decisions);
            self.add(decisions);
            verdict.map_err(|error| {
                let error = if error.place.is_some() { error } else { error.at(place) };
                error.in_block(block, index)
            })?;
        }
        Ok(answer)
    }

    async fn send(
        &mut self,
        block: &str,
        index: usize,
        request: Request,
        decisions: Decisions,
    ) -> Result<Response, RunError> {
        let runner = self.runner;
        let began = runner.clock.now();
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
        answer.map_err(|error| super::request::unreachable_provider(&error).in_block(block, index))
    }

    async fn unless_cancelled<T>(&self, future: impl Future<Output = T>) -> Result<T, RunError> {
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

    fn note(&mut self, directive: impl Into<String>, text: impl Into<String>) {
        let mut decisions = Decisions::new();
        decisions.note(directive, text);
        self.add(decisions);
    }

    fn switched(&mut self, key: &'static str, directive: &str, text: &str) {
        let mut decisions = Decisions::new();
        decisions.switched(key, directive, text);
        self.add(decisions);
    }

    fn add(&mut self, decisions: Decisions) {
        if let Some(step) = self.report.steps.last_mut() {
            step.decisions.extend(decisions.into_vec());
        }
    }

    fn failed<T>(
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
