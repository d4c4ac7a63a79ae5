//! A case as its file has it.

use connspec_exchange::{Headers, Response, TransportError, TransportErrorKind, headers_from_json, value_to_body};
use connspec_iml::{Collection, Value};
use connspec_runner::{Context, OAuth, Phase};
use connspec_spec::layout::load_text;
use connspec_spec::{Compat, Definition, LoadOptions};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

/// One statement about one directive.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The statement, in words.
    #[allow(dead_code, reason = "read by people")]
    about: String,
    /// The section of the reference documents it comes from.
    pub(crate) source: String,
    /// The block the request stands in; a basic connection's when there is none.
    phase: Option<String>,
    /// The request block.
    block: Json,
    /// The root's `oauth` directive.
    oauth: Option<Json>,
    /// What expressions see.
    #[serde(default)]
    given: Given,
    /// Switches turned away from their defaults.
    #[serde(default)]
    compat: Map<String, Json>,
    /// The `state` handed to `authorize`.
    pub(crate) state: Option<String>,
    /// The request that must go out: an object, or "skipped", "no url".
    pub(crate) request: Option<Json>,
    /// The answer; an empty 200 when there is none.
    response: Option<Json>,
    /// How many runs there have been, to ask whether there is another.
    pub(crate) runs: Option<u32>,
    /// What must come of it.
    #[serde(default)]
    pub(crate) outcome: Map<String, Json>,
    /// Words that some decision must contain.
    #[serde(default)]
    pub(crate) decisions: Vec<String>,
    /// Words that no decision may contain.
    #[serde(default)]
    pub(crate) unsaid: Vec<String>,
}

/// The variables of a case, in the tagged form of cli.md.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Given {
    data: Json,
    common: Json,
    temp: Json,
    query: Vec<(String, String)>,
    scope: Vec<String>,
    redirect_uri: String,
    now: Option<String>,
}

impl Case {
    pub(crate) fn read(text: &str) -> datatest_stable::Result<Self> {
        let case: Self = serde_json::from_str(text)?;
        if case.request.is_none() && case.outcome.is_empty() {
            return Err("the case expects nothing".into());
        }
        Ok(case)
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.phase.as_deref() {
            None => Phase::Basic,
            Some("preauthorize") => Phase::Preauthorize,
            Some("requestToken") => Phase::RequestToken,
            Some("authorize") => Phase::Authorize,
            Some("callback") => Phase::Callback,
            Some("token") => Phase::Token,
            Some("accessToken") => Phase::AccessToken,
            Some("info") => Phase::Info,
            Some("refresh") => Phase::Refresh,
            Some("invalidate") => Phase::Invalidate,
            Some(other) => panic!("there is no phase `{other}`"),
        }
    }

    /// The block within a whole definition.
    pub(crate) fn definition(&self) -> datatest_stable::Result<Definition> {
        let communication = match self.phase() {
            Phase::Basic => self.block.clone(),
            phase => {
                let mut blocks = json!({ phase.block(): self.block });
                if let Some(oauth) = &self.oauth {
                    blocks["oauth"] = oauth.clone();
                    // What makes it OAuth 1 (connection.md §1).
                    if blocks.get("requestToken").is_none() {
                        blocks["requestToken"] = json!({});
                    }
                }
                blocks
            }
        };
        let text = serde_json::to_string_pretty(&json!({ "communication": communication }))?;
        Ok(load_text("case.json", &text, &LoadOptions::default())?.definition)
    }

    pub(crate) fn compat(&self) -> datatest_stable::Result<Compat> {
        let mut compat = Compat::default();
        for (key, value) in &self.compat {
            compat.set(&format!("{key}={}", value.as_str().unwrap_or_default()))?;
        }
        Ok(compat)
    }

    /// The clock, Unix milliseconds; 2026-01-02T03:04:05.000Z when the case does not say.
    pub(crate) fn now(&self) -> datatest_stable::Result<i64> {
        let text = self.given.now.as_deref().unwrap_or("2026-01-02T03:04:05.000Z");
        let date = Value::from_tagged(&json!({ "$date": text })).as_date();
        Ok(date.ok_or("`now` is no date")?.millis)
    }

    pub(crate) fn context(&self) -> Context {
        let oauth = OAuth::with_redirect_uri(self.given.scope.clone(), &self.given.redirect_uri);
        let mut context =
            Context::new(self.phase(), collection(&self.given.data), collection(&self.given.common), oauth);
        context.merge_temp(&collection(&self.given.temp).into());
        context.set_query(self.given.query.clone());
        context
    }

    /// The answer of the other side, or why there is none: `{"failure": "Refused"}`.
    pub(crate) fn outcome_of_sending(&self) -> datatest_stable::Result<Result<Response, TransportError>> {
        let Some(answer) = &self.response else { return Ok(Ok(Response::new(200))) };
        if let Some(kind) = answer["failure"].as_str() {
            return Ok(Err(TransportError::new(failure(kind), format!("it failed: {kind}"))));
        }
        let status = u16::try_from(answer["status"].as_u64().unwrap_or(200))?;
        let mut response = Response::new(status);
        response.headers = answer["headers"].as_object().map(headers_from_json).unwrap_or_else(Headers::new);
        // A JSON body in a case is an answer of that content type, unless the case says otherwise.
        let body = answer.get("body");
        let is_json = body.is_some_and(|body| !body.is_string() && body.get("base64").is_none());
        if is_json && !response.headers.contains("content-type") {
            response.headers.set("content-type", "application/json");
        }
        response.body = value_to_body(body)?;
        Ok(Ok(response))
    }
}

fn failure(kind: &str) -> TransportErrorKind {
    match kind {
        "Timeout" => TransportErrorKind::Timeout,
        "Refused" => TransportErrorKind::Refused,
        "Reset" => TransportErrorKind::Reset,
        "Dns" => TransportErrorKind::Dns,
        "Tls" => TransportErrorKind::Tls,
        "TooLarge" => TransportErrorKind::TooLarge,
        "BlockedAddress" => TransportErrorKind::BlockedAddress,
        "TooManyRedirects" => TransportErrorKind::TooManyRedirects,
        other => panic!("there is no failure `{other}`"),
    }
}

fn collection(json: &Json) -> Collection {
    match Value::from_tagged(json) {
        Value::Collection(members) => members,
        Value::Null => Collection::new(),
        other => panic!("variables must be an object, not {}", other.kind()),
    }
}
