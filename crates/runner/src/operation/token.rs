//! `token`: a fresh access token, for `curl -H`.

use connspec_spec::Definition;
use serde_json::{Map, Value};

use crate::ErrorType;
use crate::report::{ErrorReport, Outcome, Report};
use crate::runner::Runner;

/// Names access tokens are stored under, the usual one first.
const NAMES: &[&str] = &["accessToken", "access_token", "token", "accesstoken", "authToken", "bearerToken", "apiKey"];

impl Runner {
    /// A fresh access token of connection `name`, refreshed if that is due.
    ///
    /// # Errors
    /// The report of what went wrong.
    pub async fn token(&self, definition: &Definition, name: &str) -> Result<String, Box<Report>> {
        let report = self.validate(definition, name).await;
        if !report.succeeded() {
            return Err(Box::new(report));
        }
        let stored = report.connection.as_ref().map(|connection| connection.data.clone()).unwrap_or_default();
        access_token(&stored).ok_or_else(|| {
            let keys = stored.keys().cloned().collect::<Vec<_>>().join(", ");
            let message = format!(
                "the connection holds no access token: none of {} is among its data ({keys})",
                NAMES[..3].join(", ")
            );
            let failed = self.report(Outcome::Failed).failed(ErrorReport::new(ErrorType::DataError, message));
            Box::new(failed)
        })
    }
}

/// The access token among a connection's data.
pub(super) fn access_token(data: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| data.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let own = NAMES.iter().find_map(|name| text(name)).map(str::to_owned);
    // A manifest keeps the provider's whole answer under `oauth`.
    own.or_else(|| access_token(data.get("oauth")?.as_object()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_names_are_found_and_nothing_else() {
        let data = |json: Value| json.as_object().cloned().unwrap();
        let table = [
            (serde_json::json!({"refreshToken": "r", "access_token": "a"}), Some("a")),
            (serde_json::json!({"accessToken": "", "token": "t"}), Some("t")),
            (serde_json::json!({"refreshToken": "r"}), None),
        ];
        for (json, expected) in table {
            assert_eq!(access_token(&data(json)).as_deref(), expected);
        }
    }
}
