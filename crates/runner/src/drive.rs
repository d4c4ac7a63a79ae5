//! The driver: performs what a flow asks for, with a transport, a clock, a store and a browser.

use std::collections::VecDeque;
use std::time::Duration;

use connspec_exchange::{Request, TransportErrorKind};

use crate::callback::{Callback, CallbackError, CallbackSource, Verdict};
use crate::flow::{Action, Event, Flow};
use crate::host::RunHost;
use crate::keep::Keeper;
use crate::observer::Timeline;
use crate::report::{Outcome, Step, learn_answer, learn_by_name};
use crate::runner::Runner;
use crate::{ErrorType, RunError};

/// One walk of a flow.
pub(crate) struct Drive<'a> {
    pub(crate) runner: &'a Runner,
    pub(crate) host: &'a RunHost,
    pub(crate) keeper: &'a dyn Keeper,
    pub(crate) callbacks: Option<&'a dyn CallbackSource>,
    /// Whether breaking off may happen while an answer is awaited.
    pub(crate) interruptible: bool,
}

/// How a walk ended.
pub(crate) struct Driven {
    pub(crate) result: Result<Outcome, RunError>,
    /// Why the last request had no answer, if it had none.
    pub(crate) transport: Option<TransportErrorKind>,
    /// Whether it ended because the store did not save.
    pub(crate) unsaved: bool,
}

/// What changes while the driver works.
#[derive(Default)]
struct Progress {
    /// How many steps the observer has heard of.
    told: usize,
    url: String,
    callback: Option<Callback>,
    /// How many callbacks were refused.
    refused: usize,
    waited: Duration,
    /// When the run began, and how much of the time since was spent waiting for the browser; milliseconds of its clock.
    began: i64,
    away: i64,
    transport: Option<TransportErrorKind>,
    unsaved: bool,
}

impl Drive<'_> {
    /// Walks `flow` to its end, beginning with `first`.
    pub(crate) async fn run(&self, flow: &mut Flow<'_>, first: Event) -> Driven {
        let mut progress = Progress { began: self.runner.clock.now(), ..Progress::default() };
        let mut actions: VecDeque<Action> = flow.step(first, self.host).into();
        let result = loop {
            self.tell(flow, &mut progress);
            let Some(action) = actions.pop_front() else {
                break Err(RunError::new(ErrorType::RuntimeError, "the flow stopped without saying why"));
            };
            let event = match action {
                Action::Finish(result) => break result.map_err(|error| *error),
                Action::Save(save) => match self.keeper.keep(save).await {
                    Ok(()) => None,
                    Err(error) => {
                        actions.clear();
                        progress.unsaved = true;
                        Some(Event::SaveFailed { message: error.message })
                    }
                },
                action => self.perform(action, flow, &mut progress).await,
            };
            if let Some(event) = event {
                actions.extend(flow.step(event, self.host));
            }
        };
        self.tell(flow, &mut progress);
        self.tell_browser(&result, progress.callback.take()).await;
        Driven { result, transport: progress.transport, unsaved: progress.unsaved }
    }

    async fn perform(&self, action: Action, flow: &Flow<'_>, progress: &mut Progress) -> Option<Event> {
        match action {
            Action::Send(_) if self.time_left(progress) == 0 => Some(self.out_of_time()),
            Action::Send(request) => Some(self.send(&request, progress).await),
            Action::Redirect { url } => {
                self.open(url, flow, progress);
                None
            }
            Action::AwaitCallback => Some(self.await_callback(progress).await),
            Action::AcceptCallback => {
                if let Some(callback) = &progress.callback {
                    callback.accept();
                }
                self.runner.observer.observe(&Timeline::CallbackAccepted);
                None
            }
            Action::RefuseCallback { reason } => {
                progress.refused += 1;
                let reason = self.runner.secrets.redact(&reason);
                self.runner.observer.observe(&Timeline::CallbackRefused { reason: &reason });
                if let Some(callback) = progress.callback.take() {
                    callback.answer(Verdict::Refused(sentence(capital(&reason)))).await;
                }
                None
            }
            Action::Sleep { millis } if millis >= self.time_left(progress) => Some(self.out_of_time()),
            Action::Sleep { millis } => {
                self.runner.observer.observe(&Timeline::Sleeping { millis, reason: "`repeat.delay`" });
                let slept = self.unless_cancelled(self.runner.clock.sleep(millis)).await;
                Some(slept.map_or(Event::Cancelled, |()| Event::Slept))
            }
            Action::Save(_) | Action::Finish(_) => None,
        }
    }

    /// What is left of the time the run has, in milliseconds.
    fn time_left(&self, progress: &Progress) -> u64 {
        let spent = self.runner.clock.now().saturating_sub(progress.began).saturating_sub(progress.away);
        self.limit_ms().saturating_sub(u64::try_from(spent).unwrap_or_default())
    }

    fn limit_ms(&self) -> u64 {
        u64::try_from(self.runner.time_limit.as_millis()).unwrap_or(u64::MAX)
    }

    fn out_of_time(&self) -> Event {
        Event::OutOfTime { limit_ms: self.limit_ms() }
    }

    async fn send(&self, request: &Request, progress: &mut Progress) -> Event {
        let address = request.url.split(['?', '#']).next().unwrap_or_default();
        self.runner.observer.observe(&Timeline::Sending {
            block: &request.label.block,
            index: request.label.index,
            method: &request.method,
            address: &self.runner.secrets.redact(address),
        });
        let began = self.runner.clock.now();
        let sending = self.runner.transport.send(request);
        let answer = if self.interruptible {
            match self.unless_cancelled(sending).await {
                Some(answer) => answer,
                None => return Event::Cancelled,
            }
        } else {
            sending.await
        };
        let duration_ms = u64::try_from(self.runner.clock.now().saturating_sub(began)).unwrap_or_default();
        progress.transport = answer.as_ref().err().map(|error| error.kind);
        if let Ok(response) = &answer {
            learn_answer(&self.runner.secrets, response);
        }
        match answer {
            Ok(response) => Event::Response { response, duration_ms },
            Err(error) => Event::TransportFailed { error, duration_ms },
        }
    }

    fn open(&self, url: String, flow: &Flow<'_>, progress: &mut Progress) {
        progress.url = match &self.runner.browser_address {
            Some(map) => map(&url),
            None => url,
        };
        let redirect_uri = flow.authorization().map_or("", |page| page.redirect_uri.as_str());
        self.runner.observer.observe(&Timeline::Open { url: &progress.url, redirect_uri });
    }

    async fn await_callback(&self, progress: &mut Progress) -> Event {
        let Some(source) = self.callbacks else { return Event::CallbackTimeout };
        if source.refusals().is_some_and(|most| progress.refused >= most) {
            return Event::CallbackTimeout;
        }
        let patience = self.runner.patience.saturating_sub(progress.waited);
        let (began, left) = (tokio::time::Instant::now(), self.runner.clock.now());
        let next = self.unless_cancelled(source.next(&progress.url, patience)).await;
        progress.waited += began.elapsed();
        progress.away = progress.away.saturating_add(self.runner.clock.now().saturating_sub(left));
        match next {
            None | Some(Err(CallbackError::Cancelled)) => Event::Cancelled,
            Some(Err(CallbackError::Timeout)) => Event::CallbackTimeout,
            Some(Err(error)) => Event::SaveFailed { message: error.to_string() },
            Some(Ok(callback)) => {
                let query = callback.query.clone();
                progress.callback = Some(callback);
                Event::Callback { query }
            }
        }
    }

    /// `None` when the run was broken off first.
    async fn unless_cancelled<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.runner.cancel.cancelled() => None,
            value = future => Some(value),
        }
    }

    /// Tells the observer of the steps that are over, once everything secret in them is known.
    fn tell(&self, flow: &Flow<'_>, progress: &mut Progress) {
        let steps = flow.steps();
        if progress.told < steps.len() {
            flow.learn(|members| learn_by_name(&self.runner.secrets, members));
        }
        while let Some(step) = steps.get(progress.told).filter(|step| is_over(step)) {
            self.runner.observer.observe(&Timeline::Step(step));
            progress.told += 1;
        }
    }

    /// Tells the person at the browser how it ended.
    async fn tell_browser(&self, result: &Result<Outcome, RunError>, callback: Option<Callback>) {
        let Some(callback) = callback else { return };
        let verdict = match result {
            Ok(_) => Verdict::Connected,
            Err(error) => {
                let message = capital(&self.runner.secrets.redact(&error.message));
                match error.kind {
                    ErrorType::AccessDenied => Verdict::Denied(sentence(message)),
                    _ => Verdict::Failed(sentence(message)),
                }
            }
        };
        callback.answer(verdict).await;
    }
}

fn is_over(step: &Step) -> bool {
    step.skipped || step.duration_ms.is_some() || step.block == "authorize"
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn sentence(mut text: String) -> String {
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}
