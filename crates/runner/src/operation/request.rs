//! `request`: one authenticated call of the provider's API, with a fresh token and one refresh on expiry.

use std::sync::Arc;

use connspec_exchange::{Request, Response, TransportError};
use connspec_spec::Definition;
use connspec_store::SavedConnection;

use super::api::Api;
use super::refresh::{Trouble, Urge};
use super::saved_report;
use crate::host::RunHost;
use crate::observer::Timeline;
use crate::report::{ErrorReport, Outcome, Report, Step, learn_answer};
use crate::runner::Runner;
use crate::{Decision, ErrorType, RunError};

/// A call of the provider's API. `Debug` shows no header value and no body.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ApiRequest {
    /// The method; GET when empty.
    pub method: String,
    /// Absolute, or relative to the app's base.
    pub url: String,
    /// Headers; they win over the app's base.
    pub headers: Vec<(String, String)>,
    /// Query parameters, added to the url's own.
    pub query: Vec<(String, String)>,
    /// The body, as it goes out.
    pub body: Option<Vec<u8>>,
}

impl std::fmt::Debug for ApiRequest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let address = self.url.split('?').next().unwrap_or_default();
        formatter
            .debug_struct("ApiRequest")
            .field("method", &self.method)
            .field("url", &address)
            .finish_non_exhaustive()
    }
}

impl Runner {
    /// Calls the provider's API with the credentials of connection `name`: as the app's base sends them, else as the
    /// definition's `info` does. An answer that says they have expired leads to one refresh and one repetition
    /// (RFC 6750 §3.1), never to a loop. Any answer is a success of this operation, whatever its status.
    pub async fn request(&self, definition: &Definition, name: &str, call: &ApiRequest) -> Report {
        let run = self.begin("request");
        let host = Arc::new(run.host());
        let report = run.call(definition, name, call, &host).await;
        run.end(report)
    }

    async fn call(&self, definition: &Definition, name: &str, call: &ApiRequest, host: &Arc<RunHost>) -> Report {
        let mut report = self.report(Outcome::Requested);
        let renewal = self.renew(definition, name, Urge::WhenDue, host).await;
        report.steps.extend(renewal.steps.into_iter().filter(|step| !step.skipped));
        let connection = match renewal.result {
            Ok((connection, _)) => connection,
            Err(trouble) => {
                report.examined = trouble.examined;
                return report.failed(trouble.error);
            }
        };
        let api = Api::of(definition);
        let answered = self.send_once(&api, &connection, call, host, &mut report).await;
        let expired = matches!(&answered, Ok(response) if self.has_expired(&api, &connection, response, host));
        if !expired || !crate::flow::can_renew(definition) {
            return self.conclude(report, answered.map(|_| ()), &connection, definition);
        }
        let renewal = self.renew(definition, name, Urge::Now, host).await;
        let became = match &renewal.result {
            Ok(_) => "so they were refreshed once and the call repeated",
            Err(_) => "and could not be refreshed, so the call was not repeated",
        };
        note(&mut report, "response", &format!("the credentials have expired, {became}"));
        report.steps.extend(renewal.steps);
        match renewal.result {
            Ok((fresh, _)) => {
                let answered = self.send_once(&api, &fresh, call, host, &mut report).await;
                self.conclude(report, answered.map(|_| ()), &fresh, definition)
            }
            Err(trouble) => {
                let Trouble { mut error, examined, rescued } = *trouble;
                let status = answered.map_or(0, |response| response.status);
                error.message = format!(
                    "the call was answered with {status} (the credentials have ended) and was not repeated: {}",
                    error.message
                );
                report.examined = examined;
                report.connection = rescued.as_deref().map(saved_report);
                report.failed(error)
            }
        }
    }

    fn conclude(
        &self,
        mut report: Report,
        result: Result<(), RunError>,
        connection: &SavedConnection,
        definition: &Definition,
    ) -> Report {
        report.connection = Some(saved_report(connection));
        match result {
            Ok(()) => report,
            Err(error) => report.failed(ErrorReport::of(&error, &definition.sources)),
        }
    }

    async fn send_once(
        &self,
        api: &Api<'_>,
        connection: &SavedConnection,
        call: &ApiRequest,
        host: &RunHost,
        report: &mut Report,
    ) -> Result<Response, RunError> {
        let setup = self.setup_saved(api.definition(), connection);
        let mut decisions = Vec::new();
        let request = api.build(call, &setup, host, &mut decisions)?;
        let began = self.clock.now();
        self.observer.observe(&Timeline::Sending {
            block: "request",
            index: 0,
            method: &request.method,
            address: request.url.split('?').next().unwrap_or_default(),
        });
        let answer = self.transport.send(&request).await;
        let mut step = Step::begin("request", 0, began);
        step.sanitize = api.sanitize();
        step.request = Some(request.clone());
        step.duration_ms = u64::try_from(self.clock.now().saturating_sub(began)).ok();
        step.decisions = decisions;
        step.response = answer.as_ref().ok().cloned();
        step.failure = answer.as_ref().err().map(ToString::to_string);
        self.learn_exchange(api, &request, step.response.as_ref());
        self.observer.observe(&Timeline::Step(&step));
        report.steps.push(step);
        answer.map_err(|error| unreachable_provider(&error))
    }

    fn learn_exchange(&self, api: &Api<'_>, request: &Request, response: Option<&Response>) {
        api.sanitize().learn(&self.secrets, request, response);
        if let Some(response) = response {
            learn_answer(&self.secrets, response);
        }
    }

    /// Whether an answer says that the credentials have ended: 401, or what the definition calls
    /// `InvalidAccessTokenError` — behind a 400, a 403, or a 200 with an error (demand.md 4).
    fn has_expired(&self, api: &Api<'_>, connection: &SavedConnection, response: &Response, host: &RunHost) -> bool {
        response.status == 401 || api.calls_expired(response, &self.setup_saved(api.definition(), connection), host)
    }
}

fn note(report: &mut Report, directive: &str, text: &str) {
    if let Some(step) = report.steps.last_mut() {
        step.decisions.push(Decision { directive: directive.to_owned(), text: text.to_owned(), switch: None });
    }
}

pub(super) fn unreachable_provider(error: &TransportError) -> RunError {
    use connspec_exchange::TransportErrorKind::{BlockedAddress, TooLarge, TooManyRedirects};
    let kind = match error.kind {
        BlockedAddress => ErrorType::BlockedAddress,
        TooLarge | TooManyRedirects => ErrorType::LimitExceeded,
        _ => ErrorType::ProviderUnreachable,
    };
    RunError::new(kind, error.to_string())
}
