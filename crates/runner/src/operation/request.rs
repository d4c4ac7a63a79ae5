//! `request`: one authenticated call of the provider's API.

use connspec_spec::Definition;
use serde_json::{Map, Value};

use crate::ErrorType;
use crate::report::{ErrorReport, Outcome, Report};
use crate::runner::Runner;

/// A call of the provider's API.
#[derive(Clone, Default)]
pub struct ApiRequest {
    /// The method.
    pub method: String,
    /// Absolute, or relative to the app's base.
    pub url: String,
    /// Headers; they win over the app's base.
    pub headers: Vec<(String, String)>,
    /// Query parameters.
    pub query: Vec<(String, String)>,
    /// The body, as it goes out.
    pub body: Option<Vec<u8>>,
}

impl Runner {
    /// Calls the provider's API with the connection's fresh credentials; an answer that says they have expired
    /// leads to one refresh and one repetition (RFC 6750).
    pub async fn request(&self, definition: &Definition, name: &str, call: &ApiRequest) -> Report {
        let _ = (definition, name, call, Map::<String, Value>::new());
        let error = ErrorReport::new(ErrorType::RuntimeError, "`request` is not built yet");
        self.report(Outcome::Failed).failed(error)
    }
}
