//! `token`: a fresh access token, for `curl -H`.

use connspec_spec::Definition;
use serde_json::{Map, Value};

use crate::ErrorType;
use crate::report::{ErrorReport, Outcome, Report};
use crate::runner::Runner;

/// Names access tokens are stored under, the usual one first.
const NAMES: &[&str] = &["accessToken", "access_token", "token", "accesstoken", "authToken", "bearerToken"];

/// The usual name of an API key.
const KEY: &str = "apiKey";

/// What a connection proves itself with.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The access token, or the key.
    pub value: String,
    /// The key's name among the data, where it is one: it does not end and is not refreshed.
    pub key: Option<String>,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Credential").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The key of a connection without tokens: `apiKey`, else the only field of its form, where that is a password's.
fn only_key(definition: &Definition, data: &Map<String, Value>) -> Option<Credential> {
    let mut fields = definition.parameters.fields.iter().filter(|field| !field.name.is_empty());
    let only = match (fields.next(), fields.next()) {
        (Some(field), None) if field.is_secret() => Some(field.name.as_str()),
        _ => None,
    };
    let found = |name: &str| data.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let name = [Some(KEY), only].into_iter().flatten().find(|name| found(name).is_some())?;
    Some(Credential { value: found(name)?.to_owned(), key: Some(name.to_owned()) })
}

impl Runner {
    /// A fresh access token of connection `name`, refreshed if that is due.
    ///
    /// # Errors
    /// The report of what went wrong.
    pub async fn token(&self, definition: &Definition, name: &str) -> Result<String, Box<Report>> {
        self.credential(definition, name).await.map(|credential| credential.value)
    }

    /// As [`Runner::token`], with what it is: an access token, or the key of a connection that has nothing else.
    ///
    /// # Errors
    /// The report of what went wrong.
    pub async fn credential(&self, definition: &Definition, name: &str) -> Result<Credential, Box<Report>> {
        let report = self.validate(definition, name).await;
        if !report.succeeded() {
            return Err(Box::new(report));
        }
        let stored = report.connection.as_ref().map(|connection| connection.data.clone()).unwrap_or_default();
        let token = access_token(&stored).map(|value| Credential { value, key: None });
        token.or_else(|| only_key(definition, &stored)).ok_or_else(|| {
            let keys = stored.keys().cloned().collect::<Vec<_>>().join(", ");
            let message = format!(
                "the connection holds no access token: none of {}, {KEY} is among its data ({keys}); `connspec request` \
                 sends what it holds the way the definition does",
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
            (serde_json::json!({"apiKey": "k"}), None),
        ];
        for (json, expected) in table {
            assert_eq!(access_token(&data(json)).as_deref(), expected);
        }
    }

    #[test]
    fn a_key_is_told_from_a_token() {
        let definition = |parameters: Value| {
            let sections = serde_json::json!({"communication": {"url": "https://a.test"}, "parameters": parameters});
            let options = connspec_spec::LoadOptions::default();
            connspec_spec::layout::load_text("app.json", &sections.to_string(), &options).unwrap().definition
        };
        let field = |name: &str, kind: &str| serde_json::json!({"name": name, "type": kind});
        let table = [
            (vec![field("apiKey", "text"), field("region", "text")], Some("apiKey")),
            (vec![field("secret", "password")], Some("secret")),
            (vec![field("secret", "text")], None),
            (vec![field("username", "text"), field("secret", "password")], None),
            (vec![], None),
        ];
        for (fields, expected) in table {
            let names: Vec<&str> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
            let data = names.iter().map(|name| ((*name).to_owned(), Value::from(format!("value of {name}")))).collect();
            let found = only_key(&definition(fields.clone().into()), &data);
            assert_eq!(found.as_ref().and_then(|credential| credential.key.as_deref()), expected, "{names:?}");
            if let Some(credential) = found {
                assert_eq!(credential.value, format!("value of {}", expected.unwrap()));
                assert!(!format!("{credential:?}").contains("value of"));
            }
        }
    }
}
