//! The timeline: a run told block by block while it happens, and its outcome at the end. No secret is shown.

use std::fmt::Write as _;
use std::sync::Mutex;

use connspec_exchange::{Secrets, exchange_json};
use connspec_runner::report::{Expiry, RefreshForecast, RunReport};
use connspec_runner::{Observer, Report, Step, Timeline};
use serde_json::Value;

use super::{Paint, moment};

/// Width of the column that holds the block's name.
const BLOCK: usize = 13;

/// Tells a run to the person, line by line.
pub struct Teller {
    paint: Paint,
    secrets: Secrets,
    verbose: bool,
    open: fn(&str),
    say: Box<dyn Fn(&str) + Send + Sync>,
    last_block: Mutex<String>,
}

impl Teller {
    /// A teller that gives each line to `say`; `open` is handed the address a person must visit.
    pub fn new(
        paint: Paint,
        secrets: Secrets,
        verbose: bool,
        open: fn(&str),
        say: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        Self { paint, secrets, verbose, open, say: Box::new(say), last_block: Mutex::default() }
    }

    /// A line in the column beside the blocks; the block's name stands before its first line only.
    fn line(&self, block: &str, text: &str) {
        let mut last = self.last_block.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let shown = if *last == block { "" } else { block };
        block.clone_into(&mut last);
        let padding = " ".repeat(BLOCK.saturating_sub(shown.chars().count()));
        (self.say)(format!("  {}{padding}{text}", self.paint.bold(shown)).trim_end());
    }

    fn step(&self, step: &Step) {
        let block = if step.index == 0 { step.block.clone() } else { format!("{}[{}]", step.block, step.index + 1) };
        if let Some(request) = &step.request {
            // Hidden before it is cut: a secret may hold what cuts it.
            let url = self.secrets.redact(&request.url);
            let (address, query) = url.split_once('?').unwrap_or((&url, ""));
            let address = format!("{} {address}", request.method);
            self.line(&block, &format!("{} {}", self.paint.cyan("→"), address));
            for pair in query.split('&').filter(|pair| !pair.is_empty()) {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                self.line(&block, &self.paint.dim(format!("    {name} = {}", self.secrets.redact(&decoded(value)))));
            }
        }
        if let Some(callback) = &step.callback {
            self.line(&block, &format!("{} the browser came back", self.paint.cyan("←")));
            for (name, value) in callback {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                self.line(&block, &self.paint.dim(format!("    {name} = {}", self.secrets.redact(&value))));
            }
        }
        if let Some(response) = &step.response {
            let status = format!("{} {}", response.status, reason(response.status));
            let status = if response.status < 400 {
                self.paint.green(status.trim_end())
            } else {
                self.paint.red(status.trim_end())
            };
            let took = step.duration_ms.map_or(String::new(), |millis| self.paint.dim(took(millis)));
            self.line(&block, &format!("{} {status}{took}", self.paint.cyan("←")));
        }
        if self.verbose {
            self.details(&block, step);
        } else if let Some(body) = self.refusal(step) {
            self.line(&block, &self.paint.dim(format!("    {body}")));
        }
        for decision in &step.decisions {
            self.line(&block, &format!("{} {}", self.paint.dim("·"), self.secrets.redact(&decision.to_string())));
        }
        if let Some(failure) = &step.failure {
            self.line(&block, &format!("{} {}", self.paint.red("✗"), self.secrets.redact(failure)));
        }
    }

    /// The beginning of what a provider said with an error status.
    fn refusal(&self, step: &Step) -> Option<String> {
        const LONGEST: usize = 200;
        let (request, response) = (step.request.as_ref()?, step.response.as_ref()?);
        if response.status < 400 {
            return None;
        }
        let mut exchange = self.secrets.redact_json(&exchange_json(request, Some(response)));
        step.sanitize.mask(&mut exchange);
        let body = text(&exchange["response"]["body"]);
        let words = body.split_whitespace().collect::<Vec<_>>().join(" ");
        let short: String = words.chars().take(LONGEST).collect();
        let more = if short.len() < words.len() { "…" } else { "" };
        (!short.is_empty()).then(|| format!("{short}{more}"))
    }

    /// Headers and bodies of a step.
    fn details(&self, block: &str, step: &Step) {
        let Some(request) = &step.request else { return };
        let mut exchange = self.secrets.redact_json(&exchange_json(request, step.response.as_ref()));
        step.sanitize.mask(&mut exchange);
        for side in ["request", "response"] {
            for (name, value) in exchange[side]["headers"].as_object().into_iter().flatten() {
                self.line(block, &self.paint.dim(format!("    {side}.headers.{name}: {}", text(value))));
            }
            for line in text(&exchange[side]["body"]).lines() {
                self.line(block, &self.paint.dim(format!("    {side}.body: {line}")));
            }
        }
    }
}

impl Observer for Teller {
    fn observe(&self, event: &Timeline<'_>) {
        match event {
            Timeline::Started { .. } => {
                self.last_block.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear()
            }
            Timeline::Step(step) => self.step(step),
            Timeline::Open { url, .. } => (self.open)(url),
            Timeline::CallbackAccepted => {
                let text = "the browser came back to this attempt";
                self.line("authorize", &format!("{} {text}", self.paint.cyan("←")));
            }
            Timeline::CallbackRefused { reason } => {
                self.line("", &format!("{} {}", self.paint.yellow("!"), self.secrets.redact(reason)));
            }
            Timeline::Sleeping { millis, reason } => self.line("", &format!("… waits {millis} ms: {reason}")),
            Timeline::WaitingForRefresh { holder, remaining } => {
                self.line("", &format!("… {}", waiting_for(holder, *remaining)));
            }
            Timeline::Replacing { name } => {
                let text = format!("{} is saved already, for the same account: it is replaced", quoted(name));
                self.line("", &format!("{} {text}", self.paint.yellow("!")));
            }
            Timeline::NameTaken { name, instead } => {
                let text =
                    format!("{} is taken by another connection, so this one is {}", quoted(name), quoted(instead));
                self.line("", &format!("{} {text}", self.paint.yellow("!")));
            }
            Timeline::RefreshRepeated { since } => {
                self.line("refresh", &format!("{} {}", self.paint.yellow("!"), repeated(*since)));
            }
            _ => {}
        }
    }
}

/// Says on stderr what a person must hear of also where no steps are told (`token`, `--json`).
pub fn warn(event: &Timeline<'_>) {
    match event {
        Timeline::RefreshRepeated { since } => super::say(repeated(*since)),
        Timeline::WaitingForRefresh { holder, remaining } => super::say(waiting_for(holder, *remaining)),
        _ => {}
    }
}

fn waiting_for(holder: &str, remaining: i64) -> String {
    let seconds = remaining.saturating_add(999) / 1_000;
    format!("{holder} is refreshing this connection: waiting for its result, or {seconds} s without a sign of life")
}

fn repeated(since: i64) -> String {
    format!("the refresh sent on {} was never answered, or its answer never saved: sending it once more", moment(since))
}

/// The outcome of a run in a few lines: what the connection is now, when its tokens end, what to do next.
pub fn outcome(report: &Report, paint: Paint) -> String {
    let mut text = String::new();
    if let Some(error) = &report.error {
        let message = report.message().unwrap_or_default();
        let _ = write!(text, "{} {message}", paint.red("✗"));
        let block = error.block.as_deref().map(|block| format!("block {block}"));
        let directive = error.directive.as_deref().map(|directive| format!("directive {directive}"));
        let location =
            error.location.as_ref().map(|location| format!("{}:{}:{}", location.path, location.line, location.column));
        let place: Vec<String> = [location, block, directive].into_iter().flatten().collect();
        if !place.is_empty() {
            let _ = write!(text, "\n  {} {}", paint.dim("at"), place.join(", "));
        }
        let _ = write!(text, "\n  {}", paint.dim(format!("error type {}", error.kind.name())));
        if let Some(millis) = error.retry_after {
            let seconds = millis.div_ceil(1000);
            let _ = write!(text, "\n  {}", paint.dim(format!("the provider asks to wait {seconds} s")));
        }
        if let Some(run) = &report.run {
            run_rows(&mut text, paint, report, run);
        }
        return text;
    }
    let _ = write!(text, "{} {}", paint.green("✓"), paint.bold(report.outcome.name()));
    if let Some(connection) = &report.connection {
        if let Some(name) = &connection.name {
            let _ = write!(text, " {}", report.secrets.redact(name));
        }
        let account = connection.metadata.as_ref().and_then(|metadata| metadata["value"].as_str());
        if let Some(account) = account.filter(|account| Some(*account) != connection.name.as_deref()) {
            let _ = write!(text, " ({})", report.secrets.redact(account));
        }
        if !connection.scope.is_empty() {
            row(&mut text, paint, "scope", &connection.scope.join(" "));
        }
        if let Some(why) = &connection.needs_reauthorization {
            row(&mut text, paint, "reconnect", &report.secrets.redact(why));
        }
    }
    if let Some(expiry) = &report.expiry {
        expiry_rows(&mut text, paint, expiry);
    }
    if let Some(run) = &report.run {
        run_rows(&mut text, paint, report, run);
    }
    text
}

/// What running a manifest brought.
fn run_rows(text: &mut String, paint: Paint, report: &Report, run: &RunReport) {
    if let Some(found) = run.found {
        row(text, paint, "found", if found { "yes" } else { "no" });
    }
    for (name, value) in &run.stored {
        row(text, paint, "stored", &report.secrets.redact(&format!("{name} = {}", self::text(value))));
    }
    if let Some(people) = &run.people {
        let pages = if run.pages == 1 { "1 page".to_owned() } else { format!("{} pages", run.pages) };
        row(text, paint, "people", &format!("{} on {pages}", people.len()));
        for person in people {
            row(text, paint, "", &report.secrets.redact(&Value::Object(person.clone()).to_string()));
        }
    }
    for message in &run.messages {
        let to = message["to"].as_str().unwrap_or_default();
        let subject = message["subject"].as_str().unwrap_or_default();
        let kind = message["type"].as_str().unwrap_or_default();
        row(text, paint, "not sent", &report.secrets.redact(&format!("{kind} to {to}: {subject}")));
    }
}

fn expiry_rows(text: &mut String, paint: Paint, expiry: &Expiry) {
    if let Some(at) = expiry.access_token {
        row(text, paint, "token ends", &moment(at));
    }
    match expiry.refresh {
        RefreshForecast::At(at) => row(text, paint, "refresh", &format!("from {}", moment(at))),
        RefreshForecast::Always => row(text, paint, "refresh", "on every call"),
        RefreshForecast::Never => row(text, paint, "refresh", "never: its condition stays false"),
        RefreshForecast::NoRefresh | RefreshForecast::Unknown => {}
    }
    if let Some(at) = expiry.reauthorize {
        row(text, paint, "reconnect", &format!("before {}", moment(at)));
    }
    for note in &expiry.notes {
        row(text, paint, "note", note);
    }
}

fn quoted(name: &str) -> String {
    format!("“{name}”")
}

fn row(text: &mut String, paint: Paint, name: &str, value: &str) {
    let _ = write!(text, "\n  {} {value}", paint.dim(format!("{name:<12}")));
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// How long an answer took.
fn took(millis: u64) -> String {
    if millis == 0 { "   < 1 ms".to_owned() } else { format!("   {millis} ms") }
}

/// A query value as it was meant.
fn decoded(value: &str) -> String {
    url::form_urlencoded::parse(format!("v={value}").as_bytes())
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

/// The standard words of a status (RFC 9110 §15); empty for one without.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}
