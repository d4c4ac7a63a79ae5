//! The callback: whose it is, what it says (connection.md §4.3; RFC 6749 §4.1.2, §10.12; RFC 9207).

use connspec_iml::Host;
use connspec_spec::compat::ManifestState;

use super::authorize::query_value;
use super::pending::Waiting;
use super::{Action, Flow, State};
use crate::callback::CallbackQuery;
use crate::response::interpret_callback;
use crate::{Decision, Decisions, ErrorType, Phase, RunError};

/// The longest text of a provider that is quoted.
const QUOTE: usize = 300;

/// Whether a callback is the one waited for.
enum Judgement {
    /// It is.
    Ours,
    /// It is not; the real one may still come.
    Foreign(String),
    /// It is, and it is too late for any.
    Late,
}

impl Flow<'_> {
    /// A browser came back.
    pub(super) fn called_back(&mut self, query: &CallbackQuery, host: &dyn Host) -> Vec<Action> {
        let Some(waiting) = self.waiting.clone() else { return self.finish() };
        let query = &self.issuers.mapped_back(query, &waiting.url);
        match self.judge(query, &waiting, host.now().millis) {
            Judgement::Ours => {}
            Judgement::Foreign(reason) => {
                self.state = State::Waiting;
                self.note_refusal(&reason);
                return vec![Action::RefuseCallback { reason }, Action::AwaitCallback];
            }
            Judgement::Late => {
                let error = RunError::new(
                    ErrorType::StateMismatch,
                    "the callback came more than 15 minutes after the authorization began, so its `state` has expired \
                     and the answer is not accepted; start the connection again",
                );
                return self.refuse_and_fail(error);
            }
        }
        self.waiting = None;
        self.learn_query(query);
        if let Some(step) = self.steps.iter_mut().rev().find(|step| step.block == Phase::Authorize.block()) {
            step.callback = Some(query.to_json());
        }
        let mut actions = vec![Action::AcceptCallback];
        actions.extend(self.accepted(query, &waiting, host));
        actions
    }

    /// A refused callback stays in the report: it may be an attack, or the provider forgetting `state`.
    fn note_refusal(&mut self, reason: &str) {
        if let Some(step) = self.steps.iter_mut().rev().find(|step| step.block == Phase::Authorize.block()) {
            let decision = Decision { directive: "response".to_owned(), text: reason.to_owned(), switch: None };
            step.decisions.push(decision);
        }
        self.refused = Some(reason.to_owned());
    }

    fn refuse_and_fail(&mut self, error: RunError) -> Vec<Action> {
        let refuse = Action::RefuseCallback { reason: error.message.clone() };
        std::iter::once(refuse).chain(self.fail(error)).collect()
    }

    /// Compares the key of the attempt (RFC 6749 §10.12) without telling how much of it was right.
    fn judge(&self, query: &CallbackQuery, waiting: &Waiting, now: i64) -> Judgement {
        let foreign = |reason: String| Judgement::Foreign(reason);
        if self.manifest().is_some() && self.compat.manifest_state == ManifestState::None {
            return if now >= waiting.expires { Judgement::Late } else { Judgement::Ours };
        }
        let names: &[&str] = if self.is_oauth2() { &["state"] } else { &["oauth_token", "denied"] };
        let name = names[0];
        let given: usize = names.iter().map(|name| query.count(name)).sum();
        if given == 0 {
            return foreign(format!(
                "a callback without `{name}` arrived; it cannot be told from a forged one (RFC 6749 §10.12), so it was \
                 refused"
            ));
        }
        if given > 1 {
            return foreign(format!(
                "a callback with more than one `{name}` arrived; a parameter may occur once (RFC 6749 §3.1), so it was \
                 refused"
            ));
        }
        let Some(value) = names.iter().find_map(|name| query.get(name)) else { return foreign(String::new()) };
        if !same(value.as_bytes(), waiting.key.as_bytes()) {
            return foreign(format!(
                "a callback with a foreign `{name}` arrived: it is not the one this attempt sent, so it was refused as \
                 forged (RFC 6749 §10.12)"
            ));
        }
        if let Some(twice) = ["code", "error", "iss"].iter().find(|name| query.count(name) > 1) {
            return foreign(format!(
                "a callback with more than one `{twice}` arrived; a parameter may occur once (RFC 6749 §3.1), so it was \
                 refused"
            ));
        }
        if now >= waiting.expires { Judgement::Late } else { Judgement::Ours }
    }

    fn accepted(&mut self, query: &CallbackQuery, waiting: &Waiting, host: &dyn Host) -> Vec<Action> {
        if let Some(iss) = query.get("iss").filter(|_| self.is_oauth2())
            && let Err(message) = self.issuers.compare(iss, &waiting.url)
        {
            return self.fail(RunError::new(ErrorType::StateMismatch, message));
        }
        let pairs = query.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.context.set_query(pairs);
        self.context.enter(Phase::Callback);
        if self.is_denial(query) {
            let words = provider_words(query).map(|words| format!(" ({words})")).unwrap_or_default();
            let message = format!("the person denied the access{words}; connect again to be asked once more");
            return self.fail(RunError::new(ErrorType::AccessDenied, message));
        }
        let evaluated = self.evaluate_callback(host);
        match (query.get("error").filter(|error| !error.is_empty()), evaluated) {
            (_, Err(error)) => {
                let error = self.with_provider_words(error, query);
                self.fail(error)
            }
            (Some(error), Ok(())) => {
                let error = self.refused_by_provider(error, query);
                self.fail(error)
            }
            (None, Ok(())) if self.lacks_code(query, waiting) => {
                let words = provider_words(query).map(|words| format!(" (it said: {words})")).unwrap_or_default();
                let message = format!(
                    "the provider came back with neither `code` nor `error` (RFC 6749 §4.1.2){words}, so there is \
                     nothing to exchange for tokens; connect again"
                );
                self.fail(RunError::new(ErrorType::RuntimeError, message))
            }
            (None, Ok(())) => {
                self.next_request();
                self.advance(host)
            }
        }
    }

    /// Whether a `code` was asked for and none came.
    fn lacks_code(&self, query: &CallbackQuery, waiting: &Waiting) -> bool {
        let asked = match self.manifest() {
            Some(manifest) => manifest.oauth.as_ref().is_some_and(|oauth| !oauth.value.is_without_code()),
            None => query_value(&waiting.url, "response_type").is_some_and(|kind| kind == "code"),
        };
        self.is_oauth2() && asked && query.get("code").is_none_or(str::is_empty)
    }

    fn is_denial(&self, query: &CallbackQuery) -> bool {
        if !self.is_oauth2() {
            return query.count("denied") > 0;
        }
        // Beside the RFC's own word, those of providers that have others for the same button.
        const DENIALS: [&str; 4] = ["access_denied", "user_denied", "user_cancelled_authorize", "user_cancelled_login"];
        query.get("error").is_some_and(|error| DENIALS.contains(&error))
    }

    /// `authorize.response`: `temp`, `valid`, `data` with `query` in sight.
    fn evaluate_callback(&mut self, host: &dyn Host) -> Result<(), RunError> {
        let Some(stage) = self.stages.front().cloned() else { return Ok(()) };
        let Some(request) = stage.request() else { return Ok(()) };
        let mut decisions = Decisions::new();
        let environment = environment!(self, stage, host);
        let effects = interpret_callback(request, &mut self.context, &environment, &mut decisions);
        if let Some(step) = self.steps.iter_mut().rev().find(|step| step.block == Phase::Authorize.block()) {
            step.decisions.extend(decisions.into_vec());
            step.failure = effects.as_ref().err().map(|error| error.message.clone());
        }
        effects.map(|_| ())
    }

    /// An `error` other than a denial ends the flow at once, in words (RFC 6749 §4.1.2.1).
    fn refused_by_provider(&self, error: &str, query: &CallbackQuery) -> RunError {
        let words = provider_words(query).map(|words| format!(": {words}")).unwrap_or_default();
        let mut message =
            format!("the provider refused the authorization with `{}`{words}. {}", quote(error), meaning(error));
        if error.contains("redirect_uri") || words.contains("redirect_uri") || words.contains("redirect URI") {
            message.push_str(&self.registration());
        }
        let kind = match error {
            "server_error" | "temporarily_unavailable" => ErrorType::ConnectionError,
            "invalid_client" | "unauthorized_client" | "redirect_uri_mismatch" => ErrorType::InvalidConfigurationError,
            _ => ErrorType::RuntimeError,
        };
        RunError::new(kind, message).in_block(Phase::Authorize.block(), 0)
    }

    /// The definition's own message, with what the provider said where it said anything.
    fn with_provider_words(&self, mut error: RunError, query: &CallbackQuery) -> RunError {
        let code = query.get("error").map(quote);
        let said: Vec<String> = code.into_iter().chain(provider_words(query)).collect();
        if !said.is_empty() && !said.iter().any(|words| error.message.contains(words.as_str())) {
            error.message = format!("{} (the provider said: {})", error.message, said.join(": "));
        }
        error
    }

    /// Nobody came back: what may have happened, and what to do.
    pub(super) fn nobody_came_back(&self) -> RunError {
        let registration = self.registration();
        let refused = match &self.refused {
            Some(reason) => format!(" Something else came back instead: {reason}."),
            None => String::new(),
        };
        RunError::new(
            ErrorType::CallbackTimeout,
            format!(
                "no browser came back in time, so nothing was connected.{refused} Connect again and answer the page that \
                 opens; if it complains about the client ID, look at its registration; if about the redirect \
                 URI,{registration}"
            ),
        )
        .in_block(Phase::Authorize.block(), 0)
    }

    /// The exact string to register with the provider.
    fn registration(&self) -> String {
        let uri = self.authorization.as_ref().map_or(self.redirects.local.as_str(), |page| page.redirect_uri.as_str());
        format!(" register exactly this one with the provider: {uri}")
    }

    /// An answer about the redirect URI is answered with the string to register.
    pub(super) fn explain(&self, mut error: RunError, response: &connspec_exchange::Response) -> RunError {
        let mentions = |text: &str| {
            let text = text.to_ascii_lowercase();
            text.contains("redirect_uri") || text.contains("redirect uri")
        };
        let complains = mentions(&error.message) || response.text().is_some_and(mentions);
        if complains && response.status >= 400 && self.creates() && !self.redirects.local.is_empty() {
            error.message =
                format!("{}; the provider compares the redirect URI as text:{}", error.message, self.registration());
        }
        error
    }

    fn learn_query(&self, query: &CallbackQuery) {
        crate::report::learn_by_name(&self.secrets, &query.to_json());
    }
}

/// The key of the authorization a callback belongs to, for looking it up: `state`, or OAuth 1's request token.
///
/// # Errors
/// Why the callback cannot belong to any.
pub fn callback_key(query: &CallbackQuery) -> Result<String, String> {
    for name in ["state", "oauth_token", "denied", "code", "error", "iss"] {
        if query.count(name) > 1 {
            return Err(format!(
                "a callback with more than one `{name}` arrived; a parameter may occur once (RFC 6749 §3.1), so it was \
                 refused"
            ));
        }
    }
    let key = ["state", "oauth_token", "denied"].iter().find_map(|name| query.get(name));
    key.map(str::to_owned).ok_or_else(|| {
        "a callback without `state` arrived; it cannot be told from a forged one (RFC 6749 §10.12), so it was refused"
            .to_owned()
    })
}

/// Compares two keys in a time that does not depend on where they differ.
fn same(given: &[u8], expected: &[u8]) -> bool {
    given.len() == expected.len() && given.iter().zip(expected).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

/// What the provider adds to its `error`, bounded.
fn provider_words(query: &CallbackQuery) -> Option<String> {
    ["error_description", "error.message", "error_message", "error_reason"]
        .iter()
        .find_map(|name| query.get(name))
        .filter(|words| !words.trim().is_empty())
        .map(quote)
}

fn quote(text: &str) -> String {
    let plain: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    match plain.char_indices().nth(QUOTE) {
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain,
    }
}

/// The error codes of RFC 6749 §4.1.2.1 in words.
fn meaning(error: &str) -> &'static str {
    match error {
        "invalid_request" => "The request lacks a parameter or has a wrong one: look at `authorize.qs`.",
        "unauthorized_client" => "This client may not ask for a code: look at its registration with the provider.",
        "unsupported_response_type" => "The provider does not know `response_type`: look at `authorize.qs`.",
        "invalid_scope" => "One of the scopes does not exist or may not be asked for: look at the default scope.",
        "server_error" | "temporarily_unavailable" => "The provider is in trouble: try again later.",
        "redirect_uri_mismatch" => "The redirect URI is not registered:",
        _ => "Nothing was connected.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_compared_whole() {
        assert!(same(b"abc", b"abc"));
        for other in [&b""[..], b"ab", b"abd", b"abcd", b"ABC"] {
            assert!(!same(other, b"abc"));
        }
    }

    #[test]
    fn a_provider_is_quoted_within_bounds() {
        assert_eq!(quote("a\nb\u{1b}[31m"), "a b [31m");
        assert_eq!(quote(&"x".repeat(1000)).chars().count(), QUOTE + 1);
    }
}
