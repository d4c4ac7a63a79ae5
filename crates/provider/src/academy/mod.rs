//! The Custom App Academy API, versions 1 (API key) and 2 (OAuth 2), after
//! `reference/academy-api.md`.

mod errors;
mod people;
mod records;
mod settings;
mod v1;
mod v2;

use connspec_exchange::Transport;

pub use crate::consent::ConsentError;
pub use people::Person;
pub use settings::Settings;
pub use v1::router as v1;
pub use v2::{SCOPES, router as v2};

/// How a person answers the consent page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Allow.
    Allow,
    /// Deny.
    Deny,
}

/// Answers the Academy's consent page without a browser: opens the authorization `url`, chooses
/// `person`, presses the button, and returns the address the browser is sent to.
pub async fn consent(
    transport: &dyn Transport,
    url: &str,
    person: Person,
    decision: Decision,
) -> Result<String, ConsentError> {
    crate::consent::answer(transport, url, Some(person.id()), decision == Decision::Allow).await
}
