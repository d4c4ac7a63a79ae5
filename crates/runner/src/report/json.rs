//! The report as cli.md's JSON object: the one exit door, where secrets become `«name»`.

use connspec_exchange::{exchange_json, secret_name};
use serde_json::{Map, Value, json};

use super::{
    AuthorizationReport, ConnectionReport, ErrorReport, Expiry, RefreshForecast, Report, Reveal, Step, is_secret_name,
};

impl Report {
    /// The report in cli.md's shape.
    pub fn to_json(&self, reveal: Reveal) -> Value {
        let hide = |value: Value| match reveal {
            Reveal::Everything => value,
            Reveal::Nothing => self.secrets.redact_json(&value),
        };
        let steps: Vec<Value> = self.steps.iter().map(|step| self.step_json(step, reveal)).collect();
        let mut report = Map::new();
        report.insert("outcome".to_owned(), self.outcome.name().into());
        report.insert(
            "connection".to_owned(),
            self.connection.as_ref().map_or(Value::Null, |connection| hide(connection.to_json(reveal))),
        );
        report.insert("steps".to_owned(), steps.into());
        report.insert(
            "error".to_owned(),
            self.error.as_ref().map_or(Value::Null, |error| self.error_json(error, reveal)),
        );
        if let Some(authorization) = &self.authorization {
            report.insert("authorization".to_owned(), hide(authorization.to_json()));
        }
        if let Some(expiry) = &self.expiry {
            report.insert("expiry".to_owned(), expiry.to_json());
        }
        if let Some(run) = &self.run {
            report.insert("run".to_owned(), hide(run.to_json()));
        }
        if !self.mapped_origins.is_empty() {
            let pairs = self.mapped_origins.iter().map(|(from, to)| json!({"from": from, "to": to}));
            report.insert("mappedOrigins".to_owned(), pairs.collect());
        }
        Value::Object(report)
    }

    fn step_json(&self, step: &Step, reveal: Reveal) -> Value {
        let value = step.to_json();
        match reveal {
            Reveal::Everything => value,
            Reveal::Nothing => {
                let mut value = self.secrets.redact_json(&value);
                step.sanitize.mask(&mut value);
                value
            }
        }
    }

    fn error_json(&self, error: &ErrorReport, reveal: Reveal) -> Value {
        let message = match reveal {
            Reveal::Everything => error.message.clone(),
            Reveal::Nothing => self.secrets.redact(&error.message),
        };
        let location = error
            .location
            .as_ref()
            .map(|location| json!({"path": location.path, "line": location.line, "column": location.column}));
        json!({
            "type": error.kind.name(),
            "message": message,
            "block": error.block,
            "directive": error.directive,
            "location": location,
            "status": error.status,
            "retryAfterMs": error.retry_after,
        })
    }

    /// The error's message without secrets, for people.
    pub fn message(&self) -> Option<String> {
        self.error.as_ref().map(|error| self.secrets.redact(&error.message))
    }
}

impl ConnectionReport {
    fn to_json(&self, reveal: Reveal) -> Value {
        let mut value = json!({
            "name": self.name,
            "data": self.shown_data(reveal),
            "scope": self.scope,
            "uid": self.uid,
            "metadata": self.metadata,
            "expires": self.expires.map(iso),
        });
        if let (Some(why), Some(members)) = (&self.needs_reauthorization, value.as_object_mut()) {
            members.insert("needsReauthorization".to_owned(), why.as_str().into());
        }
        value
    }
}

impl ConnectionReport {
    /// `data`; what stands under a secret's name is hidden whatever it is, since a short value is not found elsewhere.
    fn shown_data(&self, reveal: Reveal) -> Map<String, Value> {
        let hidden = |name: &str, value: &Value| {
            reveal == Reveal::Nothing && is_secret_name(name) && (value.is_string() || value.is_number())
        };
        let shown = self.data.iter().map(|(name, value)| {
            let value = if hidden(name, value) { format!("«{}»", secret_name(name)).into() } else { value.clone() };
            (name.clone(), value)
        });
        shown.collect()
    }
}

impl AuthorizationReport {
    fn to_json(&self) -> Value {
        json!({"url": self.url, "redirectUri": self.redirect_uri, "scope": self.scope})
    }
}

impl Expiry {
    fn to_json(&self) -> Value {
        let (forecast, at) = match self.refresh {
            RefreshForecast::NoRefresh => ("noRefresh", None),
            RefreshForecast::Always => ("everyCall", None),
            RefreshForecast::At(at) => ("at", Some(at)),
            RefreshForecast::Never => ("never", None),
            RefreshForecast::Unknown => ("unknown", None),
        };
        json!({
            "accessTokenExpires": self.access_token.map(iso),
            "refresh": forecast,
            "refreshAt": at.map(iso),
            "reauthorizeBefore": self.reauthorize.map(iso),
            "notes": self.notes,
        })
    }
}

impl Step {
    fn to_json(&self) -> Value {
        let mut exchange = self.request.as_ref().map(|request| exchange_json(request, self.response.as_ref()));
        let mut part = |name: &str| exchange.as_mut().and_then(|exchange| exchange.get_mut(name)).map(Value::take);
        let (request, response) = (part("request"), part("response"));
        let decisions: Vec<String> = self.decisions.iter().map(ToString::to_string).collect();
        let mut value = json!({
            "block": self.block,
            "index": self.index,
            "skipped": self.skipped,
            "request": request,
            "response": response,
            "durationMs": self.duration_ms,
            "decisions": decisions,
        });
        if let Some(members) = value.as_object_mut() {
            if let Some(callback) = &self.callback {
                members.insert("callback".to_owned(), Value::Object(callback.clone()));
            }
            if let Some(failure) = &self.failure {
                members.insert("failure".to_owned(), failure.as_str().into());
            }
        }
        value
    }
}

/// A moment as ISO 8601 in UTC, to the millisecond.
pub(crate) fn iso(millis: i64) -> String {
    match (connspec_iml::Value::Date(connspec_iml::Date { millis })).to_json() {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// A moment for people: `2026-01-01 09:05:00 UTC`.
pub fn moment(millis: i64) -> String {
    let iso = iso(millis);
    let (date, time) = iso.split_once('T').unwrap_or((&iso, ""));
    format!("{date} {} UTC", time.split('.').next().unwrap_or_default())
}

/// The moment an ISO 8601 text names, Unix milliseconds.
pub fn parse_iso(text: &str) -> Option<i64> {
    connspec_iml::Value::from_tagged(&json!({"$date": text})).as_date().map(|date| date.millis)
}

#[cfg(test)]
mod tests {
    use connspec_exchange::{Request, Response, SanitizePaths, Secrets};

    use super::*;
    use crate::report::Outcome;

    fn report() -> Report {
        let secrets = Secrets::new();
        secrets.learn("clientSecret", "s3cr3t-s3cr3t");
        let mut report = Report::new(Outcome::Connected, secrets);
        report.connection = Some(ConnectionReport {
            name: Some("mine".into()),
            data: json!({"clientSecret": "s3cr3t-s3cr3t", "pin": 12, "user": "Jane"}).as_object().unwrap().clone(),
            scope: vec!["read".into()],
            expires: Some(0),
            ..ConnectionReport::default()
        });
        report.steps.push(Step {
            block: "token".into(),
            index: 0,
            skipped: false,
            request: Some(
                Request::new("POST", "https://a.example/token?x=1")
                    .with_form([("client_secret", "s3cr3t-s3cr3t"), ("extra", "odd value")]),
            ),
            response: Some(Response::json(200, &json!({"ok": true, "inner": {"odd": "thing"}}))),
            callback: None,
            started: 0,
            duration_ms: Some(3),
            decisions: Vec::new(),
            sanitize: SanitizePaths::new(["request.body.extra", "response.body.inner"]),
            failure: None,
        });
        report
    }

    #[test]
    fn the_shape_is_cli_md_s() {
        let value = report().to_json(Reveal::Nothing);
        assert_eq!(value["connection"]["data"]["clientSecret"], "«clientSecret»");
        assert_eq!(value["connection"]["data"]["pin"], "«pin»");
        assert_eq!(value["connection"]["expires"], "1970-01-01T00:00:00.000Z");
        let step = &value["steps"][0];
        for key in ["block", "index", "skipped", "request", "response", "durationMs", "decisions"] {
            assert!(!step[key].is_null(), "{key}: {step}");
        }
        assert_eq!(step["request"]["body"], "client_secret=«clientSecret»&extra=«extra»");
        assert_eq!(step["response"]["body"], json!({"ok": true, "inner": {"odd": "«odd»"}}));
        assert!(value["error"].is_null());
    }

    #[test]
    fn only_reveal_shows_secrets() {
        let report = report();
        assert!(report.to_json(Reveal::Everything).to_string().contains("s3cr3t"));
        assert!(!report.to_json(Reveal::Nothing).to_string().contains("s3cr3t"));
        assert!(!format!("{report:?} {:?}", report.steps).contains("s3cr3t"));
    }
}
